/** What a server answers to one command. RFC 5321 §4.2 */
export interface Reply {
  readonly code: number
  /** The enhanced status, such as `5.1.1`; absent where it has no place. RFC 2034 §4, RFC 3463 §2 */
  readonly status?: string
  readonly text: string
}

/** Makes a reply; `status` is empty for greetings and the answers to HELO and EHLO. RFC 2034 §4 */
export function reply(code: number, status: string, text: string): Reply {
  return status === '' ? { code, text } : { code, status, text }
}

/** Whether the client may go on with what it asked for. RFC 5321 §4.2.1 */
export function isPositive({ code }: Reply): boolean {
  return code < 400
}

/** Whether trying the same again later may help. RFC 5321 §4.2.1 */
export function isTransientReply({ code }: Reply): boolean {
  return code >= 400 && code < 500
}

/** What stands behind the code on the reply's line: the status goes first. RFC 2034 §4 */
export function replyText({ status, text }: Reply): string {
  // A line break in a text would become a reply of its own.
  const line = text.replace(/[\r\n]+/g, ' ')
  return status === undefined ? line : `${status} ${line}`
}

/** The status for replies that nobody gave a better one. RFC 3463 §3 */
const STATUSES: Readonly<Record<number, string>> = {
  214: '2.0.0',
  221: '2.0.0',
  250: '2.0.0',
  252: '2.0.0',
  421: '4.3.2',
  450: '4.2.0',
  451: '4.3.0',
  452: '4.3.1',
  500: '5.5.2',
  501: '5.5.4',
  502: '5.5.1',
  503: '5.5.1',
  504: '5.5.4',
  521: '5.3.2',
  550: '5.0.0',
  552: '5.3.4',
  554: '5.5.0',
  555: '5.5.4',
}

/** Puts the usual enhanced status before a text that has none. RFC 2034 §4 */
export function withStatus(code: number, text: string): string {
  if (/^[245]\.\d{1,3}\.\d{1,3}(?: |$)/.test(text)) return text
  const status = STATUSES[code]
  return status === undefined ? text : `${status} ${text}`
}
