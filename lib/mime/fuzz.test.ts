import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { Fault } from '#lib/base/fault.ts'
import { parseAddress } from '#lib/mail/address.ts'
import { parsePath } from '#lib/mail/path.ts'
import { parseDate } from './date.ts'
import { decodeHeaderText } from './encoded-word.ts'
import { parseHeader } from './header.ts'
import { MessageReader } from './message-reader.ts'
import { decodeParameter } from './parameter-value.ts'
import { foldText, readTexts } from './search-text.ts'
import { findPart } from './section.ts'
import { type ParsedMessage, type Part, parseMessage } from './structure.ts'

/** How long each fuzzer runs; hours at night. */
const BUDGET_MS = Number(process.env.FUZZ_MS ?? 1000)
const SEED = Number(process.env.FUZZ_SEED ?? Math.floor(Math.random() * 0x7fffffff)) || 1
/** Longer is a hang, for a message of a few kilobytes on a busy machine. */
const PARSE_MS_MAX = 1000

const FOLDER = new URL('../../test/fixtures/mail/', import.meta.url)
const FIXTURES = readdirSync(FOLDER).map((name) => readFileSync(new URL(name, FOLDER)))
const PIECES = [
  '\r\n',
  '\n',
  '\r\n\r\n',
  '--',
  '--outer',
  '--outer-inner--',
  '\r\nContent-Type: multipart/mixed; boundary=outer\r\n\r\n--outer\r\n',
  '\r\nContent-Type: message/rfc822\r\n\r\n',
  'Content-Transfer-Encoding: base64\r\n',
  '=?utf-8?B?',
  '?=',
  '\x1b$B',
  '"',
  '(',
  '<@',
  '>',
  ';',
  ':',
  '*0*=',
  '\\',
  '\0',
  '\xff',
  ' '.repeat(500),
]

let state = SEED
function random(below: number): number {
  state = (state * 48271) % 0x7fffffff
  return state % below
}

function pick<T>(list: readonly T[]): T {
  return list[random(list.length)] ?? assert.fail('an empty list')
}

/** A fixture with a few bytes changed, removed, moved or put in. */
function mutate(): Buffer {
  let bytes = pick(FIXTURES)
  for (let i = 1 + random(6); i > 0; i--) {
    const at = random(bytes.length + 1)
    const to = Math.min(bytes.length, at + random(40))
    const [head, middle, tail] = [bytes.subarray(0, at), bytes.subarray(at, to), bytes.subarray(to)]
    const put = [
      () => Buffer.alloc(0),
      () => Buffer.from(pick(PIECES), 'latin1'),
      () => Buffer.concat([middle, middle]),
      () => Buffer.from([random(256)]),
      () => pick(FIXTURES).subarray(random(400)),
    ]
    bytes = Buffer.concat([head, pick(put)(), tail])
  }
  return bytes
}

/** The same message as it might come in. */
function readInChunks(bytes: Buffer): ParsedMessage {
  const reader = new MessageReader()
  for (let at = 0; at < bytes.length; ) {
    const size = 1 + random(pick([3, 100, 2000]))
    reader.push(bytes.subarray(at, at + size))
    at += size
  }
  return reader.finish()
}

/** Offsets lie within each other and in order. */
function check(part: Part, from: number, to: number): void {
  const { headerStart, bodyStart, end, parts, message, lines } = part
  assert.ok(from <= headerStart && headerStart <= bodyStart && bodyStart <= end && end <= to)
  assert.ok(lines >= 0 && lines <= end - bodyStart)
  assert.ok(part.type !== 'multipart' || parts.length > 0)
  let last = bodyStart
  for (const child of parts) {
    check(child, last, end)
    last = child.end
  }
  if (message) check(message.structure, bodyStart, end)
}

/** Counted the simple way, to compare with. */
function countLines(bytes: Buffer, { bodyStart, end }: Part): number {
  const body = bytes.toString('latin1', bodyStart, end)
  return body.split('\n').length - (body === '' || body.endsWith('\n') ? 1 : 0)
}

function everyPart(part: Part): Part[] {
  const children = part.message ? [part.message.structure] : part.parts
  return [part, ...children.flatMap(everyPart)]
}

function runWithin(budgetMs: number, once: () => void): void {
  for (const end = performance.now() + budgetMs; performance.now() < end; ) once()
}

test('a mail may be cut anywhere', () => {
  for (const bytes of FIXTURES) {
    for (let cut = 0; cut < bytes.length; cut++) {
      const { structure } = parseMessage(bytes.subarray(0, cut))
      check(structure, 0, cut)
      assert.equal(structure.end, cut)
    }
  }
})

test(`mutated mails: parts in order, no throw, no hang (FUZZ_SEED=${SEED})`, () => {
  runWithin(BUDGET_MS, () => {
    const bytes = mutate()
    const start = performance.now()
    try {
      const whole = parseMessage(bytes)
      assert.deepEqual(readInChunks(bytes), whole)
      const { structure, headerEnd } = whole
      check(structure, 0, bytes.length)
      assert.equal(structure.end, bytes.length)
      assert.equal(structure.bodyStart, headerEnd)
      assert.ok(findPart(structure, [1]))
      for (const part of everyPart(structure)) {
        assert.equal(part.lines, countLines(bytes, part))
        decodeParameter(part.parameters, 'name')
      }
      for (const text of readTexts(bytes, structure, 10_000)) foldText(text)
    } catch (cause) {
      throw new Error(`seed ${SEED}: ${JSON.stringify(bytes.toString('latin1'))}`, { cause })
    }
    assert.ok(performance.now() - start < PARSE_MS_MAX, bytes.toString('latin1'))
  })
})

test(`mutated values: texts and dates, no throw but Fault (FUZZ_SEED=${SEED})`, () => {
  runWithin(BUDGET_MS / 2, () => {
    for (const { value } of parseHeader(mutate()).fields) {
      assert.ok(!/[\r\n\0]/.test(value))
      decodeHeaderText(value)
      parseDate(value)
      for (const read of [parseAddress, parsePath]) {
        try {
          read(value)
        } catch (error) {
          assert.ok(error instanceof Fault, `${error}`)
        }
      }
    }
  })
})
