/** Standard input: passwords from it, files and their encodings. */

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
  const password = await askHidden(`Password for ${login}: `, input, error)
  const again = await askHidden('The same again: ', input, error)
  if (password !== again) throw new UsageError('The two are not the same')
  return password
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

async function askHidden(question: string, input: Input, error: Writable): Promise<string> {
  error.write(question)
  // readline echoes to its output: into nothing.
  const output = new Writable({ write: (_chunk, _encoding, done) => done() })
  const terminal = createInterface({ input, output, terminal: true })
  try {
    return await new Promise<string>((resolve, reject) => {
      terminal.once('line', resolve)
      terminal.once('SIGINT', () => reject(new UsageError('Stopped')))
      terminal.once('close', () => reject(new UsageError('No password was typed')))
    })
  } finally {
    terminal.close()
    error.write('\n')
  }
}
