import type { IdCommand, SimpleCommand } from '#lib/imap/command.ts'
import { formatId } from '#lib/imap/response.ts'
import { isSelectedSession, type Session, type UserSession } from '../session.ts'
import { update } from '../update.ts'

/** What is always there. Extensions come in when their commands do. */
const CAPABILITIES = [
  'IMAP4rev1',
  'LITERAL+',
  'SASL-IR',
  'ID',
  'IDLE',
  'NAMESPACE',
  'CHILDREN',
  'UNSELECT',
  'UIDPLUS',
  'MOVE',
  'QUOTA',
  'QUOTA=RES-STORAGE',
  'QUOTA=RES-MESSAGE',
]

/** What the session can do now; changes with STARTTLS and with the log-in. RFC 9051 §6.1.1, RFC 7888 §5 */
export function capabilities(session: Session): string {
  if (session.account !== undefined) return CAPABILITIES.join(' ')
  const { secure } = session.wire
  const allowed = secure || session.backend.settings.cleartextLogin
  const more = [...(secure ? [] : ['STARTTLS']), allowed ? 'AUTH=PLAIN' : 'LOGINDISABLED']
  return [...CAPABILITIES, ...more].join(' ')
}

export function capability(_command: SimpleCommand, session: Session): undefined {
  session.send(`* CAPABILITY ${capabilities(session)}`)
}

/** The version is nobody's business but the operator's. RFC 2971 §3 */
export function id(_command: IdCommand, session: Session): undefined {
  session.send(formatId({ name: 'hikyaku' }))
}

/** One personal namespace, without prefix. RFC 2342 §5 */
export function namespace(_command: SimpleCommand, session: UserSession): undefined {
  session.send('* NAMESPACE (("" "/")) NIL NIL')
}

/** NOOP and CHECK: the client's way to ask what is new. RFC 9051 §6.1.2, RFC 3501 §6.4.1 */
export async function noop(_command: SimpleCommand, session: Session): Promise<undefined> {
  if (isSelectedSession(session)) await update(session, { expunges: true, always: true })
}

/** BYE comes before the tagged OK. RFC 9051 §6.1.3 */
export function logout(_command: SimpleCommand, session: Session): undefined {
  session.send('* BYE Logging out')
  session.bye = ''
}
