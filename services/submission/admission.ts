import { isTransient } from '#lib/base/fault.ts'
import type { Address } from '#lib/mail/address.ts'
import type { MailClass } from '#lib/mail/envelope.ts'
import type { Rates } from '#lib/mail/sending-rates.ts'
import { faultReply } from '#lib/smtp/fault.ts'
import { type Reply, reply } from '#lib/smtp/reply.ts'

/** What the admission point is asked. */
export interface Question {
  readonly account: string
  /** Of its login. */
  readonly domain: string
  readonly clientAddress: string
  readonly sender: Address | null
  readonly recipients: readonly Address[]
  readonly sizeBytes: number
  /** The mail is here, and counts; without it, this only asks. */
  readonly mail?: {
    readonly id: string
    /** Of its From and Sender fields. */
    readonly authors: readonly Address[]
  }
}

/** What it says of who may go on. */
export interface Admitted {
  /** Kept until somebody has looked at it: why. */
  readonly hold?: string
  /** The sender to go on with, when it is another. */
  readonly sender?: Address
  readonly class: MailClass
  readonly tenant: string
  /** Infinity: no limit. */
  readonly sizeBytesMax: number
  readonly recipientsMax: number
  readonly hideClient: boolean
  /** How much the account may send, and all of its tenant together; not given: nobody may go on without being asked. */
  readonly rates?: { readonly own: Rates; readonly together: Rates }
}

export type Verdict =
  | { readonly kind: 'admitted'; readonly admitted: Admitted }
  | { readonly kind: 'refused'; readonly reply: Reply }

/** @throws {Fault} when it cannot be asked */
export type Admit = (question: Question) => Promise<Verdict>

/** Without an answer nobody is let through, and nobody is refused for good. */
export async function admit(
  question: Question,
  ask: Admit,
  failed: (error: unknown) => void,
): Promise<Verdict> {
  try {
    return await ask(question)
  } catch (error) {
    if (!isTransient(error)) return { kind: 'refused', reply: faultReply(error) }
    failed(error)
    return { kind: 'refused', reply: AWAY }
  }
}

const AWAY = reply(451, '4.3.0', 'Whether you may send cannot be checked now, try again later')
