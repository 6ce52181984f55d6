/** Who a client is by the DNS: the name that its address has, if that name has the address. */

export interface NameSource {
  ptr(address: string): Promise<string[]>
  a(name: string): Promise<string[]>
  aaaa(name: string): Promise<string[]>
}

/** Whoever owns an address may give it any number of names. */
const NAMES_MAX = 5
/** Loopback, private and link-local networks: the world's DNS knows nothing of them. RFC 6890 §2.2 */
const LOCAL =
  /^(127|10|169\.254|192\.168|172\.(1[6-9]|2\d|3[01]))\.|^::1$|^f[cd][0-9a-f]{2}:|^fe[89ab][0-9a-f]:/i

/**
 * The name of a client, believed only when it leads back to the address, since anybody may claim any name.
 * Undefined when there is none or the DNS gives no answer: a name is for whoever reads the trace, nothing hangs on it.
 */
export async function findClientName(
  address: string,
  dns: NameSource,
): Promise<string | undefined> {
  if (LOCAL.test(address)) return undefined
  const ask = address.includes(':') ? dns.aaaa : dns.a
  try {
    for (const name of (await dns.ptr(address)).slice(0, NAMES_MAX)) {
      if ((await ask(name)).includes(address)) return name
    }
    return undefined
  } catch {
    return undefined
  }
}
