/** What is printed at start: made to be read by somebody who has never seen the platform. */

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

/** What to try once it runs. `command` is what the reader types to reach this platform. */
export function formatNext(
  listens: Readonly<Record<'smtp' | 'submission' | 'imap', string>>,
  command = 'npx hikyaku',
): string {
  const alice = 'alice@example.test'
  return [
    'Try next, in another terminal:',
    `  ${command} quickstart`,
    `  swaks --server ${listens.smtp} --from someone@elsewhere.test --to ${alice}`,
    `  swaks --server ${listens.submission} --tls --auth-user ${alice} --from ${alice} --to bob@example.test`,
    `  curl --insecure --ssl-reqd -u ${alice} 'imap://${listens.imap}/INBOX;UID=1'`,
  ].join('\n')
}

/** Why a listener cannot be had, and what to do about it. */
export function formatTaken(row: Row, code: string, command: string): string {
  const { reason, remedy } = TAKEN[code] ?? { reason: `cannot be used (${code})`, remedy: 'Choose' }
  return `${row.what}: ${row.where} ${reason}.\n  ${remedy} another: ${row.setting}=127.0.0.1:PORT ${command}`
}

/** Two listeners were given the same address. */
export function formatTwice(row: Row, twin: Row): string {
  return `${row.what}: ${row.where} is given to ${twin.what} as well.\n  Change ${row.setting} or ${twin.setting}`
}

const TAKEN: Readonly<Record<string, { readonly reason: string; readonly remedy: string }>> = {
  EADDRINUSE: { reason: 'is taken by another program', remedy: 'Stop that program, or choose' },
  EADDRNOTAVAIL: { reason: 'is no address of this machine', remedy: 'Choose' },
  EACCES: {
    reason: 'needs rights that we do not have',
    remedy: 'Allow it (ports below 1024: sysctl net.ipv4.ip_unprivileged_port_start), or choose',
  },
}
