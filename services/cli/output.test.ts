import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Column, openOutput } from './output.ts'
import { widthOf } from './width.ts'

interface Item {
  readonly name: string
  readonly title: string
  readonly bytes: number
}

const COLUMNS: Column<Item>[] = [
  { key: 'name', title: 'NAME', text: ({ name }) => name },
  { key: 'title', title: 'TITLE', text: ({ title }) => title },
  { key: 'bytes', title: 'SIZE', text: ({ bytes }) => `${bytes}B`, value: ({ bytes }) => bytes },
]

async function* pages(...items: Item[][]) {
  yield* items
}

function open(json: boolean) {
  const out: string[] = []
  const error: string[] = []
  const streams = {
    out: (text: string) => out.push(text),
    error: (text: string) => error.push(text),
  }
  return { output: openOutput(json, streams), out, error }
}

test('columns line up, whatever is in them', async () => {
  const { output, out } = open(false)
  const alice = { name: 'alice', title: '山田有栖', bytes: 1 }
  const bob = { name: 'b', title: 'ﾎﾞﾌﾞ', bytes: 20 }
  await output.table(COLUMNS, pages([alice, bob], [{ name: 'c', title: '', bytes: 3 }]))
  assert.equal(
    out.join(''),
    [
      'NAME   TITLE     SIZE',
      'alice  山田有栖  1B',
      'b      ﾎﾞﾌﾞ      20B',
      'c                3B',
      '',
    ].join('\n'),
  )
})

test('an empty table is nothing', async () => {
  const { output, out } = open(false)
  await output.table(COLUMNS, pages([]))
  assert.equal(out.join(''), '')
})

test('programs get one object a line', async () => {
  const { output, out, error } = open(true)
  await output.table(COLUMNS, pages([{ name: 'a', title: 'A', bytes: 1 }]))
  output.item(COLUMNS, { name: 'b', title: '', bytes: 2 }, { password: 'x' })
  output.done('Deleted c', { deleted: 'c' })
  output.say('only for people')
  output.complain('line 2: bad')
  assert.deepEqual(out, [
    '{"name":"a","title":"A","bytes":1}\n',
    '{"name":"b","title":"","bytes":2,"password":"x"}\n',
    '{"deleted":"c"}\n',
  ])
  assert.deepEqual(error, ['line 2: bad\n'])
})

test('the width of a text in a terminal', () => {
  const cases: [text: string, width: number][] = [
    ['', 0],
    ['abc', 3],
    ['é', 1],
    ['e\u0301', 1],
    ['山田', 4],
    ['ｶﾞ', 2],
    ['ガ', 2],
    ['か\u3099', 2],
    ['ー', 2],
    ['ＡＢ', 4],
    ['「」', 4],
    ['한국', 4],
    ['📮', 2],
    ['👩‍👩‍👧', 2],
    ['ü – x', 5],
  ]
  for (const [text, width] of cases) assert.equal(widthOf(text), width, text)
})

test('on a terminal progress is one line that changes, and makes way for what is said', () => {
  const written: string[] = []
  const say = (text: string) => written.push(text)
  const output = openOutput(false, { out: say, error: say, terminal: true })
  output.progress('1 so far')
  output.progress('2 so far')
  output.say('a finding')
  output.say('another')
  output.end()
  const clear = '\r\u001b[K'
  assert.equal(written.join(''), `${clear}1 so far${clear}2 so far${clear}a finding\nanother\n`)
})

test('elsewhere it is a line every ten seconds', () => {
  const { output, error, pass } = openTimed()
  for (let second = 0; second < 25; second++) {
    output.progress(`after ${second} s`)
    pass(1000)
  }
  assert.equal(error.join(''), 'after 10 s\nafter 20 s\n')
})

function openTimed() {
  let time = 0
  const error: string[] = []
  const streams = { out: () => undefined, error: (text: string) => error.push(text) }
  const output = openOutput(true, { ...streams, now: () => time })
  const pass = (ms: number) => {
    time += ms
  }
  return { output, error, pass }
}
