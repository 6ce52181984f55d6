/** The database's name within a MongoDB URL, which may list several hosts (`URL` cannot read those). */

const PARTS = /^(mongodb(?:\+srv)?:\/\/[^/?]+)(?:\/([^?]*))?(\?.*)?$/

/** The name of the database, or undefined when the URL gives none. */
export function findDatabaseName(url: string): string | undefined {
  return PARTS.exec(url)?.[2] || undefined
}

/** The same servers and options, another database. */
export function withDatabaseName(url: string, name: string): string {
  const [, servers, , options = ''] = PARTS.exec(url) ?? []
  if (servers === undefined) throw new TypeError('Not a MongoDB URL')
  return `${servers}/${name}${options}`
}
