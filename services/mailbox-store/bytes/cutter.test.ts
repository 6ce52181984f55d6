import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Cutter, HEAD_BYTES_MAX, PIECE_BYTES_MAX, SHARED_BYTES_MIN } from './cutter.ts'

/** `h10 p300 h5`: so many bytes of the head, then a piece, then the head again. */
function layoutOf(...chunks: readonly (string | Buffer)[]): string {
  const cutter = new Cutter()
  for (const chunk of chunks) {
    const bytes = Buffer.from(chunk)
    for (let at = 0; at < bytes.length; at += 65_536) cutter.push(bytes.subarray(at, at + 65_536))
  }
  const { layout, first } = cutter.finish()
  const sizes = cutter.pieces.map(({ length }) => length)
  const words = layout.map(({ size, piece }) => {
    if (piece !== undefined) assert.equal(size, sizes[piece])
    return `${piece === undefined ? 'h' : 'p'}${size}`
  })
  const own = layout.reduce((sum, { size, piece }) => sum + (piece === undefined ? size : 0), 0)
  assert.equal(first.length, own)
  return words.join(' ')
}

const [H, P, S] = [HEAD_BYTES_MAX, PIECE_BYTES_MAX, SHARED_BYTES_MIN]
const MULTIPART = 'Content-Type: multipart/mixed; boundary=b\n\n'
const x = (size: number) => 'x'.repeat(size)

test('what is small lies in the head, large bodies in pieces of their own', () => {
  const part = `${MULTIPART}--b\n\n`
  const before = part.length
  const cases: [text: string, layout: string][] = [
    ['', ''],
    ['x', 'h1'],
    [`\n${x(S - 1)}`, `h${S}`],
    [`\n${x(S)}`, `h1 p${S}`],
    [`\n${x(P)}`, `h1 p${P}`],
    [`\n${x(P + 1)}`, `h1 p${P} p1`],
    [`a: ${x(H + 2 * P)}`, `h${H} p${P} p${P} p3`],
    [`${part}${x(S)}\n--b--`, `h${before} p${S} h6`],
    [`${part}${x(S)}\r\n--b--\r\n`, `h${before} p${S} h9`],
    [`${part}${x(S - 1)}\n--b--`, `h${before + S + 5}`],
    [`${part}${x(S)}\n--b\n\n${x(P)}`, `h${before} p${S} h6 p${P}`],
    // Own bytes that the head has no room for do not get into the piece of a body.
    [`${x(H)}: y\n${part}${x(S)}\n--b--`, `h${H} p${before + 4} p${S} p6`],
    // The preamble is nobody's body.
    [`${MULTIPART}${x(S)}\n--b\n\ny`, `h${MULTIPART.length + S + 7}`],
  ]
  for (const [text, layout] of cases) {
    assert.equal(layoutOf(text), layout, `${text.slice(0, 60)} ${text.length}`)
  }
})

test('it makes no difference how a message comes, even when a boundary seems to be in the body', () => {
  const head = `${MULTIPART}--b\n\n`
  for (const end of ['\n', '\r\n']) {
    // With its line end, a body as long as a piece, and one that is just large enough.
    for (const size of [P - end.length, P, S - end.length, S, S - 1]) {
      const text = `${head}${x(size)}${end}--b--\n${x(1000)}`
      const whole = layoutOf(text)
      for (let cut = head.length + size - 3; cut < text.length - 990; cut++) {
        const chunks = [text.slice(0, cut), text.slice(cut)]
        assert.equal(layoutOf(...chunks), whole, `${size} ${cut}`)
      }
    }
  }
})
