import { Fault } from '#lib/base/fault.ts'
import { parseMailboxName } from '#lib/mail/mailbox-name.ts'

/**
 * The canonical form of a name that a client looks for. One that cannot be simply does not exist.
 *
 * @throws {Fault} not-found
 */
export function findName(name: string): string {
  try {
    return parseMailboxName(name)
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    throw new Fault('not-found', 'There is no such mailbox')
  }
}
