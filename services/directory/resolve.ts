import { Fault } from '#lib/base/fault.ts'
import { type Address, parseAddress } from '#lib/mail/address.ts'
import { expand, type Resolution } from './addressing/expand.ts'
import { locate } from './addressing/locate.ts'
import { readKnown } from './addressing/read-known.ts'
import type { Collections } from './collections.ts'

const ADDRESSES_MAX = 1000
/** So that the answer has a bounded size. */
const RESULTS_MAX = 10_000

/**
 * Tells where mail for these addresses goes, one answer each, in order. A bounded number of queries by `_id`, however
 * many there are.
 *
 * @throws {Fault} too-large: more than 1,000, or they lead to too much for one answer and not to be asked for together
 */
export async function resolve(
  texts: readonly string[],
  collections: Collections,
): Promise<Resolution[]> {
  if (texts.length > ADDRESSES_MAX) throw new Fault('too-large', 'Too many addresses at once')
  const questions = texts.map(toQuestion)
  const asked = questions.filter((question) => question !== undefined)
  const known = await readKnown(asked, collections)
  if (known.tooMany && texts.length > 1) throw tooMuch()
  let results = 0
  return questions.map((question) => {
    // What is no address at all is not relayed either.
    if (question === undefined) return { kind: 'unknown', tenant: '', through: [] }
    if (known.tooMany) {
      const { tenant } = locate(question, known)
      return { kind: 'disabled', refused: 'too-many', tenant, through: [] }
    }
    const resolution = expand(question, known)
    if (resolution.kind === 'accounts') {
      results += resolution.targets.length + resolution.forwards.length
    }
    if (results > RESULTS_MAX) throw tooMuch()
    return resolution
  })
}

function toQuestion(text: string): Address | undefined {
  try {
    return parseAddress(text)
  } catch (error) {
    if (error instanceof Fault) return undefined
    throw error
  }
}

function tooMuch(): Fault {
  return new Fault('too-large', 'These addresses lead to too much for one answer')
}
