import type { Whose } from '#lib/base/fair-places.ts'
import type { Turns } from '#lib/node/grpc.ts'
import { openTurns } from '#lib/node/overload/turns.ts'

/** Passwords and admission have places of their own. */
const IN_TURN = new Set([
  'Directory.Resolve',
  'Directory.StartScram',
  'Directory.FinishScram',
  'Directory.AuthenticateCramMd5',
  'Directory.SigningKeys',
])

interface Question {
  readonly login?: string
  readonly domain?: string
  readonly addresses?: readonly string[]
}

/** Which of the questions that wait is next. */
export function callTurns(limits: { readonly quick: number; readonly waiting: number }): Turns {
  const whoseOf = (_: string, request: unknown) => toWhose(request as Question)
  const none: ReadonlySet<string> = new Set()
  const turns = openTurns({ ...limits, dear: 1, dearMethods: none, freeMethods: none, whoseOf })
  return {
    take: (method, request) => (IN_TURN.has(method) ? turns.take(method, request) : undefined),
  }
}

/** By domain, whose tenant only the answer knows. Of many addresses the first counts: they are of one message. */
function toWhose({ login, domain, addresses }: Question): Whose {
  const address = login ?? domain ?? addresses?.[0] ?? ''
  return { account: address, tenant: address.slice(address.lastIndexOf('@') + 1) }
}
