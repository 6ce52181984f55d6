import { Fault, type FaultCode } from '#lib/base/fault.ts'

/** How each fault reads to an IMAP client. RFC 9051 §7.1, RFC 5530 §3, RFC 4469 §4.3 */
const RESPONSES: Record<FaultCode, string> = {
  invalid: 'BAD [CLIENTBUG]',
  unauthenticated: 'NO [AUTHENTICATIONFAILED]',
  forbidden: 'NO [NOPERM]',
  'not-found': 'NO [NONEXISTENT]',
  exists: 'NO [ALREADYEXISTS]',
  'over-quota': 'NO [OVERQUOTA]',
  'too-large': 'NO [TOOBIG]',
  conflict: 'NO [INUSE]',
  busy: 'NO [INUSE]',
  unavailable: 'NO [UNAVAILABLE]',
}

/** The tagged response, without its tag, to a command that failed. */
export function faultResponse(error: unknown): string {
  if (error instanceof Fault) return `${RESPONSES[error.code]} ${oneLine(error.message)}`
  return 'NO [SERVERBUG] Internal error'
}

/** A message may quote what a client sent; it must not end the line it is on. */
function oneLine(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]+/g, ' ').slice(0, 200) || 'Failed'
}
