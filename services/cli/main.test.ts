import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'

test('whose reader goes away ends without a word, as `… | head` has it', async () => {
  const main = join(import.meta.dirname, 'main.ts')
  const child = spawn(process.execPath, [main, '--help'], { stdio: ['ignore', 'pipe', 'pipe'] })
  child.stdout.destroy()
  const [said, [, signal]] = await Promise.all([text(child.stderr), once(child, 'exit')])
  assert.equal(said, '')
  assert.equal(signal, 'SIGTERM')
})
