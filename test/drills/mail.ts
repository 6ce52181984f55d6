/** The mails of a drill: each is known again by its id, and whole or not by nothing else. */

const LINE = `${'x'.repeat(76)}\r\n`
const SMALL_BODY = LINE.repeat(20)
/** Travels in pieces on every part of the way. */
const LARGE_BODY = LINE.repeat(16_000)
const HEADER_BYTES_MAX = 8192

/** An id of a large mail says so. */
export function mailOf(id: string, sender: string): Buffer {
  const head = [
    `X-Drill: ${id}`,
    `From: <${sender}>`,
    `Message-ID: <${id}@drill.test>`,
    'Date: Sun, 22 Nov 2026 10:00:00 +0900',
    `Subject: ${id}`,
  ]
  const body = id.endsWith('large') ? LARGE_BODY : SMALL_BODY
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}${id}\r\n`)
}

/** Which mail it is; undefined for one that is not of a drill. */
export function idOf(message: Buffer): string | undefined {
  return /^X-Drill: (.*)\r$/m.exec(message.toString('latin1', 0, HEADER_BYTES_MAX))?.[1]
}

/** Whether behind our trace stands every byte that was sent. */
export function isWhole(message: Buffer): boolean {
  const id = idOf(message)
  const sender = /^From: <(.*)>\r$/m.exec(message.toString('latin1', 0, HEADER_BYTES_MAX))?.[1]
  if (id === undefined || sender === undefined) return false
  const sent = mailOf(id, sender)
  return message.subarray(-sent.length).equals(sent)
}
