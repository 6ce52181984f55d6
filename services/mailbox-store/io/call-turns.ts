import type { Turns } from '#lib/node/grpc.ts'
import { openTurns } from '#lib/node/overload/turns.ts'
import type { Store } from '../store.ts'

/** These read or write ever so many messages. */
const DEAR = ['Search', 'Copy', 'Move', 'Usage', 'RenameMailbox', 'DeleteMailbox']
/** Appends have places of their own. */
const FREE = ['MailboxStore.Append', 'MailboxStoreAdmin.Check', 'MailboxStoreAdmin.Collect']

/** Which of the calls that wait is next. */
export function callTurns(
  { turns }: Pick<Store, 'turns'>,
  limits: { readonly quick: number; readonly dear: number; readonly waiting: number },
): Turns {
  return openTurns({
    ...limits,
    dearMethods: new Set(DEAR.map((method) => `MailboxStore.${method}`)),
    freeMethods: new Set(FREE),
    whoseOf(method, request) {
      const named = request as { account?: string; tenant?: string; name?: string }
      // Its account, domain or tenant.
      if (method === 'MailboxStore.Usage') return turns.whose({ account: named.name ?? '' })
      return turns.whose(named)
    },
  })
}
