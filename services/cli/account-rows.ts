/** Accounts in a file, as CSV with a header line or as JSON lines: text in, changes out. */

import { Fault } from '#lib/base/fault.ts'
import type { AccountChange } from '#proto/types/hikyaku/directory/AccountChange.ts'
import { CsvReader, type CsvRecord } from './csv.ts'
import { parseMessageQuota, parseQuota } from './quota.ts'

/** One account of the file, or why its line cannot be one. */
export type Row =
  | { readonly line: number; readonly change: AccountChange }
  | { readonly line: number; readonly problem: string }

const COLUMNS = [
  ...(['login', 'password', 'password_hash', 'title'] as const),
  ...(['quota', 'quota_messages', 'aliases', 'forwards', 'keeps_copy'] as const),
] as const
type ColumnName = (typeof COLUMNS)[number]
type Fields = Partial<Record<ColumnName, string>>

const LINE_CHARACTERS_MAX = 65_536

/**
 * Reads the accounts of a CSV file. Its first line names the columns.
 *
 * @throws {Fault} invalid: the header
 */
export async function* readCsvRows(pieces: AsyncIterable<string>): AsyncGenerator<Row> {
  let header: ColumnName[] | undefined
  for await (const record of records(pieces)) {
    if (header === undefined) header = parseHeader(record)
    else yield toRow(record.line, () => toChange(nameFields(record, header as ColumnName[])))
  }
  if (header === undefined) throw new Fault('invalid', 'The file is empty')
}

/** Reads the accounts of a file with one JSON object a line. */
export async function* readJsonRows(pieces: AsyncIterable<string>): AsyncGenerator<Row> {
  let line = 0
  let rest = ''
  const read = (text: string): Row[] => {
    line++
    const number = line
    if (text.trim() === '') return []
    return [toRow(number, () => toChange(parseJsonFields(text)))]
  }
  for await (const piece of pieces) {
    rest += piece
    const lines = rest.split('\n')
    rest = lines.pop() ?? ''
    for (const text of lines) yield* read(text)
    if (rest.length > LINE_CHARACTERS_MAX)
      throw new Fault('invalid', `Line ${line + 1} is too long`)
  }
  yield* read(rest)
}

async function* records(pieces: AsyncIterable<string>): AsyncGenerator<CsvRecord> {
  const reader = new CsvReader()
  for await (const piece of pieces) yield* reader.push(piece)
  yield* reader.end()
}

function parseHeader({ fields, problem }: CsvRecord): ColumnName[] {
  if (problem !== undefined) throw new Fault('invalid', `The header line: ${problem}`)
  const names = fields.map((field) => field.trim().toLowerCase().replaceAll('-', '_'))
  for (const name of names) {
    if (!isColumn(name)) {
      throw new Fault('invalid', `The header names '${name}'; columns are ${COLUMNS.join(', ')}`)
    }
  }
  if (!names.includes('login')) throw new Fault('invalid', 'The header has no column login')
  if (new Set(names).size < names.length) {
    throw new Fault('invalid', 'The header names a column twice')
  }
  return names as ColumnName[]
}

function nameFields({ fields, problem }: CsvRecord, header: readonly ColumnName[]): Fields {
  if (problem !== undefined) throw new Fault('invalid', problem)
  if (fields.length !== header.length) {
    throw new Fault('invalid', `It has ${fields.length} fields, the header ${header.length}`)
  }
  return Object.fromEntries(header.map((name, at) => [name, fields[at]]))
}

function parseJsonFields(text: string): Fields {
  const object = parseJson(text)
  const fields: Fields = {}
  for (const [key, value] of Object.entries(object)) {
    if (!isColumn(key))
      throw new Fault('invalid', `It names '${key}'; names are ${COLUMNS.join(', ')}`)
    if (value === null) continue
    if ((key === 'aliases' || key === 'forwards') && Array.isArray(value)) {
      fields[key] = value.map(String).join(' ')
    } else if (key === 'keeps_copy' && typeof value === 'boolean') {
      fields[key] = value ? 'yes' : 'no'
    } else if (typeof value === 'string') fields[key] = value
    else if (key.startsWith('quota') && typeof value === 'number') fields[key] = String(value)
    else throw new Fault('invalid', `${key} is no text`)
  }
  return fields
}

function parseJson(text: string): object {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new Fault('invalid', 'It is not JSON', { cause: error })
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  throw new Fault('invalid', 'It is no JSON object')
}

function toChange(fields: Fields): AccountChange {
  if (Object.values(fields).some((field) => field.includes('\ufffd'))) {
    throw new Fault('invalid', 'It is not in the encoding expected (is it --encoding shift_jis?)')
  }
  const { password, password_hash: passwordHash, title, quota, aliases = '' } = fields
  const { quota_messages: messages, forwards, keeps_copy: keepsCopy } = fields
  const login = fields.login?.trim() ?? ''
  if (login === '') throw new Fault('invalid', 'It has no login')
  return {
    login,
    addresses: splitAddresses(aliases),
    // An empty cell is the same as none.
    ...(password && { password }),
    ...(passwordHash?.trim() && { passwordHash: passwordHash.trim() }),
    ...(title?.trim() && { title: title.trim() }),
    ...(quota?.trim() && { quotaBytes: parseQuota(quota.trim()) }),
    ...(messages?.trim() && { quotaMessages: parseMessageQuota(messages.trim()) }),
    ...(forwards?.trim() && { forwards: { addresses: splitAddresses(forwards) } }),
    ...(keepsCopy?.trim() && { keepsCopy: parseYes(keepsCopy.trim()) }),
  }
}

function splitAddresses(text: string): string[] {
  return text.split(/[\s;]+/).filter((address) => address !== '')
}

function parseYes(text: string): boolean {
  if (/^(yes|true|1)$/i.test(text)) return true
  if (/^(no|false|0)$/i.test(text)) return false
  throw new Fault('invalid', `'${text}' is neither yes nor no`)
}

function toRow(line: number, read: () => AccountChange): Row {
  try {
    return { line, change: read() }
  } catch (error) {
    if (error instanceof Fault) return { line, problem: error.message }
    throw error
  }
}

function isColumn(name: string): name is ColumnName {
  return (COLUMNS as readonly string[]).includes(name)
}
