/** What a message is when it leaves the platform: whole, signed, small in memory, and in a form that the other host takes. */

import assert from 'node:assert/strict'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { openImap, untilInboxHolds } from '../clients/imap.ts'
import { checkLedger, type Outside, readJson, startOutside } from '../clients/outside.ts'
import { bytesOf, openSubmission, submit } from '../clients/submission.ts'
import { startWorld, type World } from '../world.ts'

const MB = 1024 * 1024
const ALICE = 'alice@example.test'
const LARGE_BYTES = 100_000_000
/** Of which a process that has the message whole once needs all; what it has not collected yet is less. */
const GROWTH_MAX = 80 * MB
/** Where Debian has them: another Python may come first on the path. */
const PYTHON = '/usr/bin/python3'
const SMTP_SINK = '/usr/sbin/smtp-sink'

const VERIFY = `
import base64, dkim, json, nacl.signing, sys
asked = json.load(sys.stdin)
find = lambda name, timeout=5: asked['records'].get(name.decode().rstrip('.'), '').encode() or None
mail = dkim.DKIM(base64.b64decode(asked['mail']))
count = sum(1 for name, _ in mail.headers if name.lower() == b'dkim-signature')
print(json.dumps([mail.verify(index, dnsfunc=find) for index in range(count)]))
`

let outside: Outside
let world: World
before(async () => {
  outside = await startOutside()
  world = await startWorld({
    env: { ...outside.env, SUBMISSION_MESSAGE_SIZE: '200M' },
  })
  await world.addAccounts([{ login: ALICE }, { login: 'bob@signed.test' }])
  const allowed = await world.cli(['sending', 'set', '--account', ALICE, '--size-bytes', '200M'])
  assert.equal(allowed.code, 0, allowed.stderr)
})
after(async () => {
  await world?.[Symbol.asyncDispose]()
  await outside?.[Symbol.asyncDispose]()
})

function without(found: boolean, what: string): { skip: string | false } {
  return { skip: !found && process.env.CI !== 'true' && `install ${what}` }
}

const CLIENT = ['-c', 'import dkim, nacl.signing']
const DKIM = without(spawnSync(PYTHON, CLIENT).status === 0, 'python3-dkim and python3-nacl')

test(
  'a signed mail is otherwise unchanged byte for byte, and another program verifies it',
  DKIM,
  async () => {
    const made = await world.cli(['dkim', 'make', 'signed.test', '--json'])
    assert.equal(made.code, 0, made.stderr)
    const listed = await world.cli(['dkim', 'keys', 'signed.test', '--json'])
    const keys = readJson<{ state: string; recordName: string; recordText: string }>(listed.stdout)
    assert.deepEqual(
      keys.map(({ state }) => state),
      ['active', 'active'],
    )
    const peer = await outside.open('verifies.test')
    // Spaces at line ends, empty lines at the end, 8-bit text and a folded header are what a careless hand would change.
    const header = 'X-Folded: one\r\n\ttwo  \r\n  three\r\nMIME-Version: 1.0\r\n'
    const body = 'Hello \t\r\n..\r\n.\r\nこんにちは  \r\n\r\n\r\n'
    const draft = { from: 'bob@signed.test', to: ['a@verifies.test'], id: 's@signed.test' }
    await submit(world, { ...draft, header, body, mail: 'BODY=8BITMIME' })
    await peer.accepted(1)
    const [{ bytes } = assert.fail()] = peer.mails
    const sent = bytesOf({ ...draft, header, body })
    assert.ok(bytes.subarray(-sent.length).equals(sent), String(bytes))
    const added = bytes.toString('utf8', 0, bytes.length - sent.length)
    assert.match(
      added,
      /^(?:DKIM-Signature: (?:.*\r\n)(?:[ \t].*\r\n)*){2}Received: .*\r\n(?:[ \t].*\r\n)*$/,
    )
    const records = Object.fromEntries(keys.map((key) => [key.recordName, key.recordText]))
    const input = JSON.stringify({ records, mail: bytes.toString('base64') })
    const verified = spawnSync(PYTHON, ['-c', VERIFY], { input })
    assert.equal(String(verified.stdout).trim(), '[true, true]', String(verified.stderr))
  },
)

const SINK = without(spawnSync(SMTP_SINK).error === undefined, 'postfix (smtp-sink)')

test('the smtp-sink of Postfix gets what was sent', SINK, async () => {
  const host = outside.nextAddress()
  outside.dns.set({ 'sink.test': { mx: [[10, 'mx.sink.test']] }, 'mx.sink.test': { a: [host] } })
  const folder = await mkdtemp(join(tmpdir(), 'hikyaku-sink-'))
  // Root has to become somebody else, who can write there.
  await chmod(folder, 0o777)
  const user = process.getuid?.() === 0 ? ['-u', 'nobody'] : []
  const where = `${host}:${outside.port}`
  const sink = spawn(SMTP_SINK, [...user, '-d', join(folder, 'mail.'), where, '100'])
  const closed = once(sink, 'close')
  try {
    await untilListens(sink, host)
    const drafts = Array.from({ length: 20 }, (_, n) => ({
      ...{ from: ALICE, to: [`u${n}@sink.test`], id: `sink-${n}@example.test` },
      body: `.\r\n..dots ${n}\r\n.`.padEnd(n * 5000, `${'x'.repeat(70)}\r\n`).concat('\r\n'),
    }))
    using client = await openSubmission(world, ALICE)
    for (const draft of drafts) {
      assert.equal((await client.send(draft.from, draft.to, bytesOf(draft))).code, 250)
    }
    while ((await checkLedger(world)).delivered < drafts.length) await pause(20)
    const files = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'latin1'))
    assert.equal(files.length, drafts.length)
    for (const draft of drafts) {
      // It writes LFs.
      const sent = String(bytesOf(draft)).replaceAll('\r\n', '\n')
      assert.ok(
        files.some((text) => text.includes(sent)),
        draft.id,
      )
    }
  } finally {
    sink.kill()
    await closed
    await rm(folder, { recursive: true })
  }
})

