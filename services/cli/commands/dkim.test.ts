import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DkimKey__Output } from '#proto/types/hikyaku/directory/DkimKey.ts'
import { Given, type Tools } from '../command.ts'
import { openOutput } from '../output.ts'
import { dkimCommands } from './dkim.ts'

const PUBLIC = 'A'.repeat(392)
const KEY: DkimKey__Output = {
  domain: 'example.test',
  selector: 'hk20261122r',
  algorithm: 'rsa',
  state: 'waiting',
  recordName: 'hk20261122r._domainkey.example.test',
  recordText: `v=DKIM1; k=rsa; p=${PUBLIC}`,
  createdAt: Date.UTC(2026, 10, 22),
}

/** Runs one command against a directory that has one key; what it printed, and what was asked. */
async function run(name: string, options: Readonly<Record<string, unknown>> = {}) {
  const asked: unknown[] = []
  let out = ''
  const answer = async (request: unknown) => {
    asked.push(request)
    return { keys: [KEY] }
  }
  const admin = {
    listDkimKeys: answer,
    makeDkimKeys: answer,
    activateDkimKeys: answer,
    deleteDkimKey: answer,
  }
  const output = openOutput(options.json === true, {
    out: (text) => {
      out += text
    },
    error: assert.fail,
  })
  const command = dkimCommands.find((candidate) => candidate.name === name)
  assert(command)
  const given = new Given(['example.test', 'hk20261122r'], options)
  await command.run(given, { admin, output } as unknown as Tools)
  return { out, asked }
}

test('records are printed as lines of a zone, in strings that DNS takes. RFC 1035 §3.3.14', async () => {
  const { out, asked } = await run('dkim rotate')
  assert.deepEqual(asked, [{ domain: 'example.test', rotate: true }])
  assert.match(out, /^example\.test +hk20261122r +rsa +waiting +2026-11-22$/m)
  const [, strings = ''] =
    /^hk20261122r\._domainkey\.example\.test\. IN TXT (.*)$/m.exec(out) ?? assert.fail(out)
  const parts = [...strings.matchAll(/"([^"]*)"/g)].map(([, part = '']) => part)
  assert(parts.length === 2 && parts.every((part) => part.length <= 255))
  assert.equal(parts.join(''), KEY.recordText)
})

test('or plain, for web forms, and as JSON for programs', async () => {
  const plain = await run('dkim make', { plain: true })
  assert.deepEqual(plain.asked, [{ domain: 'example.test', rotate: false }])
  assert.match(
    plain.out,
    new RegExp(`^Name: ${KEY.recordName}\nType: TXT\nText: ${KEY.recordText}$`, 'm'),
  )
  const { out } = await run('dkim keys', { json: true })
  const { recordName, recordText, state, zone } = JSON.parse(out)
  assert.deepEqual([recordName, recordText, state], [KEY.recordName, KEY.recordText, 'waiting'])
  assert.match(zone, /IN TXT "v=DKIM1/)
})

test('a key is deleted by its domain and its selector', async () => {
  const { out, asked } = await run('dkim delete')
  assert.deepEqual(asked, [{ name: 'example.test hk20261122r' }])
  assert.equal(out, 'Deleted key hk20261122r of example.test\n')
})
