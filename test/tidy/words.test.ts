import assert from 'node:assert/strict'
import { basename } from 'node:path'
import { test } from 'node:test'
import { houseFiles, readText } from './files.ts'

const CODE = /^(lib|services|loadtest|deploy)\/.*\.(ts|js)$/
const IS_TEST = /\.(test|contract|fuzz)\.ts$|\/testing\.ts$/

test('time and chance are parameters: the real ones live in lib/node/clock.ts', () => {
  for (const file of houseFiles(/^(lib|services)\/.*\.ts$/)) {
    if (IS_TEST.test(file) || file === 'lib/node/clock.ts') continue
    assert.doesNotMatch(readText(file), /Date\.now\(|new Date\(\)|Math\.random\(/, file)
  }
})

test('what is left for later is an issue, not a FIXME', () => {
  for (const file of houseFiles(/^(?!test\/tidy\/).*\.(ts|js|md|proto)$/)) {
    assert.doesNotMatch(readText(file), /\b(FIXME|TODO|XXX)\b/, file)
  }
})

test('no process ends itself: it drains, and node exits when nothing is left', () => {
  for (const file of houseFiles(/^(lib|services)\/.*\.ts$/)) {
    if (IS_TEST.test(file)) continue
    assert.doesNotMatch(readText(file), /process\.exit\(/, file)
  }
})

test('file names are kebab-case nouns or verbs, none that says nothing', () => {
  for (const file of houseFiles(CODE)) {
    const name = basename(file).replace(/(\.\w+)*$/, '')
    assert.match(name, /^[a-z0-9]+(-[a-z0-9]+)*$/, file)
    assert.doesNotMatch(name, /^(utils?|helpers?|common|manager|impl|types|index)$/, file)
  }
})
