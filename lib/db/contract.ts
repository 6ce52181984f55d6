/**
 * What the document port promises, run on each engine: by `sqlite.contract.test.ts` always, by
 * `mongo.contract.test.ts` when there is a server.
 */
import { describe } from 'node:test'
import type { Engine } from './contract/engine.ts'
import { indexesContract } from './contract/indexes.ts'
import { processesContract } from './contract/processes.ts'
import { queriesContract } from './contract/queries.ts'
import { randomContract } from './contract/random.ts'
import { valuesContract } from './contract/values.ts'
import { writesContract } from './contract/writes.ts'

/**
 * Registers the tests; `engine` is asked once they run. What takes processes, kills or 100,000 documents
 * is `heavy`, and left out of `npm run check`.
 */
export function contract(engine: () => Engine, { heavy }: { readonly heavy: boolean }): void {
  describe('values', () => valuesContract(engine))
  describe('queries', () => queriesContract(engine))
  describe('random', () => randomContract(engine))
  describe('writes', () => writesContract(engine))
  describe('indexes', () => indexesContract(engine))
  const skip = heavy ? false : 'heavy: set HIKYAKU_CONTRACT=1 or MONGODB_URL'
  describe('processes', { skip }, () => processesContract(engine))
}
