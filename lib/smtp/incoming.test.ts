import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Incoming, problemReply } from './incoming.ts'

const LIMITS = { sizeBytesMax: 20, lineBytesMax: 1000 }

function open() {
  const sink = {
    text: '',
    closed: false,
    full: undefined as Promise<void> | undefined,
    add(bytes: Buffer) {
      sink.text += bytes.toString('latin1')
      return sink.full
    },
    close() {
      sink.closed = true
    },
  }
  return { sink, incoming: new Incoming(LIMITS, sink) }
}

test('a message goes to its sink, and what follows comes back', () => {
  const { sink, incoming } = open()
  const rest = incoming.push(Buffer.from('Received: x\r\n..\r\n.\r\nQUIT\r\n'))
  assert.equal(rest.toString(), 'QUIT\r\n')
  assert.equal(sink.text, 'Received: x\r\n.\r\n')
  assert.deepEqual(
    [incoming.ended, incoming.problem, incoming.sizeBytes, incoming.received, incoming.hopeless],
    [true, undefined, 16, 1, undefined],
  )
})

test('who sends faster than its sink takes is told to wait, once', () => {
  const { sink, incoming } = open()
  sink.full = Promise.resolve()
  incoming.push(Buffer.from('x\r\n'))
  assert.equal(incoming.room, sink.full)
  sink.full = undefined
  incoming.push(Buffer.from('x\r\n'))
  assert.equal(incoming.room, undefined)
})

test('a problem closes the sink; the end is still waited for, unless there is no use', () => {
  const large = open()
  large.incoming.push(Buffer.alloc(100, 'x\r\n'))
  assert.equal(large.incoming.problem, 'too-large')
  assert.equal(large.sink.closed, true)
  const answer = () => large.incoming.hopeless?.code
  assert.equal(answer(), undefined)
  const piece = Buffer.from(`${'x'.repeat(98)}\r\n`.repeat(10_500))
  for (let i = 0; i < 10; i++) large.incoming.push(piece)
  assert.equal(answer(), 552)

  const bare = open()
  bare.incoming.push(Buffer.from('x\n.\n'))
  assert.match(bare.incoming.hopeless?.text ?? '', /must end with CRLF/)
})

test('each problem has its reply', () => {
  const codes = (['bare-line-end', 'line-too-long', 'too-large'] as const).map(
    (problem) => problemReply(problem).code,
  )
  assert.deepEqual(codes, [550, 550, 552])
})
