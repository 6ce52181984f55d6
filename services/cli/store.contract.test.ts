/** `hikyaku store` against a real store in a process of its own, whose documents are damaged meanwhile. */

import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { withDatabaseName } from '#lib/db/mongo/url.ts'
import { openDatabase } from '#lib/db/open.ts'
import type { Document } from '#lib/db/port.ts'
import { connectMailboxStore } from '#lib/node/clients.ts'
import { systemClock } from '#lib/node/clock.ts'
import { startDirectory, startStore } from './testing.ts'

const { HIKYAKU_CONTRACT, MONGODB_URL } = process.env
const wanted = HIKYAKU_CONTRACT === '1' || MONGODB_URL !== undefined
const options = {
  skip: wanted ? false : 'starts processes: set HIKYAKU_CONTRACT=1 or MONGODB_URL',
  timeout: 120_000,
}

type Fields = Document & { readonly exists: number; readonly name: string; readonly blob: string }

/** Alice of the directory with a message, and somebody whom the directory does not know. */
async function open() {
  await using opened = new AsyncDisposableStack()
  const platform = opened.use(await startDirectory())
  const url = MONGODB_URL && withDatabaseName(MONGODB_URL, `cli-${randomUUID().slice(0, 8)}`)
  const store = opened.use(await startStore(platform.folder, url))
  await platform.hikyaku('quickstart')
  const shown = JSON.parse((await platform.hikyaku('account show alice@example.test --json')).out)
  using client = connectMailboxStore(store.links)
  for (const account of [shown.id, 'stranger']) {
    const content = Buffer.from(`Subject: to ${account}\r\n\r\nHello\r\n`)
    const mailbox = { name: 'INBOX' }
    await client.append({ account, tenant: 'acme', mailbox, content, mailId: 'm1', flags: [] })
  }
  const stack = opened.move()
  return {
    ...platform,
    account: String(shown.id),
    /** Writes straight into the database that the store works on. */
    async damage(name: string, change: (found: Fields) => Partial<Fields> | undefined) {
      await using database = await openDatabase(store.databaseUrl, { clock: systemClock })
      const collection = await database.collection<Fields>({ name, indexes: [] })
      for await (const found of collection.find({})) {
        const set = change(found)
        if (set === undefined) await collection.deleteOne({ _id: found._id })
        else await collection.updateOne({ _id: found._id }, { $set: set })
      }
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

test(
  'store check finds damage, repairs it when asked to, and its exit code says so',
  options,
  async () => {
    await using platform = await open()
    const { hikyaku, account, damage } = platform
    const sound = await hikyaku('store check --bytes')
    assert.equal(sound.error, '')
    assert.match(sound.out, /^stranger: the directory does not know this account$/m)
    assert.match(sound.out, /^2 mailboxes with 2 messages: nothing is wrong$/m)
    assert.equal(sound.code, 0)

    await damage('mailboxes', ({ exists }) => ({ exists: exists + 1 }))
    const damaged = await hikyaku('store check')
    assert.equal(damaged.code, 1)
    assert.match(damaged.out, /^alice@example.test INBOX counts: exists 2 instead of 1$/m)
    assert.match(damaged.out, /^stranger INBOX counts: /m)
    assert.match(damaged.out, /2 findings, 0 repaired$/m)

    const one = await hikyaku(
      'store check --account alice@example.test --mailbox inbox --repair --json',
    )
    assert.equal(one.code, 1)
    const [finding, summary] = one.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    const { kind, repaired, login, mailboxName } = finding
    assert.deepEqual(
      [kind, repaired, login, mailboxName],
      ['counts', true, 'alice@example.test', 'INBOX'],
    )
    assert.deepEqual(summary, { mailboxes: 1, messages: 1, findings: 1, repaired: 1 })
    assert.equal((await hikyaku(`store check --account ${account}`)).code, 0)
    assert.equal((await hikyaku('store check --account stranger')).code, 1)
    assert.equal((await hikyaku('store check --repair')).code, 1)
    assert.equal((await hikyaku('store check')).code, 0)

    await damage('blobs', () => undefined)
    const lost = await hikyaku('store check --account alice@example.test --repair')
    assert.equal(lost.code, 1)
    assert.match(lost.out, /^alice@example.test INBOX missing-blob 1: mail id m1, acme\/\S+$/m)
  },
)

test('store collect tells what it removed', options, async () => {
  await using platform = await open()
  const { code, out } = await platform.hikyaku('store collect --json')
  assert.equal(code, 0)
  const { kept, removed } = JSON.parse(out)
  assert.deepEqual({ kept, removed }, { kept: 2, removed: 0 })
})

test('what cannot be checked has an exit code of its own', options, async () => {
  await using platform = await open()
  const cases: [line: string, said: RegExp][] = [
    ['store check --account nobody@example.test', /no account nobody@example.test/],
    ['store check --account alice@example.test --mailbox Nowhere', /no mailbox Nowhere/],
    ['store check --mailbox INBOX', /--mailbox needs --account/],
    ['store check --data /nowhere', /npm start/],
  ]
  for (const [line, said] of cases) {
    const { code, out, error } = await platform.hikyaku(line)
    assert.match(error, said, line)
    assert.equal(out, '', line)
    assert.equal(code, 2, line)
  }
  const help = await platform.hikyaku('store check --help')
  assert.match(help.out, /--repair/)
  assert.match(help.out, /Exit codes: 0 nothing is wrong, 1 something was found/)
})
