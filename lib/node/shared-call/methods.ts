/** The methods of which many requests share a call. */

import type { Calls } from '../contracts.ts'
import type { UnaryMethod } from './shared-calls.ts'

type Append = Calls<'MailboxStore'>['append']
type Admit = Calls<'Admission'>['admit']
type Method<Ask extends Append | Admit> = UnaryMethod<Parameters<Ask>[0], Awaited<ReturnType<Ask>>>

/** What surrounds the addresses of a question. */
const QUESTION_BYTES = 200

/** One with a mail id makes one message, however often it is made. */
export function sharedAppend(ask: Append): Method<Append> {
  return {
    name: '/hikyaku.mailbox_store.MailboxStore/AppendMany',
    ask,
    sizeOf: ({ content }) => (content instanceof Uint8Array ? content.length : Infinity),
    repeatable: ({ mailId }) => mailId !== undefined && mailId !== '',
  }
}

/** One without a mail id counts nothing, and one with it counts once. */
export function sharedAdmit(ask: Admit): Method<Admit> {
  return {
    name: '/hikyaku.directory.Admission/AdmitMany',
    ask,
    sizeOf({ recipients = [], headerFrom = [] }) {
      const bytes = (sum: number, address: string) => sum + address.length
      return recipients.reduce(bytes, headerFrom.reduce(bytes, QUESTION_BYTES))
    },
    repeatable: () => true,
  }
}
