/** A message of 256 MB goes through every process, and none of them ever has it whole. */

import assert from 'node:assert/strict'
import { createHash, type Hash, randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { openImap, untilInboxHas } from '../clients/imap.ts'
import { openRawImap } from '../clients/raw-imap.ts'
import { openSmtp } from '../clients/smtp.ts'
import { startWorld, type World } from '../world.ts'

const MB = 1024 * 1024
const ALICE = 'alice@example.test'
const LARGE_BYTES = 256 * MB
/**
 * What a process may grow by from first to last. What it has not collected yet, and what a disk's speed lets it keep for a
 * while, is 91 MB at most however large the message is; one that holds the message once grows by LARGE_BYTES and more.
 */
const GROWTH_MAX = 176 * MB
const SKIP = { skip: process.platform !== 'linux' }

const HEAD = Buffer.from(
  [
    'Subject: large',
    'Content-Type: multipart/mixed; boundary=b',
    '',
    '--b',
    'Content-Type: application/octet-stream',
    'Content-Transfer-Encoding: base64',
    '\r\n',
  ].join('\r\n'),
)
const TAIL = Buffer.from('--b--\r\n')
const WARMING = 20
/** Its sequence number, behind those and one that was appended. */
const LARGE = WARMING + 2
const CHUNK_LINES = 10_000
const CHUNK_BYTES = CHUNK_LINES * 78

let world: World
let baseline: { name: string; pid: number; bytes: number }[]
before(async () => {
  world = await startWorld({
    env: {
      EDGE_MESSAGE_SIZE: '400M',
      IMAP_MESSAGE_SIZE: '400M',
      MAILBOX_STORE_MESSAGE_MAX: '400M',
    },
  })
  await world.addAccounts([{ login: ALICE }])
  // What a process needs to run at all is not counted, nor that the database's own cache (64 MB) fills.
  for (let i = 0; i < WARMING; i++) await sendBySmtp(sized(4 * MB))
  await untilThere(WARMING)
  using imap = await openRawImap(world.at('imaps'), ALICE)
  await imap.command('SELECT INBOX')
  await imap.command('FETCH 1:* (BODY.PEEK[] BODYSTRUCTURE)')
  const small = sized(2 * MB)
  await imap.append('INBOX', small.size, small.bytes())
  baseline = processes().map(([name, pid]) => {
    // The peak is counted from here on.
    writeFileSync(`/proc/${pid}/clear_refs`, '5')
    return { name, pid, bytes: memory(pid, 'VmRSS') }
  })
})
after(() => world[Symbol.asyncDispose]())

/** A message of about that size which can hardly be compressed. */
function sized(about: number) {
  const chunks = Math.ceil(about / CHUNK_BYTES)
  const hash = createHash('sha256')
  return {
    size: HEAD.length + chunks * CHUNK_BYTES + TAIL.length,
    /** Of what was given so far. */
    hash,
    *bytes() {
      yield hashed(HEAD, hash)
      for (let i = 0; i < chunks; i++) {
        const text = randomBytes(CHUNK_LINES * 57).toString('base64')
        yield hashed(Buffer.from(text.replaceAll(/.{76}/g, '$&\r\n'), 'latin1'), hash)
      }
      yield hashed(TAIL, hash)
    },
  }
}

function hashed(bytes: Buffer, hash: Hash): Buffer {
  hash.update(bytes)
  return bytes
}

function processes(): [name: string, pid: number][] {
  const about = JSON.parse(readFileSync(join(world.dataFolder, 'run', 'solo.json'), 'utf8'))
  return Object.entries(about.processes as Record<string, number>)
}

function memory(pid: number, key: 'VmHWM' | 'VmRSS'): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const [, kilobytes] = new RegExp(`${key}:\\s+(\\d+) kB`).exec(status) ?? []
  return Number(kilobytes) * 1024
}

/** Checks by how much each process has grown at most, since before the first large message. */
function checkGrowth(context: { diagnostic(text: string): void }): void {
  const grown = baseline.map(({ name, pid, bytes }) => ({
    ...{ name, pid },
    growth: memory(pid, 'VmHWM') - bytes,
  }))
  const text = grown.map(({ name, growth }) => `${name} ${Math.round(growth / MB)} MB`).join(', ')
  context.diagnostic(text)
  assert.deepEqual(processes(), baseline.map(({ name, pid }) => [name, pid])) // biome-ignore format: one thing
  for (const { name, growth } of grown) assert(growth < GROWTH_MAX, `${name} is too large: ${text}`)
}

async function sendBySmtp({ bytes }: ReturnType<typeof sized>): Promise<void> {
  using smtp = await openSmtp(world.at('smtp'))
  await smtp.command('MAIL FROM:<someone@elsewhere.test>')
  await smtp.command(`RCPT TO:<${ALICE}>`)
  assert.equal((await smtp.command('DATA')).code, 354)
  for (const chunk of bytes()) await smtp.write(chunk)
  const { code, text } = await smtp.command('.')
  assert.equal(code, 250, text)
}

async function untilThere(count: number): Promise<void> {
  await using client = await openImap(world, ALICE)
  await untilInboxHas(client, count)
}

test('a message of 256 MB by SMTP, read as a whole and in parts', SKIP, async (t) => {
  const message = sized(LARGE_BYTES)
  await sendBySmtp(message)
  await untilThere(LARGE)
  checkGrowth(t)
  const digest = message.hash.digest('hex')

  using imap = await openRawImap(world.at('imaps'), ALICE)
  await imap.command('SELECT INBOX')
  const [told = ''] = await imap.command(`FETCH ${LARGE} (RFC822.SIZE BODYSTRUCTURE)`)
  const whole = Number(/RFC822.SIZE (\d+)/.exec(told)?.[1])
  const trace = whole - message.size
  assert(trace > 0 && trace < 1000, told)
  assert.match(told, /"octet-stream"/i)

  const read = createHash('sha256')
  let at = 0
  await imap.command(`FETCH ${LARGE} BODY.PEEK[]`, (bytes) => {
    read.update(bytes.subarray(Math.max(0, trace - at)))
    at += bytes.length
  })
  assert.equal(at, whole)
  assert.equal(read.digest('hex'), digest)
  checkGrowth(t)

  const parts = createHash('sha256')
  for (let from = trace; from < whole; from += 31 * MB) {
    await imap.command(`FETCH ${LARGE} BODY.PEEK[]<${from}.${31 * MB}>`, (bytes) =>
      parts.update(bytes),
    )
  }
  assert.equal(parts.digest('hex'), digest)
  checkGrowth(t)
})

test('a message of 256 MB by APPEND, its attachment read', SKIP, async (t) => {
  using imap = await openRawImap(world.at('imaps'), ALICE)
  await imap.command('CREATE Large')
  const message = sized(LARGE_BYTES)
  await imap.append('Large', message.size, message.bytes())
  checkGrowth(t)
  await imap.command('SELECT Large')
  const read = createHash('sha256').update(HEAD)
  await imap.command('FETCH 1 BODY.PEEK[1]', (bytes) => read.update(bytes))
  read.update(`\r\n${TAIL}`)
  assert.equal(read.digest('hex'), message.hash.digest('hex'))
  checkGrowth(t)
})
