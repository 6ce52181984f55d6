/**
 * What the document port promises, run on each engine: by `sqlite.contract.test.ts` always, by
 * `mongo.contract.test.ts` when there is a server.
 */
import { describe } from 'node:test'
import type { Engine } from './contract/engine.ts'
import { indexesContract } from './contract/indexes.ts'
import { queriesContract } from './contract/queries.ts'
import { valuesContract } from './contract/values.ts'
import { writesContract } from './contract/writes.ts'

/** Registers the tests; `engine` is asked once they run. */
export function contract(engine: () => Engine): void {
  describe('values', () => valuesContract(engine))
  describe('queries', () => queriesContract(engine))
  describe('writes', () => writesContract(engine))
  describe('indexes', () => indexesContract(engine))
}
