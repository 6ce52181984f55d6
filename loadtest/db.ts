/**
 * The document port: single durable inserts/s, one at a time and 64 at a time, and indexed reads/s.
 *
 * `npm run bench -- db [--engine sqlite|mongo] [--seconds N] [--folder F]`; mongo needs MONGODB_URL.
 * Documents are of about 300 bytes with one index besides the `_id`.
 */
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { withDatabaseName } from '#lib/db/mongo/url.ts'
import { openDatabase } from '#lib/db/open.ts'
import type { Collection, Document } from '#lib/db/port.ts'
import { systemClock } from '#lib/node/clock.ts'

const LANES = 64
const ACCOUNTS = 1000

interface Message extends Document {
  readonly account: string
  readonly uid: number
  readonly flags: readonly string[]
  readonly received: Date
  readonly subject: string
}

const INDEXES = [{ name: 'account_uid', fields: { account: 1, uid: 1 } }] as const

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      engine: { type: 'string', default: 'sqlite' },
      seconds: { type: 'string', default: '5' },
      folder: { type: 'string', default: tmpdir() },
    },
  })
  await using place = await placeOf(values.engine, values.folder)
  await using database = await openDatabase(place.url, { clock: systemClock })
  const name = 'bench-messages'
  const messages = await database.collection<Message>({ name, indexes: INDEXES })
  const figures = await measure(messages, Number(values.seconds) * 1000)
  await messages.deleteMany({})
  console.log(JSON.stringify({ bench: 'db', engine: values.engine, ...figures }))
}

async function measure(messages: Collection<Message>, ms: number) {
  let made = 0
  const insert = () => messages.insertOne(messageOf(made++))
  const insertsOneAtATime = await perSecond('inserts, one at a time', 1, ms, insert)
  const insertsManyAtATime = await perSecond(`inserts, ${LANES} at a time`, LANES, ms, insert)
  let turn = 0
  const next = () => Math.floor(turn++ * 7919) % made
  const readsById = await perSecond('reads by _id', 1, ms, () =>
    messages.findOne({ _id: idOf(next()) }),
  )
  const readsByIndex = await perSecond('reads by index', 1, ms, () => {
    const { account, uid } = messageOf(next())
    return messages.findOne({ account, uid })
  })
  const readsManyAtATime = await perSecond(`reads by index, ${LANES} at a time`, LANES, ms, () => {
    const { account, uid } = messageOf(next())
    return messages.findOne({ account, uid })
  })
  const swapsManyAtATime = await perSecond(`compare and set, ${LANES} at a time`, LANES, ms, () => {
    const { _id, uid } = messageOf(next())
    return messages.findOneAndUpdate({ _id, uid }, { $set: { flags: ['\\Seen'] } })
  })
  return {
    documents: made,
    insertsOneAtATime,
    insertsManyAtATime,
    readsById,
    readsByIndex,
    readsManyAtATime,
    swapsManyAtATime,
  }
}

/** How often `work` is done in a second, by so many lanes that each wait for its end. */
async function perSecond(
  label: string,
  lanes: number,
  ms: number,
  work: () => Promise<unknown>,
): Promise<number> {
  const start = performance.now()
  let done = 0
  const lane = async () => {
    while (performance.now() - start < ms) {
      await work()
      done++
    }
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  const rate = Math.round((done * 1000) / (performance.now() - start))
  console.error(`${label}: ${rate}/s`)
  return rate
}

function idOf(at: number): string {
  return `account-${at % ACCOUNTS}/${at}`
}

function messageOf(at: number): Message {
  return {
    _id: idOf(at),
    account: `account-${at % ACCOUNTS}`,
    uid: at,
    flags: ['\\Recent', '$Forwarded'],
    received: new Date(at * 1000),
    subject: 'A subject that, with the rest, makes three hundred bytes. '.repeat(3),
  }
}

interface Place extends AsyncDisposable {
  readonly url: string
}

async function placeOf(engine: string, folder: string): Promise<Place> {
  if (engine === 'mongo') {
    const url = process.env.MONGODB_URL
    if (url === undefined) throw new Error('--engine mongo needs MONGODB_URL')
    const named = withDatabaseName(url, `bench-${randomUUID().slice(0, 8)}`)
    return { url: named, [Symbol.asyncDispose]: async () => {} }
  }
  const own = await mkdtemp(join(folder, 'hikyaku-bench-'))
  return {
    url: `sqlite:${join(own, 'bench.db')}`,
    [Symbol.asyncDispose]: () => rm(own, { recursive: true }),
  }
}
