/** What a command prints: for people in columns and lines, for programs one JSON object a line. */

import { padTo, widthOf } from './width.ts'

/** One column of a table, and what `--json` calls it. */
export interface Column<Item> {
  readonly key: string
  readonly title: string
  readonly text: (item: Item) => string
  /** What programs get instead. */
  readonly value?: (item: Item) => unknown
  /** Only for programs. */
  readonly hidden?: true
}

export interface Output {
  /** A table, page by page: the first page decides how wide the columns are at least. */
  table<Item>(
    columns: readonly Column<Item>[],
    pages: AsyncIterable<readonly Item[]>,
  ): Promise<void>
  /** One item, a line for each column that has something to say. */
  item<Item>(
    columns: readonly Column<Item>[],
    item: Item,
    more?: Readonly<Record<string, unknown>>,
  ): void
  /** That something was done: a sentence for people, an object for programs. */
  done(sentence: string, object: Readonly<Record<string, unknown>>): void
  /** Something only people want to read. */
  say(text: string): void
  /** Something that went wrong on the way, on standard error in both forms. */
  complain(text: string): void
  /** How far it is, on standard error: on a terminal one line that changes, else a line now and then. */
  progress(text: string): void
  /** Takes away what was shown of that. */
  end(): void
}

interface Streams {
  out(text: string): void
  error(text: string): void
  /** Whether standard error is one. */
  readonly terminal?: boolean
  /** Milliseconds from any start. */
  now?(): number
}

const GAP = '  '
const PROGRESS_EVERY_MS = 10_000
/** To the beginning of the line, and clear it. */
const CLEAR = '\r\u001b[K'

export function openOutput(json: boolean, streams: Streams): Output {
  const { progress, below, end } = watched(streams)
  const out = below(streams.out)
  const complain = below((text) => streams.error(`${text}\n`))
  return { ...(json ? forPrograms(out) : forPeople(out)), complain, progress, end }
}

type Say = (text: string) => void
type Results = Omit<Output, 'complain' | 'progress' | 'end'>

/** Shows how far it is; what else is said stands where that stood, and does not mix with it. */
function watched({ error, terminal = false, now = () => 0 }: Streams) {
  let shown = false
  let due = now() + PROGRESS_EVERY_MS
  const progress: Say = (text) => {
    if (terminal) {
      error(`${CLEAR}${text}`)
      shown = true
    } else if (now() >= due) {
      error(`${text}\n`)
      due = now() + PROGRESS_EVERY_MS
    }
  }
  const end = () => {
    if (shown) error(CLEAR)
    shown = false
  }
  const below =
    (say: Say): Say =>
    (text) => {
      end()
      say(text)
    }
  return { progress, below, end }
}

function forPrograms(out: Say): Results {
  const line = (object: object) => out(`${JSON.stringify(object)}\n`)
  const toObject = <Item>(columns: readonly Column<Item>[], item: Item) =>
    Object.fromEntries(columns.map(({ key, text, value = text }) => [key, value(item)] as const))
  return {
    async table(columns, pages) {
      for await (const page of pages) for (const item of page) line(toObject(columns, item))
    },
    item: (columns, item, more = {}) => line({ ...toObject(columns, item), ...more }),
    done: (_, object) => line(object),
    say: () => undefined,
  }
}

function forPeople(out: Say): Results {
  const visible = <Item>(columns: readonly Column<Item>[]) =>
    columns.filter(({ hidden }) => !hidden)
  return {
    async table(all, pages) {
      const columns = visible(all)
      let widths = columns.map(({ title }) => widthOf(title))
      let first = true
      for await (const page of pages) {
        const rows = page.map((item) => columns.map(({ text }) => text(item)))
        widths = widths.map((width, at) =>
          rows.reduce((most, row) => Math.max(most, widthOf(row[at] ?? '')), width),
        )
        if (first && rows.length > 0) rows.unshift(columns.map(({ title }) => title))
        first = false
        for (const row of rows) out(`${formatRow(row, widths)}\n`)
      }
    },
    item(columns, item, more = {}) {
      const rows = [
        ...visible(columns).map(({ title, text }) => [title, text(item)] as const),
        ...Object.entries(more).map(([key, value]) => [key.toUpperCase(), String(value)] as const),
      ].filter(([, text]) => text !== '')
      const widths = [Math.max(...rows.map(([title]) => widthOf(title)))]
      for (const row of rows) out(`${formatRow(row, widths)}\n`)
    },
    done: (sentence) => out(`${sentence}\n`),
    say: (text) => out(`${text}\n`),
  }
}

function formatRow(row: readonly string[], widths: readonly number[]): string {
  return row
    .map((text, at) => padTo(text, widths[at] ?? 0))
    .join(GAP)
    .trimEnd()
}
