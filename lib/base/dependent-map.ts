import { RecentMap } from './recent-map.ts'

/** So many names that changed are kept before the entries are looked through. */
const CHANGES_MAX = 5000

interface Held<V> {
  readonly value: V
  /** Up to this change it is known to hold. */
  mark: number
}

/**
 * A RecentMap of answers that each depend on names: when one of these changes, the answer is gone, and so is one that was
 * asked for before the change and comes after it.
 *
 * A change costs a note, however many entries there are; an entry looks at the notes when it is next asked for.
 */
export class DependentMap<V extends NonNullable<unknown>> {
  readonly #namesOf: (value: V, key: string) => Iterable<string>
  readonly #entries: RecentMap<string, Held<V>>
  readonly #changes = new Map<string, number>()
  #mark = 0
  /** What was asked for before this change is not believed: which names had changed by then is forgotten. */
  #floor = 0

  constructor(max: number, namesOf: (value: V, key: string) => Iterable<string>) {
    this.#namesOf = namesOf
    this.#entries = new RecentMap(max)
  }

  get size(): number {
    return this.#entries.size
  }

  /** What to remember before the question is asked, for `set`. */
  get mark(): number {
    return this.#mark
  }

  get(key: string): V | undefined {
    const held = this.#entries.get(key)
    if (held === undefined) return undefined
    if (this.#holds(key, held)) return held.value
    this.#entries.delete(key)
    return undefined
  }

  /** `mark` as it was before anybody was asked for the value. */
  set(key: string, value: V, mark: number): void {
    this.#entries.set(key, { value, mark })
  }

  delete(key: string): void {
    this.#entries.delete(key)
  }

  /** From now on nothing that depends on one of these names is there. */
  changed(names: Iterable<string>): void {
    this.#mark += 1
    for (const name of names) this.#changes.set(name, this.#mark)
    if (this.#changes.size > CHANGES_MAX) this.#lookThrough()
  }

  #holds(key: string, held: Held<V>): boolean {
    if (held.mark === this.#mark) return true
    if (held.mark < this.#floor) return false
    for (const name of this.#namesOf(held.value, key)) {
      if ((this.#changes.get(name) ?? 0) > held.mark) return false
    }
    held.mark = this.#mark
    return true
  }

  #lookThrough(): void {
    for (const [key, held] of this.#entries.entries()) {
      if (!this.#holds(key, held)) this.#entries.delete(key)
    }
    this.#changes.clear()
    this.#floor = this.#mark
  }
}
