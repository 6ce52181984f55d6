import { Fault, type FaultCode } from '#lib/base/fault.ts'
import { type Reply, reply } from './reply.ts'

/** How each fault reads to an SMTP client. RFC 5321 §4.2.3, RFC 3463 §3 */
const REPLIES: Record<FaultCode, readonly [code: number, status: string]> = {
  invalid: [501, '5.5.4'],
  unauthenticated: [535, '5.7.8'],
  forbidden: [550, '5.7.1'],
  'not-found': [550, '5.1.1'],
  exists: [550, '5.3.0'],
  'over-quota': [452, '4.2.2'],
  'too-large': [552, '5.3.4'],
  conflict: [451, '4.3.0'],
  busy: [451, '4.3.2'],
  unavailable: [451, '4.3.0'],
}

/** A Fault whose reply says more than its code does: which part of the command was wrong. */
export class ReplyFault extends Fault {
  readonly reply: Reply

  constructor(code: FaultCode, told: Reply, options?: ErrorOptions) {
    super(code, told.text, options)
    this.reply = told
  }
}

/** For a command that has no place here now. RFC 5321 §4.1.4 */
export function badSequence(text: string): ReplyFault {
  return new ReplyFault('invalid', reply(503, '5.5.1', text))
}

/** The reply for anything thrown. What is not a Fault is our bug, and our bugs never bounce mail. */
export function faultReply(error: unknown): Reply {
  if (!(error instanceof Fault)) return reply(451, '4.3.0', 'Internal error, try again later')
  if (error instanceof ReplyFault) return error.reply
  const [code, status] = REPLIES[error.code]
  return reply(code, status, error.message)
}
