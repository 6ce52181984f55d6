import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { test } from 'node:test'
import { houseFiles, readText } from './files.ts'

const LINES_MAX = 400
const GUARDED_LINES_MAX = 300
const FOLDER_FILES_MAX = 25

/** The two files that grew without limit in every mail server we looked at. */
const GUARDED = /\/(connection|message)\.ts$/

test('no file grows past what one head holds', () => {
  for (const file of houseFiles(/\.(ts|js|md)$/)) {
    if (/^(CHANGELOG|docs\/reference\/).*\.md$/.test(file)) continue
    const lines = readText(file).split('\n').length - 1
    const linesMax = GUARDED.test(file) ? GUARDED_LINES_MAX : LINES_MAX
    assert.ok(lines <= linesMax, `${file} has ${lines} lines, at most ${linesMax}`)
  }
})

test('no folder is so full that nothing is found in it', () => {
  const folders = new Set(houseFiles(/^(lib|services|test|loadtest|deploy)\//).map(folderOf))
  for (const folder of folders) {
    const files = readdirSync(folder).filter((name) => /\.(ts|js)$/.test(name))
    const counted = files.filter((name) => !/\.(test|fuzz|contract)\.ts$/.test(name))
    assert.ok(counted.length <= FOLDER_FILES_MAX, `${folder} has ${counted.length} files`)
  }
})

function folderOf(file: string): string {
  return file.slice(0, file.lastIndexOf('/'))
}
