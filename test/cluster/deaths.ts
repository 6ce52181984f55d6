/** Who is killed when: chosen by chance, and the same again for the same seed. */

export interface DeathPlan {
  readonly victims: readonly string[]
  /** How often each of them. */
  readonly rounds: number
  readonly mails: number
}

/** After how many accepted mails who is killed: everyone at least once, at moments that chance picks. */
export function planDeaths(
  { victims, rounds, mails }: DeathPlan,
  random: () => number,
): Map<number, string> {
  const all = Array.from({ length: rounds }, () => shuffled(victims, random)).flat()
  const stride = Math.floor(mails / (all.length + 1))
  return new Map(
    all.map((victim, n) => [stride * (n + 1) - Math.floor(random() * stride * 0.8), victim]),
  )
}

function shuffled(names: readonly string[], random: () => number): string[] {
  return names
    .map((name) => ({ name, rank: random() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ name }) => name)
}

/** A small generator of even quality; the point is that a seed repeats a run. */
export function seeded(seed: number): () => number {
  let state = seed + 0x6d2b79f5
  return () => {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x6d2b79f5
    return ((state ^ (state >>> 13)) >>> 0) / 2 ** 32
  }
}
