import { isIPv6 } from 'node:net'
import type { Random } from '#lib/base/clock.ts'

/** One of our addresses that mail leaves from. */
export interface Source {
  /** `0.0.0.0` and `::` leave it to the system. */
  readonly address: string
  /** What EHLO says there; the usual name when undefined. */
  readonly hostname: string | undefined
}

export type Pools = ReadonlyMap<string, readonly Source[]>

/** What a pool is that nobody described. */
const ANY: readonly Source[] = [
  { address: '0.0.0.0', hostname: undefined },
  { address: '::', hostname: undefined },
]

/** The addresses of a pool; those of `default` for one that is not described. */
export function sourcesOf(pools: Pools, pool: string): readonly Source[] {
  return pools.get(pool) ?? pools.get('default') ?? ANY
}

/** One of the pool's addresses for a connection to `address`, of the same family, any as likely. */
export function pickSource(
  sources: readonly Source[],
  address: string,
  random: Random,
): Source | undefined {
  const fitting = sources.filter((source) => isIPv6(source.address) === isIPv6(address))
  const [byte = 0] = random(1)
  return fitting[byte % fitting.length]
}

/** The address to bind; undefined leaves it to the system. */
export function bindAddress({ address }: Source): string | undefined {
  return address === '0.0.0.0' || address === '::' ? undefined : address
}
