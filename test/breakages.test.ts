import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { BREAKAGES, breakText } from './breakages/list.ts'

test('each breakage of the list still breaks one place of the code', () => {
  for (const breakage of BREAKAGES) {
    const broken = breakText(readFileSync(breakage.file, 'utf8'), breakage)
    assert.notEqual(broken, '', breakage.name)
    assert(breakage.test === undefined || existsSync(breakage.test), `${breakage.name}: its test`)
  }
})

test('breakages have names of their own', () => {
  const names = BREAKAGES.map(({ name }) => name)
  assert.deepEqual(names, [...new Set(names)])
})
