import assert from 'node:assert/strict'
import { chmodSync, mkdtempDisposableSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { StartProblem } from '#lib/node/supervisor/problem.ts'
import { findHaproxy, spell } from './haproxy.ts'

test('a haproxy is found by its path or in the folders of programs', () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'hikyaku-haproxy-'))
  const program = join(folder.path, 'haproxy')
  writeFileSync(program, '')
  assert.throws(() => findHaproxy(program), StartProblem)
  chmodSync(program, 0o755)
  assert.equal(findHaproxy(program), program)
  assert.equal(findHaproxy('haproxy', `/nowhere:${folder.path}`), program)
})

test('without one, a line says what to install', () => {
  assert.throws(() => findHaproxy('haproxy', '/nowhere'), /Debian: apt-get install haproxy/)
})

test('addresses are spelled as haproxy reads them', () => {
  assert.equal(spell({ host: '127.0.0.1', port: 25 }), '127.0.0.1:25')
  assert.equal(spell({ host: '::1', port: 25 }), '[::1]:25')
  assert.equal(spell({ path: '/run/x.sock' }), 'unix@/run/x.sock')
})
