/** Which addresses are ours, and which nobody outside can mean. */

import { isIPv6 } from 'node:net'
import { networkInterfaces } from 'node:os'
import { networkMatcher, parseCidrs } from '#lib/node/setting.ts'

/**
 * Loopback, private, link-local, documentation and multicast networks: an MX record that points there is a mistake, or
 * somebody's try to reach what is behind us. RFC 6890 §2.2
 */
export const isPrivate = networkMatcher(
  parseCidrs(
    [
      '0.0.0.0/8,10.0.0.0/8,100.64.0.0/10,127.0.0.0/8,169.254.0.0/16,172.16.0.0/12,192.0.0.0/24',
      '192.0.2.0/24,192.168.0.0/16,198.18.0.0/15,198.51.100.0/24,203.0.113.0/24,224.0.0.0/3',
      '::/8,64:ff9b:1::/48,100::/64,2001:db8::/32,fc00::/7,fe80::/10,ff00::/8',
    ].join(),
  ),
)

/** The addresses of this machine that others may know. */
export function machineAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, address }) => !internal && !/^fe80:/i.test(address))
    .map(({ address }) => address)
}

/** Whether this machine can be expected to reach the world over IPv6. */
export function hasIpv6(addresses: readonly string[]): boolean {
  return addresses.some((address) => isIPv6(address) && !isPrivate(address))
}
