/** What `npm start` prints: made to be read by somebody who has never seen the platform. */

export interface Row {
  readonly what: string
  readonly where: string
  readonly setting: string
}

/** The table of addresses, aligned. */
export function formatTable(rows: readonly Row[]): string {
  const whatWidth = Math.max(...rows.map(({ what }) => what.length))
  const whereWidth = Math.max(...rows.map(({ where }) => where.length))
  return rows
    .map(({ what, where, setting }) =>
      `  ${what.padEnd(whatWidth)}  ${where.padEnd(whereWidth)}  ${setting}`.trimEnd(),
    )
    .join('\n')
}

/** What to try once it runs. */
export function formatNext(listens: { readonly smtp: string; readonly imap: string }): string {
  return [
    'Try next, in another terminal:',
    '  npx hikyaku quickstart',
    `  swaks --server ${listens.smtp} --from someone@elsewhere.test --to alice@example.test`,
    `  curl --insecure --ssl-reqd -u alice@example.test 'imap://${listens.imap}/INBOX;UID=1'`,
    'Ctrl-C stops it.',
  ].join('\n')
}

/** Why a listener cannot be had, and what to do about it. */
export function formatTaken(row: Row, code: string): string {
  const reason = code === 'EADDRINUSE' ? 'is taken by another program' : `cannot be used (${code})`
  return `${row.what}: ${row.where} ${reason}.\n  Stop that program, or choose another: ${row.setting}=127.0.0.1:PORT npm start`
}
