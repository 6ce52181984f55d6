import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe } from 'node:test'
import { type Engine, stillClock } from './contract/engine.ts'
import { contract } from './contract.ts'
import { openDatabase } from './open.ts'

const heavy = process.env.HIKYAKU_CONTRACT === '1'

describe('SQLite', () => {
  let engine: Engine
  let folder: string

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hikyaku-db-'))
    const url = `sqlite:${join(folder, 'contract.db')}`
    engine = { url, database: await openDatabase(url, { clock: stillClock }) }
  })

  after(async () => {
    await engine.database[Symbol.asyncDispose]()
    await rm(folder, { recursive: true })
  })

  contract(() => engine, { heavy })
})