async function untilListens(sink: ChildProcess, host: string): Promise<void> {
  for (;;) {
    assert.equal(sink.exitCode, null)
    const socket = connect({ host, port: outside.port })
    const listens = await once(socket, 'connect').then(
      () => true,
      () => false,
    )
    socket.destroy()
    if (listens) return
    await pause(10)
  }
}

test('a recipient that RFC 5321 forbids is written as the other host takes it', async () => {
  const raw = await outside.open('carrier.test')
  const quoted = await outside.open('strict.test', {
    on: { rcpt: (line) => (line.includes('"') ? undefined : '501 5.1.3 Bad recipient address') },
  })
  const draft = { from: ALICE, to: ['foo..bar@carrier.test', '.a.@strict.test'] }
  await submit(world, { ...draft, id: 'legacy@example.test' })
  await Promise.all([raw.accepted(1), quoted.accepted(1)])
  const rcptOf = ({ mails }: typeof raw) => mails.map(({ rcpt }) => rcpt[0]?.split(' ')[0])
  assert.deepEqual(rcptOf(raw), ['<foo..bar@carrier.test>'])
  assert.deepEqual(rcptOf(quoted), ['<".a."@strict.test>'])
})

test('a mail that needs SMTPUTF8 is taken by who offers it, and else comes back', async () => {
  const able = await outside.open('utf8.test')
  await outside.open('ascii.test', { extensions: ['PIPELINING', '8BITMIME', 'SIZE 1000000'] })
  await using inbox = await openImap(world, ALICE)
  const to = ['花子@utf8.test', '花子@ascii.test']
  await submit(world, { from: ALICE, to, id: 'utf8@example.test', mail: 'BODY=8BITMIME SMTPUTF8' })
  await able.accepted(1)
  assert.match(able.mails[0]?.mail ?? '', / SMTPUTF8\b/)
  assert.match(able.mails[0]?.rcpt[0] ?? '', /^<花子@utf8\.test>/)
  const [notice] = await untilInboxHolds(inbox, ['in-reply-to', '<utf8@example.test>'])
  assert.match(String(notice), /^Content-Type: message\/global-delivery-status\r$/m)
  assert.equal((await checkLedger(world)).queued, 0)
})

const LINUX = { skip: process.platform !== 'linux' && 'memory is read from /proc' }

test(
  'a message of 100 MB leaves as it came, and no process ever has it whole',
  LINUX,
  async (t) => {
    const peer = await outside.open('large.test')
    // What a process needs to run at all, and to do so once, is not counted.
    for (let n = 0; n < 5; n++) await sendLarge(`warming-${n}`, 4 * MB)
    await peer.accepted(5)
    const baseline = processes().map(([name, pid]) => {
      // The peak is counted from here on.
      writeFileSync(`/proc/${pid}/clear_refs`, '5')
      return { name, pid, before: memory(pid, 'VmRSS') }
    })
    const { size, digest } = await sendLarge('large', LARGE_BYTES)
    await peer.accepted(6)
    const { bytes } = peer.mails[5] ?? assert.fail()
    const trace = bytes.length - size
    assert.ok(trace > 0 && trace < 1000, String(trace))
    assert.equal(createHash('sha256').update(bytes.subarray(trace)).digest('hex'), digest)
    const grown = baseline.map(({ name, pid, before }) => ({
      ...{ name, growth: memory(pid, 'VmHWM') - before },
    }))
    const text = grown.map(({ name, growth }) => `${name} ${Math.round(growth / MB)} MB`).join(', ')
    t.diagnostic(text)
    for (const { growth } of grown) assert.ok(growth < GROWTH_MAX, text)
  },
)

/** Sends a message of about that size, which can hardly be compressed, without ever having it whole. */
async function sendLarge(name: string, about: number): Promise<{ size: number; digest: string }> {
  const to = 'a@large.test'
  const head = bytesOf({ from: ALICE, to: [to], id: `${name}@example.test`, body: '' })
  const hash = createHash('sha256')
  let size = 0
  using client = await openSubmission(world, ALICE)
  const write = async (bytes: Buffer) => {
    hash.update(bytes)
    size += bytes.length
    await client.write(bytes)
  }
  await client.command(`MAIL FROM:<${ALICE}>`)
  await client.command(`RCPT TO:<${to}>`)
  assert.equal((await client.command('DATA')).code, 354)
  await write(head)
  while (size < about) {
    const text = randomBytes(10_000 * 57).toString('base64')
    await write(Buffer.from(text.replaceAll(/.{76}/g, '$&\r\n'), 'latin1'))
  }
  const { code, text } = await client.command('.')
  assert.equal(code, 250, text)
  return { size, digest: hash.digest('hex') }
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
