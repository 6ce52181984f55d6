/** Sending rules and DKIM keys as administrators have them: the program against a real directory. */

import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { withDatabaseName } from '#lib/db/mongo/url.ts'
import { MongoDatabase } from '#lib/db/mongo.ts'
import { startDirectory } from '../testing.ts'

const { HIKYAKU_CONTRACT, MONGODB_URL } = process.env
const wanted = HIKYAKU_CONTRACT === '1' || MONGODB_URL !== undefined
const options = {
  skip: wanted ? false : 'starts processes: set HIKYAKU_CONTRACT=1 or MONGODB_URL',
  timeout: 120_000,
}

async function open() {
  await using opened = new AsyncDisposableStack()
  const url = MONGODB_URL && withDatabaseName(MONGODB_URL, `cli-${randomUUID().slice(0, 8)}`)
  if (url) {
    const database = opened.use(await MongoDatabase.open(url))
    opened.defer(async () => void (await database.client.db().dropDatabase()))
  }
  const { hikyaku, ...directory } = await startDirectory(url)
  opened.use(directory)
  const run = async (line: string) => {
    const { code, out, error } = await hikyaku(line)
    assert.equal(code, 0, `${line}: ${error}`)
    return out
  }
  await run('tenant add example')
  await run('domain add example.test --tenant example')
  const stack = opened.move()
  return { hikyaku, run, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

test('what may be sent is shown with where it comes from, and set', options, async () => {
  await using platform = await open()
  const { run, hikyaku } = platform
  const limits = '--messages-per-hour 50 --size-bytes 10M --hold yes --tenant-messages-per-day 5k'
  await run(`sending set --tenant example ${limits}`)
  const out = await run('sending set --domain example.test --hold no --recipients-per-day off')
  assert.match(out, /^messages-per-hour +50 +tenant example$/m)
  assert.match(out, /^size-bytes +10M +tenant example$/m)
  assert.match(out, /^hold +no +domain example.test +yes$/m)
  assert.match(out, /^recipients-per-day +off +domain example.test +yes$/m)
  assert.match(out, /^tenant-messages-per-day +5000 +tenant example$/m)
  assert.match(out, /^messages-per-day +1000 +default$/m)
  const json = await run('sending set --domain example.test --inherit hold --json')
  const rows = json
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  const hold = { rule: 'hold', value: true, from: 'tenant example', own: false }
  assert.deepEqual(
    rows.find(({ rule }) => rule === 'hold'),
    hold,
  )
  assert.match(await run('sending show --platform'), /^hold +no +default$/m)

  const cases: [line: string, code: number, said: RegExp][] = [
    ['sending show', 2, /Give one of/],
    ['sending show --platform --tenant example', 2, /Give one of/],
    ['sending set --platform', 2, /Nothing to change/],
    ['sending set --platform --hold maybe', 1, /not yes or no/],
    ['sending set --platform --messages-per-hour x', 1, /not a number/],
    ['sending set --platform --inherit nonsense', 1, /no sending rule/],
    ['sending set --domain example.test --tenant-messages-per-hour 1', 1, /rule of tenants/],
    ['sending set --platform --cram-md5 yes', 1, /no key to seal/],
  ]
  for (const [line, code, said] of cases) {
    const ran = await hikyaku(line)
    assert.equal(ran.code, code, line)
    assert.match(ran.error, said, line)
  }
})

test('without a key to seal with there are no DKIM keys, and it says so', options, async () => {
  await using platform = await open()
  const { hikyaku, run } = platform
  assert.match(await run('dkim keys example.test'), /example.test has no DKIM keys/)
  const made = await hikyaku('dkim make example.test')
  assert.equal(made.code, 1)
  assert.match(made.error, /no key to seal secrets with/)
})
