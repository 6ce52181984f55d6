/** What the ingest benchmark can be run against. */

export interface Target extends AsyncDisposable {
  readonly name: string
  readonly smtp: { readonly host: string; readonly port: number }
  /** Clear-text IMAP on loopback. */
  readonly imap: { readonly host: string; readonly port: number }
  readonly logins: readonly string[]
  readonly password: string
  /** Process ids by what they are, now: processes may come and go. */
  processes(): Promise<ReadonlyMap<string, readonly number[]>>
}

/** `user0@example.test` and so on. */
export function loginsFor(count: number): string[] {
  return Array.from({ length: count }, (_, n) => `user${n}@example.test`)
}
