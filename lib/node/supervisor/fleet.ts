/** Which processes are up, as their lives and ready files tell; no process is touched here. */

/** How often one may die before it was ever ready: beyond that something is wrong that waiting won't mend. */
const EARLY_DEATHS_MAX = 3

interface Member {
  pid: number | undefined
  ready: boolean
  wasReady: boolean
  earlyDeaths: number
  downSince: number | undefined
}

/** What happened to a member, when it is worth a line. */
export type News =
  | { readonly kind: 'ready' }
  | { readonly kind: 'back'; readonly afterMs: number }
  | { readonly kind: 'hopeless' }

export class Fleet {
  readonly #members = new Map<string, Member>()
  readonly #waiting = new Set<() => void>()

  add(name: string): void {
    this.#members.set(name, {
      pid: undefined,
      ready: false,
      wasReady: false,
      earlyDeaths: 0,
      downSince: undefined,
    })
  }

  /** Resolves as soon as all of these are ready at the same time. */
  async untilReady(names: readonly string[]): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const look = () => {
      if (!names.every((name) => this.isReady(name))) return
      this.#waiting.delete(look)
      resolve()
    }
    this.#waiting.add(look)
    look()
    return promise
  }

  isReady(name: string): boolean {
    return this.#members.get(name)?.ready === true
  }

  pids(): Record<string, number> {
    const pids: Record<string, number> = {}
    for (const [name, { pid }] of this.#members) if (pid !== undefined) pids[name] = pid
    return pids
  }

  started(name: string, pid: number): void {
    const member = this.#member(name)
    member.pid = pid
    member.ready = false
  }

  /** `mendable`: starting it again may help. */
  died(name: string, nowMs: number, mendable = true): News | undefined {
    const member = this.#member(name)
    member.pid = undefined
    member.ready = false
    member.downSince ??= nowMs
    if (member.wasReady) return undefined
    member.earlyDeaths += 1
    if (mendable && member.earlyDeaths < EARLY_DEATHS_MAX) return undefined
    return { kind: 'hopeless' }
  }

  /** Its ready file says so. Repeating it is no news. */
  ready(name: string, nowMs: number): News | undefined {
    const member = this.#member(name)
    if (member.ready) return undefined
    const afterMs = nowMs - (member.downSince ?? nowMs)
    const news: News = member.wasReady ? { kind: 'back', afterMs } : { kind: 'ready' }
    member.ready = true
    member.wasReady = true
    member.downSince = undefined
    for (const look of [...this.#waiting]) look()
    return news
  }

  #member(name: string): Member {
    const member = this.#members.get(name)
    if (member === undefined) throw new Error(`No such process: ${name}`)
    return member
  }
}
