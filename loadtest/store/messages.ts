/** Messages for the benchmarks: no two alike, and as hard to compress as the text that people write. */

import { randomBytes } from 'node:crypto'

const WORDS = 4000
const TEXT_BYTES = 1024 * 1024
const LINE_BYTES = 72

/** A small generator of our own, so that every run has the same text. */
function* numbers(seed: number): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    yield state / 2 ** 32
  }
}

function makeText(): string {
  const random = numbers(7)
  const next = () => random.next().value
  const letters = 'etaoinshrdlucmfwypvbgkjqxz'
  const words = Array.from({ length: WORDS }, () => {
    const length = 2 + Math.floor(next() * next() * 12)
    return Array.from({ length }, () => letters[Math.floor(next() ** 2 * 26)]).join('')
  })
  const lines: string[] = []
  for (let bytes = 0, line = ''; bytes < TEXT_BYTES; ) {
    // Some words are used far more often than others, as in any language.
    line += `${words[Math.floor(next() ** 3 * WORDS)]} `
    if (line.length < LINE_BYTES) continue
    lines.push(line.trimEnd())
    bytes += line.length
    line = ''
  }
  return lines.join('\r\n')
}

const text = makeText()
/** So that contents of one run are not those of the run before, in a store that is kept. */
const run = randomBytes(4).toString('hex')

/** The nth message, of about so many bytes. */
export function messageOf(n: number, bytes: number): Buffer {
  const head = headOf(n, 'text/plain; charset=us-ascii')
  return Buffer.from(`${head}\r\n${textOf(n, bytes - head.length - 4)}\r\n`, 'latin1')
}

/** The nth message with a short text and an attachment, given as base64. */
export function messageWith(n: number, attachment: string): Buffer {
  const head = headOf(n, 'multipart/mixed; boundary="=_part"')
  const parts = [
    '--=_part\r\nContent-Type: text/plain; charset=us-ascii\r\n',
    `${textOf(n, 500)}\r\n--=_part`,
    'Content-Type: application/pdf; name="report.pdf"',
    'Content-Disposition: attachment; filename="report.pdf"',
    `Content-Transfer-Encoding: base64\r\n\r\n${attachment}\r\n--=_part--\r\n`,
  ]
  return Buffer.from(`${head}\r\n${parts.join('\r\n')}`, 'latin1')
}

/** Base64 text of so many bytes that nothing can make shorter than three quarters. */
export function attachmentOf(bytes: number): string {
  const base64 = randomBytes(Math.ceil((bytes * 3) / 4)).toString('base64')
  return base64.replace(/.{76}/g, '$&\r\n').slice(0, bytes)
}

function headOf(n: number, contentType: string): string {
  return [
    'Return-Path: <colleague@elsewhere.test>',
    `Received: from mx.elsewhere.test (mx.elsewhere.test [192.0.2.7]) by mx1.example.test`,
    `\twith ESMTPS id ${run}${n}; Thu, 1 Jan 2026 00:00:00 +0000`,
    `From: A Colleague <colleague@elsewhere.test>`,
    `To: User <user${n % 100}@example.test>`,
    `Subject: ${textOf(n * 31, 40).replaceAll('\r\n', ' ')}`,
    `Message-ID: <${run}.${n}@elsewhere.test>`,
    'Date: Thu, 1 Jan 2026 00:00:00 +0000',
    'MIME-Version: 1.0',
    `Content-Type: ${contentType}`,
    '',
  ].join('\r\n')
}

function textOf(n: number, bytes: number): string {
  const from = (n * 1009) % (text.length - bytes)
  return text.slice(from, from + Math.max(0, bytes))
}
