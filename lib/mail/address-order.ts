import { InOrder } from '#lib/base/in-order.ts'
import { keyOfText } from './address.ts'

/** Work that names the same address is done one after the other, in the order in which it came; other work at once. */
export class AddressOrder {
  readonly #order = new InOrder()

  /** What is no address is refused by the work itself. */
  run<T>(addresses: readonly string[], work: () => Promise<T>): Promise<T> {
    return this.#order.run(
      addresses.map((text) => keyOfText(text.trim())),
      work,
    )
  }
}
