import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readText } from './files.ts'
import { referencePages } from './reference.ts'

test('docs/reference says what the code says; `npm run docs` writes it', async () => {
  for (const [file, text] of await referencePages()) assert.equal(readText(file), text, file)
})
