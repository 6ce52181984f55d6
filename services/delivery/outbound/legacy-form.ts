/** How local parts that RFC 5321 forbids (`a..b@`, `a.@`, `.a@`) are written to each destination. */

import { RecentMap } from '#lib/base/recent-map.ts'
import type { Address } from '#lib/mail/address.ts'
import { formatPath } from '#lib/mail/path.ts'
import type { LegacyForm } from '#lib/smtp/client-command.ts'
import type { ReceivedReply } from '#lib/smtp/reply-reader.ts'

const DESTINATIONS_MAX = 10_000

/** `auto` begins with what worked the last time. */
export type LegacyChoice = LegacyForm | 'auto'

/** Remembers which of the two forms a destination took. */
export class LegacyForms {
  readonly #known = new RecentMap<string, LegacyForm>(DESTINATIONS_MAX)

  /** The forms to try, in their order: raw first, as those who issued such addresses write them. */
  of(destination: string, choice: LegacyChoice): readonly LegacyForm[] {
    if (choice !== 'auto') return [choice]
    return this.#known.get(destination) === 'quoted' ? ['quoted', 'raw'] : ['raw', 'quoted']
  }

  worked(destination: string, form: LegacyForm): void {
    this.#known.set(destination, form)
  }
}

/** Whether the two forms differ for this address. */
export function hasForms(address: Address | null): boolean {
  return formatPath(address, 'raw') !== formatPath(address, 'quoted')
}

/** Whether a server refused how an address is written, rather than whom it names. RFC 5321 §4.2.3, RFC 3463 §3.2 */
export function isSyntaxRefusal({ code, status, lines }: ReceivedReply): boolean {
  if (code === 500 || code === 501 || code === 553 || code === 555) return true
  if (code < 500) return false
  return (
    /^5\.(?:1\.[37]|5\.[24])$/.test(status ?? '') ||
    /syntax|malformed|rfc ?-?[258]?[83]21|(?:invalid|illegal|bad) (?:\w+ )?(?:address|local)/i.test(
      lines.join(' '),
    )
  )
}
