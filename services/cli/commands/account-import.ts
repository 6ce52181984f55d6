import { readCsvRows, readJsonRows } from '../account-rows.ts'
import { type Command, type Given, UsageError } from '../command.ts'
import { type ImportCounts, importAccounts } from '../import-accounts.ts'

const ENCODINGS = ['utf-8', 'shift_jis', 'euc-jp', 'utf-16le']

export const importCommand: Command = {
  name: 'account import',
  summary: 'Add many accounts from a file',
  operands: ['FILE'],
  options: {
    format: {
      type: 'string',
      value: 'csv|jsonl',
      help: 'By default what the name ends with, or csv',
    },
    encoding: { type: 'string', value: 'NAME', help: `One of ${ENCODINGS.join(', ')}` },
    'skip-existing': { type: 'boolean', help: 'Pass over logins that exist already' },
    reuse: { type: 'boolean', help: 'Take addresses even though they were another’s lately' },
  },
  notes: [
    'FILE is CSV whose first line names its columns, or has one JSON object a line; - is stdin.',
    'Columns: login, password or password_hash, title, quota, quota_messages,',
    'aliases and forwards (separated by spaces or ;), keeps_copy (yes or no).',
    'Hashes: $argon2id$…, $6$…, {SSHA512}, {SSHA256}, {SHA512}, {SHA256}.',
    'Bad lines are reported on stderr, and the rest goes on; the exit code is then 1.',
  ],
  async run(given, tools) {
    const encoding = given.text('encoding')?.toLowerCase() ?? 'utf-8'
    if (!ENCODINGS.includes(encoding)) {
      throw new UsageError(`--encoding is one of ${ENCODINGS.join(', ')}`)
    }
    const read = chooseFormat(given) === 'csv' ? readCsvRows : readJsonRows
    const counts = await importAccounts(read(tools.readText(given.name, encoding)), tools, {
      complain: tools.output.complain,
      progress: (soFar) => tools.output.say(`${formatCounts(soFar)} so far`),
      skipExisting: given.has('skip-existing'),
      reuse: given.has('reuse'),
      run: Buffer.from(tools.random(16)).toString('hex'),
    })
    tools.output.done(formatCounts(counts), { ...counts })
    return counts.failed === 0
  },
}

function formatCounts({ imported, skipped, failed }: ImportCounts): string {
  const passedOver = skipped > 0 ? `, ${skipped} existed` : ''
  return `${imported} imported${passedOver}, ${failed} failed`
}

function chooseFormat(given: Given): 'csv' | 'jsonl' {
  const format =
    given.text('format') ?? (/\.(jsonl|ndjson|json)$/i.test(given.name) ? 'jsonl' : 'csv')
  if (format === 'csv' || format === 'jsonl') return format
  throw new UsageError('--format is csv or jsonl')
}
