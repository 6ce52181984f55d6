import type { Expected, Found, PtrName } from './compare.ts'

/** What is asked of the DNS. Every method throws Fault `unavailable` when there was no answer. */
export interface Dns {
  mx(domain: string): Promise<readonly { readonly exchange: string }[]>
  a(name: string): Promise<readonly string[]>
  aaaa(name: string): Promise<readonly string[]>
  txt(name: string): Promise<readonly string[]>
  ptr(address: string): Promise<readonly string[]>
  /** `pass`, `fail`, `softfail`, `neutral`, `none`, `temperror` or `permerror`. RFC 7208 §2.6 */
  spf(domain: string, address: string): Promise<string>
}

/** All addresses of a name. */
export async function addressesOf(name: string, dns: Dns): Promise<string[]> {
  return (await Promise.all([dns.a(name), dns.aaaa(name)])).flat()
}

/** Asks for everything that `compare` wants to know, all at once. */
export async function look(expected: Expected, dns: Dns): Promise<Found> {
  const { domain, addresses, dkim } = expected
  const [mx, txt, dmarc, spf, ptr, keys] = await Promise.all([
    dns.mx(domain),
    dns.txt(domain),
    dns.txt(`_dmarc.${domain}`),
    eachOf(addresses, (address) => dns.spf(domain, address)),
    eachOf(addresses, (address) => namesOf(address, dns)),
    eachOf(
      dkim.map(({ recordName }) => recordName),
      (name) => dns.txt(name),
    ),
  ])
  return { mx: mx.map(({ exchange }) => exchange), txt, dmarc, spf, ptr, dkim: keys }
}

async function namesOf(address: string, dns: Dns): Promise<PtrName[]> {
  const names = await dns.ptr(address)
  return await Promise.all(
    names.map(async (name) => ({ name, addresses: await addressesOf(name, dns) })),
  )
}

async function eachOf<T>(keys: readonly string[], ask: (key: string) => Promise<T>) {
  return new Map(await Promise.all(keys.map(async (key) => [key, await ask(key)] as const)))
}
