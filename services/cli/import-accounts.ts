import { Fault, isTransient } from '#lib/base/fault.ts'
import { AddressOrder } from '#lib/mail/address-order.ts'
import type { Row } from './account-rows.ts'
import type { Admin } from './admin.ts'
import type { Tools } from './command.ts'

export interface ImportCounts {
  imported: number
  /** There already, and passed over because that was asked for. */
  skipped: number
  failed: number
}

export interface ImportOptions {
  /** Told of each bad line. */
  complain(text: string): void
  /** Told now and then how far it is. */
  progress(counts: Readonly<ImportCounts>): void
  readonly skipExisting: boolean
  readonly reuse: boolean
  /** Names this import, so that a line that is sent again is known to be the same. */
  readonly run: string
}

const AT_ONCE = 8
const TRIES_MAX = 8
const PAUSE_MS = 250
const PROGRESS_ROWS = 1000

/**
 * Adds the accounts of `rows`, some at the same time, holding no more of them than that. A bad line is
 * reported, and the rest goes on; what may pass by itself (the directory is restarted, or busy) is tried again.
 */
export async function importAccounts(
  rows: AsyncIterable<Row>,
  tools: { readonly admin: Pick<Admin, 'addAccount'>; readonly pause: Tools['pause'] },
  options: ImportOptions,
): Promise<ImportCounts> {
  const counts: ImportCounts = { imported: 0, skipped: 0, failed: 0 }
  const running = new Set<Promise<void>>()
  // Of lines that name the same address, the first has it.
  const order = new AddressOrder()
  let broken: { error: unknown } | undefined
  for await (const row of rows) {
    if (broken !== undefined) break
    const one: Promise<void> = order
      .run(addressesOf(row), () => importRow(row, tools, options))
      .then((outcome) => {
        counts[outcome]++
        const { imported, skipped, failed } = counts
        if ((imported + skipped + failed) % PROGRESS_ROWS === 0) options.progress(counts)
      })
      .catch((error: unknown) => {
        broken ??= { error }
      })
      .finally(() => running.delete(one))
    running.add(one)
    if (running.size >= AT_ONCE) await Promise.race(running)
  }
  await Promise.all(running)
  if (broken !== undefined) throw broken.error
  return counts
}

function addressesOf(row: Row): string[] {
  if ('problem' in row) return []
  const { login = '', addresses = [] } = row.change
  return [login, ...addresses]
}

async function importRow(
  row: Row,
  tools: { readonly admin: Pick<Admin, 'addAccount'>; readonly pause: Tools['pause'] },
  { complain, skipExisting, reuse, run }: ImportOptions,
): Promise<keyof ImportCounts> {
  if ('problem' in row) {
    complain(`line ${row.line}: ${row.problem}`)
    return 'failed'
  }
  const change = { ...row.change, reuse, request: `${run}-${row.line}` }
  for (let tries = 1; ; tries++) {
    try {
      await tools.admin.addAccount(change)
      return 'imported'
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      if (isTransient(error) && tries < TRIES_MAX) {
        await tools.pause(PAUSE_MS * 2 ** (tries - 1))
        continue
      }
      // Without a directory no line would succeed: that is not the lines' fault.
      if (error.code === 'unavailable') throw error
      if (error.code === 'exists' && skipExisting) return 'skipped'
      complain(`line ${row.line}: ${error.message}`)
      return 'failed'
    }
  }
}
