/** Groups, forwarding, catch-all and alias domains as the users of `hikyaku` have them. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startDirectory } from './testing.ts'

const { HIKYAKU_CONTRACT, MONGODB_URL } = process.env
const wanted = HIKYAKU_CONTRACT === '1' || MONGODB_URL !== undefined
const options = {
  skip: wanted ? false : 'starts processes: set HIKYAKU_CONTRACT=1 or MONGODB_URL',
  timeout: 120_000,
}

async function open() {
  const platform = await startDirectory()
  const ask = async (line: string) => {
    const { code, out, error } = await platform.hikyaku(`${line} --json`)
    assert.equal(code, 0, error)
    return JSON.parse(out.trim().split('\n').at(-1) ?? '')
  }
  await ask('quickstart')
  return { ...platform, ask }
}

test('an account forwards, with a copy or without, and is granted addresses', options, async () => {
  await using platform = await open()
  const { hikyaku, ask } = platform
  const alice = 'account set alice@example.test'
  const first = await ask(`${alice} --forward a@away.test --forward bob@example.test`)
  assert.deepEqual(first.forwards, ['a@away.test', 'bob@example.test'])
  assert.equal(first.keepsCopy, true)
  const shown = await hikyaku(`${alice} --forward a@away.test --no-copy --send-as @example.test`)
  assert.match(shown.out, /^FORWARDS TO +a@away.test \(keeps no copy\)$/m)
  assert.match(shown.out, /^MAY SEND AS +@example.test$/m)
  const listed = await hikyaku('account list')
  assert.doesNotMatch(listed.out, /away/)
  const ended = await ask(`${alice} --no-forward --no-send-as`)
  assert.deepEqual([ended.forwards, ended.keepsCopy, ended.sendAs], [[], true, []])
  const added = await ask(
    'account add carol@example.test --generate --forward c@away.test --no-copy',
  )
  assert.deepEqual([added.forwards, added.keepsCopy], [['c@away.test'], false])
  const cases: [line: string, code: number, said: RegExp][] = [
    [`${alice} --forward alice@example.test`, 1, /own address/],
    [`${alice} --forward x@away.test --no-forward`, 2, /neither/],
    [`${alice} --send-as x@example.test --no-send-as`, 2, /together/],
    [`${alice} --send-as x@nowhere.test`, 1, /no domain nowhere.test/],
  ]
  for (const [line, code, said] of cases) {
    const ran = await hikyaku(line)
    assert.equal(ran.code, code, line)
    assert.match(ran.error, said, line)
  }
})

test('groups are made, changed, listed and deleted', options, async () => {
  await using platform = await open()
  const { hikyaku, ask } = platform
  const team = 'team@example.test'
  const made = await ask(`group add ${team} --title Team --member alice@example.test`)
  assert.deepEqual(made.members, ['alice@example.test'])
  assert.equal(made.tenant, 'example')
  const set = `group set ${team} --add x@away.test --add y@away.test --remove alice@example.test`
  assert.deepEqual((await ask(set)).members, ['x@away.test', 'y@away.test'])
  assert.match((await hikyaku(`group show ${team}`)).out, /^MEMBERS +x@away.test y@away.test$/m)
  assert.match(
    (await hikyaku('group list --domain example.test')).out,
    /^team@\S+ +example +Team +2$/m,
  )
  assert.match((await hikyaku('address list')).out, /^team@example.test +\(group\)$/m)
  assert.equal((await hikyaku(`group set ${team}`)).code, 2)
  assert.match((await hikyaku(`address delete ${team}`)).error, /delete the group/)
  assert.deepEqual(await ask(`group delete ${team}`), { deleted: team })
  const gone = await hikyaku(`group show ${team}`)
  assert.equal(gone.error, `hikyaku: There is no group ${team}\n`)
  assert.match((await hikyaku('group --help')).out, /^usage: hikyaku group/)
})

test('a domain is caught whole, is an alias, and has its own plus addresses', options, async () => {
  await using platform = await open()
  const { hikyaku, ask } = platform
  const caught = await ask('address add @example.test --account alice@example.test')
  assert.deepEqual(caught, { address: '@example.test', account: 'alice@example.test' })
  assert.equal((await ask('address show @example.test')).account, 'alice@example.test')
  await ask('address delete @example.test')
  const alias = 'domain add example.jp --tenant example --alias-of example.test'
  const added = await ask(alias)
  assert.deepEqual([added.aliasOf, added.plus], ['example.test', '+'])
  const refused = await hikyaku('account add x@example.jp --generate')
  assert.match(refused.error, /has the addresses of example.test/)
  const set = await ask('domain set example.jp --no-alias --plus -')
  assert.deepEqual([set.aliasOf, set.plus], ['', '-'])
  assert.equal((await ask('domain set example.jp --plus off')).plus, '')
  assert.match((await hikyaku('domain show example.jp')).out, /^PLUS +off$/m)
  assert.equal((await hikyaku('domain set example.jp --alias-of example.test --no-alias')).code, 2)
})
