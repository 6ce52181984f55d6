/**
 * `npm run bench -- trace`: how long "where is my mail?" takes over a large ledger. Fills a ledger in a temporary folder,
 * then asks it, each time by another sender, recipient, Message-ID and mail id.
 */

import { mkdtempSync, statSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { newId } from '#lib/base/id.ts'
import { openDatabase } from '#lib/db/open.ts'
import { systemClock, systemRandom } from '#lib/node/clock.ts'
import {
  type Collections,
  type LineDocument,
  type MailDocument,
  openCollections,
} from '../services/delivery/documents.ts'
import { type TraceQuestion, trace } from '../services/delivery/ledger/trace.ts'

const DAY_MS = 86_400_000
const LINES_PER_MAIL = 4
const MAILS_AT_ONCE = 2000
const SENDERS = 400_000
const NOTHING: TraceQuestion = {
  ...{ sender: '', recipient: '', messageId: '', mailId: '', from: 0, until: 0, tenant: '' },
  limit: 20,
}

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      lines: { type: 'string', default: '10000000' },
      asks: { type: 'string', default: '200' },
    },
  })
  const folder = mkdtempSync(join(tmpdir(), 'hikyaku-trace-'))
  try {
    const file = join(folder, 'delivery.db')
    await using database = await openDatabase(`sqlite:${file}`, { clock: systemClock })
    const collections = await openCollections(database)
    const mails = Math.ceil(Number(values.lines) / LINES_PER_MAIL)
    const started = performance.now()
    const known = await fill(collections, mails)
    const filledS = (performance.now() - started) / 1000
    const gigabytes = Number((statSync(file).size / 1e9).toFixed(2))
    say(`${values.lines} lines of ${mails} mails: ${filledS.toFixed(0)} s, ${gigabytes} GB`)
    const asked = await ask(collections, known, Number(values.asks))
    const result = { bench: 'trace', lines: Number(values.lines), mails, gigabytes, ...asked }
    say(JSON.stringify(result))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Resolves with some of the mails, of all ages. */
async function fill({ mails, lines }: Collections, count: number): Promise<MailDocument[]> {
  const known: MailDocument[] = []
  const now = systemClock.now()
  for (let done = 0; done < count; done += MAILS_AT_ONCE) {
    const at = now - 90 * DAY_MS * (1 - done / count)
    const batch = Array.from({ length: Math.min(MAILS_AT_ONCE, count - done) }, (_, n) =>
      mailOf(done + n, at),
    )
    known.push(...batch.slice(0, 1))
    await Promise.all([
      mails.bulkWrite(batch.map((document) => ({ kind: 'insert', document }))),
      lines.bulkWrite(batch.flatMap(linesOfMail).map((document) => ({ kind: 'insert', document }))),
    ])
    if (done % 100_000 === 0) process.stderr.write(`\r${done} of ${count} mails`)
  }
  process.stderr.write('\n')
  return known
}

function mailOf(n: number, ms: number): MailDocument {
  const _id = newId({ now: () => Math.floor(ms) }, systemRandom)
  return {
    ...{ _id, at: new Date(ms), expiresAt: new Date(ms + 90 * DAY_MS), class: 'personal' },
    sender: `user${(n * 7919) % SENDERS}@isp.test`,
    recipients: [`friend${(n * 104_729) % (3 * SENDERS)}@elsewhere.test`],
    ...{ messageId: `<${n}.${_id}@isp.test>`, tenant: `tenant${n % 1000}`, sizeBytes: 4096 },
    ...{ account: `account${n % SENDERS}`, clientAddress: '192.0.2.1', clientHelo: 'pc.isp.test' },
    outcomes: [],
  }
}

/** Put off a few times, then taken. */
function linesOfMail({ _id, at, recipients, expiresAt }: MailDocument): LineDocument[] {
  const recipient = recipients[0] ?? ''
  const host = { host: 'mx.elsewhere.test', address: '198.51.100.1', source: '192.0.2.9' }
  return Array.from({ length: LINES_PER_MAIL }, (_, n): LineDocument => {
    const last = n === LINES_PER_MAIL - 1
    return {
      _id: `${_id}/${recipient}/${last ? 'end' : `${n}`}`,
      ...{ recipient, expiresAt, ...host, at: new Date(at.getTime() + n * 60_000) },
      event: last ? 'relayed' : 'deferred',
      reply: last
        ? '250 2.0.0 Ok: queued as 4F1B2C3D4E'
        : '450 4.2.0 <friend>: Greylisted, try later',
    }
  })
}

async function ask(collections: Collections, known: readonly MailDocument[], asks: number) {
  const ways: Record<string, (mail: MailDocument) => Partial<TraceQuestion>> = {
    mailId: ({ _id }) => ({ mailId: _id }),
    messageId: ({ messageId }) => ({ messageId }),
    recipient: ({ recipients }) => ({ recipient: recipients[0] ?? '' }),
    sender: ({ sender }) => ({ sender }),
    senderInAnHour: ({ sender, at }) => {
      return { sender, from: at.getTime() - 1_800_000, until: at.getTime() + 1_800_000 }
    },
    time: ({ at }) => ({ from: at.getTime(), until: at.getTime() + 60_000 }),
  }
  const tookMs: Record<string, { p50: number; max: number; found: number }> = {}
  for (const [name, toQuestion] of Object.entries(ways)) {
    const times: number[] = []
    let found = 0
    for (let n = 0; n < asks; n++) {
      const mail = known[Math.floor((n * known.length) / asks)]
      if (mail === undefined) continue
      const started = performance.now()
      for await (const _ of trace({ ...NOTHING, ...toQuestion(mail) }, collections)) found++
      times.push(performance.now() - started)
    }
    times.sort((a, b) => a - b)
    const round = (ms: number | undefined) => Number((ms ?? 0).toFixed(2))
    tookMs[name] = { p50: round(times[times.length >> 1]), max: round(times.at(-1)), found }
    say(`by ${name}: ${JSON.stringify(tookMs[name])} ms`)
  }
  return { tookMs }
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
