/** CSV as spreadsheets write it: text in, records out, in constant memory. RFC 4180 §2 */

export interface CsvRecord {
  /** Of the text, counted from 1, where the record begins. */
  readonly line: number
  readonly fields: readonly string[]
  /** Why it cannot be used. */
  readonly problem?: string
}

const RECORD_CHARACTERS_MAX = 65_536
const UNCLOSED = 'A quote is not closed, or the line is too long'

/**
 * Reads records from pieces of text, however they are cut. Lines end with CRLF or LF; a byte order mark and empty
 * lines are passed over; quoted fields may hold commas, quotes (doubled) and line ends.
 *
 * A record that goes on for too long, because its quote was never closed, is given up: reading goes on
 * after its first line.
 */
export class CsvReader {
  #rest = ''
  #line = 1
  #started = false
  /** Within a line that was given up. */
  #skipping = false

  /** The records that are complete with this piece. */
  push(text: string): CsvRecord[] {
    this.#rest += text
    if (!this.#started && this.#rest !== '') {
      this.#started = true
      if (this.#rest.startsWith('\ufeff')) this.#rest = this.#rest.slice(1)
    }
    return this.#take(false)
  }

  /** The last record, whose line may lack its end. */
  end(): CsvRecord[] {
    return this.#take(true)
  }

  #take(ended: boolean): CsvRecord[] {
    const records: CsvRecord[] = []
    let at = this.#skipping ? this.#skip(0) : 0
    while (at < this.#rest.length) {
      const length = recordLength(this.#rest, at, ended)
      const overlong = (length ?? this.#rest.length - at) > RECORD_CHARACTERS_MAX
      if (length === undefined && !overlong && !ended) break
      const unclosed = length === undefined || overlong
      if (unclosed) {
        records.push({ line: this.#line, fields: [], problem: UNCLOSED })
        at = this.#skip(at)
        continue
      }
      const text = this.#rest.slice(at, at + length)
      if (/\S/.test(text)) records.push(parseRecord(text.replace(/\r?\n$/, ''), this.#line))
      this.#line += text.split('\n').length - 1
      at += length
    }
    this.#rest = this.#rest.slice(at)
    return records
  }

  /** Where the next line begins, as far as it has come. */
  #skip(from: number): number {
    const end = this.#rest.indexOf('\n', from)
    this.#skipping = end < 0
    if (this.#skipping) return this.#rest.length
    this.#line++
    return end + 1
  }
}

/** How long the record at `from` is, its line end included; undefined when it is not complete. */
function recordLength(text: string, from: number, ended: boolean): number | undefined {
  let quoted = false
  for (let at = from; at < text.length; at++) {
    const character = text[at]
    if (character === '"') quoted = !quoted
    else if (character === '\n' && !quoted) return at + 1 - from
  }
  return ended && !quoted ? text.length - from : undefined
}

const FIELD = /(?:"((?:[^"]|"")*)"|([^",]*))(,|$)/y

function parseRecord(text: string, line: number): CsvRecord {
  const fields: string[] = []
  FIELD.lastIndex = 0
  for (;;) {
    const match = FIELD.exec(text)
    if (match === null) return { line, fields, problem: 'A quote stands inside a field' }
    const [, quoted, plain = '', separator] = match
    fields.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'))
    if (separator === '') return { line, fields }
  }
}
