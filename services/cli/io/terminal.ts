/** Standard input: passwords from it, files and their encodings. */

import { on } from 'node:events'
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import type { ReadStream } from 'node:tty'
import iconv from 'iconv-lite'
import { UsageError } from '../command.ts'

export type Input = NodeJS.ReadableStream & Partial<Pick<ReadStream, 'isTTY'>>

/** Asks twice on the terminal, without showing what is typed. @throws {UsageError} */
export async function askPassword(login: string, input: Input, error: Writable): Promise<string> {
  if (!input.isTTY) {
    throw new UsageError('There is no terminal to ask on: give --password-stdin or --generate')
  }
  // The terminal stops echoing now, before anyone is asked to type; readline's own echo goes nowhere.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const terminal = createInterface({ input, output: nowhere, terminal: true })
  terminal.on('SIGINT', () => terminal.close())
  const lines = on(terminal, 'line', { close: ['close'] })
  const ask = async (question: string): Promise<string> => {
    error.write(question)
    const { done, value } = await lines.next()
    error.write('\n')
    if (done) throw new UsageError('No password was typed')
    return String(value[0])
  }
  try {
    const password = await ask(`Password for ${login}: `)
    if (password === (await ask('The same again: '))) return password
    throw new UsageError('The two are not the same')
  } finally {
    terminal.close()
  }
}

/** The first line of the input, without its end. @throws {UsageError} */
export async function readFirstLine(input: Input): Promise<string> {
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })
  try {
    for await (const line of lines) {
      if (line !== '') return line
      break
    }
  } finally {
    lines.close()
  }
  throw new UsageError('The first line of standard input is to be the password; it is empty')
}

/** A file's text piece by piece; `-` is the input. What is not in the encoding becomes U+FFFD. */
export async function* readText(file: string, encoding: string, input: Input) {
  const decoder = iconv.getDecoder(encoding, { stripBOM: true })
  const bytes = file === '-' ? input : createReadStream(file)
  for await (const chunk of bytes) yield decoder.write(Buffer.from(chunk))
  const rest = decoder.end()
  if (rest) yield rest
}
