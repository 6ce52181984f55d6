import type { Overload } from '#lib/base/pressure.ts'
import { type Reply, reply } from './reply.ts'

/** What a client is told before its mail begins: it keeps the mail, and comes again. RFC 5321 §4.2.3, RFC 3463 §3.4 */
export function overloadReply(over: Overload): Reply {
  return over === 'spool-full'
    ? reply(452, '4.3.1', 'No room for mail now, try again later')
    : reply(451, '4.3.2', 'Too much mail is under way, try again later')
}
