import { addressKey, parseAddress } from './address.ts'

/** Work that names the same address is done one after the other, in the order in which it came; other work at once. */
export class AddressOrder {
  readonly #last = new Map<string, Promise<unknown>>()

  async run<T>(addresses: readonly string[], work: () => Promise<T>): Promise<T> {
    const keys = [...new Set(addresses.map(toKey))]
    const before = keys.flatMap((key) => this.#last.get(key) ?? [])
    const done = Promise.allSettled(before).then(work)
    for (const key of keys) this.#last.set(key, done)
    try {
      return await done
    } finally {
      for (const key of keys) if (this.#last.get(key) === done) this.#last.delete(key)
    }
  }
}

/** What is no address is refused by the work itself. */
function toKey(text: string): string {
  try {
    return addressKey(parseAddress(text.trim()))
  } catch {
    return text
  }
}
