/** The URL of a service's own database, made from the one MONGODB_URL of all. */

/** `mongodb://user@host:1,host:2/path?options`: several hosts, so the URL class of the platform does not read it. */
const PARTS = /^(mongodb(?:\+srv)?:\/\/)([^/?#]+)(?:\/([^?#]*))?(?:\?([^#]*))?$/

/**
 * `url` with `name` as its database. The path of a MongoDB URL also says where its user is known, so that has to be
 * said apart once the path changes: else the log-in would be looked for in the new database.
 *
 * Undefined when it is no MongoDB URL.
 */
export function nameDatabase(url: string, name: string): string | undefined {
  const [, scheme, hosts, path, query] = PARTS.exec(url) ?? []
  if (scheme === undefined || hosts === undefined) return undefined
  const options = query === undefined || query === '' ? [] : [query]
  if (hosts.includes('@') && !/(^|&)authSource=/i.test(query ?? '')) {
    options.push(`authSource=${path || 'admin'}`)
  }
  const given = options.length === 0 ? '' : `?${options.join('&')}`
  return `${scheme}${hosts}/${name}${given}`
}
