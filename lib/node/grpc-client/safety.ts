/** What a call may do for want of an answer, as its contract says. */

import type { MethodDefinition } from '@grpc/grpc-js'

/** `read`: two replicas may be asked at once; `repeat`: one after the other; `once`: only one, once it is connected. */
export type Safety = 'read' | 'repeat' | 'once'

const LEVELS: Readonly<Record<string, Safety>> = {
  NO_SIDE_EFFECTS: 'read',
  IDEMPOTENT: 'repeat',
}

/** Methods that are safe to repeat only when this field of the request is given. */
const NAMED_BY: Readonly<Record<string, string>> = {
  Append: 'mailId',
  Copy: 'operationId',
  Move: 'operationId',
  StoreFlags: 'operationId',
  Expunge: 'operationId',
}

type Options = { readonly options?: { readonly idempotency_level?: string } }

/** Decides once per method; the answer decides per request. */
export function safetyOf(method: MethodDefinition<unknown, unknown>): (request: unknown) => Safety {
  const level = LEVELS[(method as Options).options?.idempotency_level ?? ''] ?? 'once'
  const name = method.path.slice(method.path.lastIndexOf('/') + 1)
  const field = NAMED_BY[name]
  if (field !== undefined) return (request) => (isGiven(request, field) ? level : 'once')
  if (name !== 'Admit') return () => level
  // Only what is the message itself is counted, and by its mail id once.
  return (request) =>
    isGiven(request, 'mailId') || !(request as { final?: boolean }).final ? level : 'once'
}

function isGiven(request: unknown, field: string): boolean {
  return Boolean((request as Readonly<Record<string, unknown>>)[field])
}
