import assert from 'node:assert/strict'
import { test } from 'node:test'
import { concatBytes } from '#lib/base/bytes.ts'
import { FairPlaces } from '#lib/base/fair-places.ts'
import type { FaultCode } from '#lib/base/fault.ts'
import type { AppendPiece__Output } from '#proto/types/hikyaku/mailbox_store/AppendPiece.ts'
import { takeMessages, takePieces } from './pieces.ts'

/** `<name` is a head, with bytes of its own behind `=`, `.` the word that these are all, anything else bytes. */
async function* piecesOf(text: string, read: string[] = []): AsyncGenerator<AppendPiece__Output> {
  for (const word of text.split(' ').filter((one) => one !== '')) {
    read.push(word)
    if (word === '.') yield { piece: 'complete', complete: true }
    else if (word.startsWith('<')) {
      const [mailId, content = ''] = word.split('=')
      yield { piece: 'head', head: { mailId, content: Buffer.from(content) } as never }
    } else yield { piece: 'content', content: Buffer.from(word) }
  }
}

async function collect(content: AsyncIterable<Uint8Array>): Promise<string> {
  return `${concatBytes(await Array.fromAsync(content))}`
}

function turnsOf(running: number) {
  const places = new FairPlaces({ running, waiting: 10 })
  return { places, whose: () => ({ tenant: 't', account: 'a' }) }
}

test('a stream is split into its messages, each read before the next begins', async () => {
  const read: string[] = []
  const messages: string[] = []
  for await (const { head, content } of takeMessages(piecesOf('<a 1 2 <b <c 3 .', read))) {
    assert.equal(read.at(-1), head.mailId, 'nothing is read ahead')
    messages.push(`${head.mailId}${await collect(content)}`)
  }
  assert.deepEqual(messages, ['<a12', '<b', '<c3'])
})

test('bytes that nobody wants are passed over', async () => {
  const heads: string[] = []
  for await (const { head } of takeMessages(piecesOf('<a 1 2 <b 3 .'))) heads.push(head.mailId)
  assert.deepEqual(heads, ['<a', '<b'])
})

test('a stream that breaks off, or is none, throws before its last message has ended', async () => {
  const cases: [text: string, code: FaultCode, whole: string][] = [
    ['', 'unavailable', ''],
    ['<a', 'unavailable', ''],
    ['<a 1 2', 'unavailable', ''],
    ['<a 1 <b 2', 'unavailable', '<a'],
    ['1 <a .', 'invalid', ''],
    ['.', 'invalid', ''],
    ['<a 1 . 2', 'invalid', ''],
    ['<a 1 . <b .', 'invalid', ''],
    ['<a=1 .', 'invalid', ''],
    ['<a 1 <b=2 .', 'invalid', '<a'],
  ]
  for (const [text, code, expected] of cases) {
    let whole = ''
    const run = async () => {
      for await (const { head, content } of takeMessages(piecesOf(text))) {
        await collect(content)
        whole += head.mailId
      }
    }
    await assert.rejects(run(), { code }, text)
    assert.equal(whole, expected, text)
  }
})

test('a streamed append is one message, and its answer what was made of it', async () => {
  const take = async (head: { mailId: string }, content: AsyncIterable<Uint8Array>) =>
    head.mailId + (await collect(content))
  const run = (text: string) => takePieces(piecesOf(text), turnsOf(1), take)
  assert.equal(await run('<a 1 2 .'), '<a12')
  await assert.rejects(run('<a 1 <b 2 .'), { code: 'invalid' })
  await assert.rejects(run('<a 1'), { code: 'unavailable' })
  await assert.rejects(run(''), { code: 'unavailable' })
})

test('only so many streams are read at once', async () => {
  const turns = turnsOf(1)
  const read: string[] = []
  const { promise, resolve } = Promise.withResolvers<string>()
  const first = takePieces(piecesOf('<a 1 .', read), turns, () => promise)
  const second = takePieces(piecesOf('<b 2 .', read), turns, async () => 'two')
  await new Promise((settled) => setImmediate(settled))
  assert.deepEqual(read, ['<a', '<b'])
  resolve('one')
  assert.deepEqual(await Promise.all([first, second]), ['one', 'two'])
})
