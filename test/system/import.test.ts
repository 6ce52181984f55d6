/** `hikyaku account import`: many accounts in one call, bad lines reported, the rest goes in. */

import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import iconv from 'iconv-lite'
import { openImap } from '../clients/imap.ts'
import { passwordOf, startWorld } from '../world.ts'

const ACCOUNTS = 100

test('a Shift_JIS file from a spreadsheet goes in but for its bad lines, and can be given again', async () => {
  await using world = await startWorld()
  await world.addAccounts([{ login: 'alice@example.test' }])
  const lines = Array.from({ length: ACCOUNTS }, (_, at) => {
    const login = `user${at}@example.test`
    return `${login},${passwordOf(login)},"山田, ${at}号",1G,a..${at}@example.test`
  })
  const bad: [line: string, told: RegExp][] = [
    ['nobody', /fields/],
    ['no address,x,,,', /line 3: An address needs an @/],
    ['u@elsewhere.test,x,,,', /line 4: There is no domain elsewhere\.test/],
    ['alice@example.test,x,,,', /line 5: alice@example\.test exists/],
    ['v@example.test,x,,7X,', /line 6: '7X' is not a quota/],
  ]
  const csv = ['login,password,title,quota,aliases', ...bad.map(([line]) => line), ...lines]
  const file = join(world.dataFolder, 'accounts.csv')
  await writeFile(file, iconv.encode(`${csv.join('\r\n')}\r\n`, 'shift_jis'))

  const args = ['account', 'import', file, '--encoding', 'shift_jis']
  const first = await world.cli(args)
  assert.equal(first.code, 1)
  assert.equal(first.stdout, `${ACCOUNTS} imported, ${bad.length} failed\n`)
  for (const [, told] of bad) assert.match(first.stderr, told)
  assert.doesNotMatch(first.stderr, /secret of/)

  const again = await world.cli([...args, '--skip-existing', '--json'])
  assert.deepEqual(JSON.parse(again.stdout), { imported: 0, skipped: ACCOUNTS + 1, failed: 4 })

  const shown = await world.cli(['account', 'show', 'a..7@example.test', '--json'])
  const owner = await world.cli(['address', 'show', 'a..7@example.test', '--json'])
  assert.equal(shown.code, 1)
  assert.equal(JSON.parse(owner.stdout).account, 'user7@example.test')
  const { stdout } = await world.cli(['account', 'show', 'user7@example.test', '--json'])
  assert.equal(JSON.parse(stdout).title, '山田, 7号')
  await using _client = await openImap(world, 'user7@example.test')
})
