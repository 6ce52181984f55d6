import { Fault } from '#lib/base/fault.ts'
import { AddressOrder } from '#lib/mail/address-order.ts'

const IMPORTS_AT_ONCE = 8

interface Line {
  readonly login: string
  readonly addresses: readonly string[]
}

/**
 * Adds each line's account: some at the same time, answered in their order; a bug ends the stream, a Fault only its line.
 * Of lines that name the same address, the first has it.
 */
export async function* importEach<Request extends Line, Account>(
  requests: AsyncIterable<Request>,
  add: (request: Request) => Promise<Account>,
) {
  let line = 0
  const running: ReturnType<typeof importOne<Account>>[] = []
  const order = new AddressOrder()
  for await (const request of requests) {
    const { login, addresses } = request
    const added = order.run([login, ...addresses], () => add(request))
    const result = importOne(++line, added)
    // Until it is awaited in its turn, nobody else would hear of its failure.
    result.catch(() => undefined)
    running.push(result)
    if (running.length >= IMPORTS_AT_ONCE) yield await (running.shift() as (typeof running)[number])
  }
  for (const result of running) yield await result
}

async function importOne<Account>(line: number, added: Promise<Account>) {
  try {
    return { line, account: await added }
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    return { line, faultCode: error.code, message: error.message }
  }
}
