/** `hikyaku` as its users have it: the program, its exit codes and its two outputs. */

import assert from 'node:assert/strict'
import { createHash, randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import iconv from 'iconv-lite'
import { withDatabaseName } from '#lib/db/mongo/url.ts'
import { MongoDatabase } from '#lib/db/mongo.ts'
import { runCli, startDirectory } from './testing.ts'

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
  const directory = opened.use(await startDirectory(url))
  const stack = opened.move()
  return { ...directory, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

test('quickstart, and quickstart again', options, async () => {
  await using platform = await open()
  const first = await platform.hikyaku('quickstart')
  assert.equal(first.error, '')
  assert.equal(first.code, 0)
  const [, password] = /alice@example.test +made, password (\S+)/.exec(first.out) ?? []
  assert(password)
  assert.match(first.out, /swaks --server 127.0.0.1:2525 .* --to alice@example.test/)
  assert.match(
    first.out,
    /curl .* -u 'alice@example.test:\S+' 'imap:\/\/127.0.0.1:2143\/INBOX;UID=1'/,
  )
  const again = await platform.hikyaku('quickstart')
  assert.equal(again.code, 0)
  assert.doesNotMatch(again.out, /password \S+-/)
  assert.equal(again.out.match(/exists already/g)?.length, 4)
  const reset = await platform.hikyaku('quickstart --reset --json')
  const lines = reset.out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  assert.equal(lines.length, 4)
  assert.equal(lines[2].account, 'alice@example.test')
  assert.notEqual(lines[2].password, password)
})

test(
  'passwords come by standard input or are made, and a failure has its exit code',
  options,
  async () => {
    await using platform = await open()
    const { hikyaku } = platform
    await hikyaku('tenant add example --title 例')
    await hikyaku('domain add example.test --tenant example')
    const added = await hikyaku('account add a..b@example.test --password-stdin', 'secret\n')
    assert.equal(added.code, 0)
    assert.match(added.out, /^LOGIN +a\.\.b@example\.test$/m)
    const quotas = '--quota 5G --quota-messages 20k'
    const made = await hikyaku(`account add bob@example.test --generate ${quotas} --json`)
    const { password, quotaBytes, quotaMessages } = JSON.parse(made.out)
    assert.match(password, /^\S{19}$/)
    assert.deepEqual([quotaBytes, quotaMessages], [5 * 1024 ** 3, 20_000])
    const domain = await hikyaku('domain set example.test --quota 50G --json')
    assert.equal(JSON.parse(domain.out).quotaBytes, 50 * 1024 ** 3)
    const tenant = await hikyaku('tenant set example --quota-messages 1M')
    assert.match(tenant.out, /^MAX MESSAGES +1000000$/m)

    const cases: [line: string, code: number, said: RegExp][] = [
      ['account add carol@example.test', 2, /no terminal/],
      ['account add carol@example.test --password-stdin', 2, /empty/],
      [
        'account add bob@example.test --generate',
        1,
        /^hikyaku: bob@example.test exists already\n$/,
      ],
      ['account add bob@nowhere.test --generate', 1, /no domain nowhere.test/],
      [
        'account show nobody@example.test',
        1,
        /^hikyaku: There is no account nobody@example.test\n$/,
      ],
      ['account set bob@example.test', 2, /Nothing to change/],
      ['account set bob@example.test --quota 5X', 1, /not a quota/],
      ['domain delete example.test', 1, /still has addresses/],
      ['account frobnicate', 2, /no command/],
      ['account list --data /nowhere', 1, /npm start/],
      ['', 2, /^usage: /],
    ]
    for (const [line, code, said] of cases) {
      const ran = await hikyaku(line)
      assert.equal(ran.code, code, line)
      assert.match(ran.error, said, line)
      assert.equal(ran.out, '', line)
    }
    const help = await hikyaku('account --help')
    assert.equal(help.code, 0)
    assert.match(help.out, /^usage: hikyaku account/)
  },
)

test('bad lines of an import are told by number, and the good ones are in', options, async () => {
  await using platform = await open()
  const { hikyaku } = platform
  await hikyaku('quickstart')
  const digest = createHash('sha256').update('secret').digest('base64')
  const csv = [
    'login,password,password_hash,title,quota,aliases',
    'carol@example.test,secret,,"山田, 花子",1G,c@example.test c..d@example.test',
    `dave@example.test,,{SHA256}${digest},,,`,
    'alice@example.test,secret,,,,',
    'eve@example.test,secret',
    'frank@example.test,secret,,,much,',
    '"two\nlines"@example.test,x,,,,',
    'grace@elsewhere.test,secret,,,,',
    'heidi@example.test,,$2y$10$abc,,,',
    'ivan@example.test,secret,,,,c@example.test',
    'judy@example.test,secret,,,,',
  ]
  const ran = await hikyaku('account import -', `${csv.join('\r\n')}\r\n`)
  assert.equal(ran.code, 1)
  assert.equal(ran.out, '3 imported, 7 failed\n')
  const complaints = ran.error
    .trim()
    .split('\n')
    .sort((a, b) => lineOf(a) - lineOf(b))
  const expected = [
    /^line 4: alice@example.test exists already$/,
    /^line 5: It has 2 fields, the header 6$/,
    /^line 6: 'much' is not a quota/,
    /^line 7: A quote stands inside a field$/,
    /^line 9: There is no domain elsewhere.test here$/,
    /^line 10: \$2y\$ is not supported for password hashes/,
    /^line 11: c@example.test exists already$/,
  ]
  assert.equal(complaints.length, expected.length, ran.error)
  for (const [at, said] of expected.entries()) assert.match(complaints[at] ?? '', said)

  const shown = await hikyaku('account show carol@example.test --json')
  const { title, aliases } = JSON.parse(shown.out)
  assert.equal(title, '山田, 花子')
  assert.deepEqual(aliases, ['c..d@example.test', 'c@example.test'])
  const unknown = await hikyaku('account import -', 'name,password\nx,y\n')
  assert.equal(unknown.code, 1)
  assert.match(unknown.error, /The header names 'name'/)
})

test('a file from Japanese Excel is read, and JSON lines too', options, async () => {
  await using platform = await open()
  const { hikyaku, folder } = platform
  await hikyaku('quickstart')
  const bytes = iconv.encode('login,title\r\ncarol@example.test,ソ表 花子\r\n', 'shift_jis')
  const wrong = await hikyaku('account import -', bytes)
  assert.equal(wrong.code, 1)
  assert.match(wrong.error, /^line 2: .*--encoding shift_jis/)
  const right = await hikyaku('account import - --encoding Shift_JIS', bytes)
  assert.equal(right.code, 0)
  assert.match((await hikyaku('account list')).out, /carol@example.test +example +ソ表 花子 /)
  const file = join(folder, 'accounts.jsonl')
  writeFileSync(file, '{"login":"carol@example.test"}\n{"login":"dave@example.test"}')
  const json = await hikyaku(`account import ${file} --skip-existing --json`)
  assert.deepEqual(JSON.parse(json.out), { imported: 1, skipped: 1, failed: 0 })
  assert.equal(json.code, 0)
})

test('an import goes on when the directory is killed and comes back', options, async () => {
  await using platform = await open()
  const { hikyaku } = platform
  await hikyaku('quickstart')
  const count = 500
  const lines = Array.from({ length: count }, (_, at) => `user${at}@example.test,secret ${at}`)
  const importing = hikyaku('account import -', `login,password\n${lines.join('\n')}\n`)
  // Somewhere in the middle of it.
  while (!(await hikyaku('account list --json')).out.includes('user100@example.test"')) {}
  await platform.kill()
  await platform.restart()
  const { code, out, error } = await importing
  assert.equal(error, '')
  assert.equal(out, `${count} imported, 0 failed\n`)
  assert.equal(code, 0)
  const listed = (await hikyaku('account list --json')).out.trim().split('\n')
  assert.equal(listed.length, count + 2)
})

test('without a platform it says how to start one', options, async () => {
  const { code, error } = await runCli('/nowhere', 'account list')
  assert.equal(code, 1)
  assert.equal(error, 'hikyaku: No platform runs in /nowhere: start it with npm start\n')
})

function lineOf(complaint: string): number {
  return Number(/^line ([0-9]+)/.exec(complaint)?.[1])
}
