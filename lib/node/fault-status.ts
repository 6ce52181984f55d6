/** How a Fault travels over gRPC: as a status that any client understands, with its code beside it. */

import { Metadata, type ServiceError, status } from '@grpc/grpc-js'
import { Fault, type FaultCode, Shed } from '#lib/base/fault.ts'

const STATUSES: Readonly<Record<FaultCode, status>> = {
  invalid: status.INVALID_ARGUMENT,
  unauthenticated: status.UNAUTHENTICATED,
  forbidden: status.PERMISSION_DENIED,
  'not-found': status.NOT_FOUND,
  exists: status.ALREADY_EXISTS,
  'over-quota': status.RESOURCE_EXHAUSTED,
  'too-large': status.OUT_OF_RANGE,
  conflict: status.ABORTED,
  busy: status.RESOURCE_EXHAUSTED,
  unavailable: status.UNAVAILABLE,
}

const FAULT_CODE = 'fault-code'
/** Beside the code of a `Shed`. */
const SHED = 'shed'
const DETAILS_CHARACTERS_MAX = 1000

/** What the server answers with. A bug's own text stays here: it may name hosts, paths and settings. */
export function toStatus(error: unknown): { code: status; details: string; metadata?: Metadata } {
  if (!(error instanceof Fault)) return { code: status.INTERNAL, details: 'Internal error' }
  const metadata = new Metadata()
  metadata.set(FAULT_CODE, error.code)
  if (error instanceof Shed) metadata.set(SHED, '1')
  // gRPC percent-encodes the text, and throws on half a surrogate pair.
  const details = error.message.slice(0, DETAILS_CHARACTERS_MAX).toWellFormed()
  return { code: STATUSES[error.code], details, metadata }
}

/**
 * What the client throws: the server's own Fault; Fault `unavailable` when no answer came in time; anything else
 * (a wrong secret, an unknown method, a message beyond gRPC's limit) is a bug or a wrong setting.
 */
export function fromStatus(error: ServiceError, method: string): Error {
  const code = faultCodeOf(error)
  if (code !== undefined) return new Fault(code, error.details)
  switch (error.code) {
    case status.UNAVAILABLE:
    case status.DEADLINE_EXCEEDED:
    case status.CANCELLED:
      return new Fault('unavailable', 'Temporarily unavailable', { cause: error })
    default:
      return new Error(`${method}: ${status[error.code]}: ${error.details}`, { cause: error })
  }
}

/** A failure as a field of a response: one of many requests that came by the same call. */
export interface ToldFault {
  readonly faultCode: string
  readonly text: string
}

/** The same as `toStatus`, told in a response. A bug is `internal`. */
export function toTold(error: unknown): ToldFault {
  const { details } = toStatus(error)
  return { faultCode: error instanceof Fault ? error.code : 'internal', text: details }
}

/** The same as `fromStatus`. A code that a newer server has and we do not know is no Fault, and so transient. */
export function fromTold({ faultCode, text }: ToldFault, method: string): Error {
  if (isFaultCode(faultCode)) return new Fault(faultCode, text)
  return new Error(`${method}: ${faultCode}: ${text}`)
}

/** What a failed call means for the question whether another replica may be asked. */
export type Failure =
  /** The server answered. */
  | 'answer'
  /** It answered that it cannot work now: its database may be away from it alone. */
  | 'unavailable'
  /** It refused before it began. */
  | 'shed'
  /** No connection could be made: nothing has begun. */
  | 'unconnected'
  /** The connection broke: it may be done or not. */
  | 'broken'
  /** The server ended the call without an answer: it may be done or not. */
  | 'reset'
  /** No answer in time. */
  | 'late'

export function failureOf(error: ServiceError): Failure {
  const fault = faultCodeOf(error)
  if (fault === 'unavailable') return 'unavailable'
  if (fault === 'busy' && error.metadata.get(SHED).length > 0) return 'shed'
  if (fault !== undefined) return 'answer'
  switch (error.code) {
    case status.UNAVAILABLE:
      return UNCONNECTED.test(error.details) ? 'unconnected' : 'broken'
    case status.DEADLINE_EXCEEDED:
      return 'late'
    // Not by us: who cancels does not look at the error.
    case status.CANCELLED:
      return 'reset'
    case status.INTERNAL:
      return error.details.startsWith('Received RST_STREAM') ? 'reset' : 'answer'
    default:
      return 'answer'
  }
}

/** In the library's words, of a channel that could not connect, and of a stream that the server never looked at. */
const UNCONNECTED =
  /^(No connection established|Name resolution failed|Stream refused by server|Channel closed before)/

function faultCodeOf(error: ServiceError): FaultCode | undefined {
  const [code] = error.metadata?.get(FAULT_CODE) ?? []
  return typeof code === 'string' && isFaultCode(code) ? code : undefined
}

function isFaultCode(code: string): code is FaultCode {
  return Object.hasOwn(STATUSES, code)
}
