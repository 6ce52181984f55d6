import type { Clock } from '#lib/base/clock.ts'
import { DependentMap } from '#lib/base/dependent-map.ts'
import { Fault } from '#lib/base/fault.ts'
import type { Outage } from '#lib/base/outage.ts'
import { type Address, addressKey } from '#lib/mail/address.ts'
import { type Exceeded, formatWait, type Sending } from '#lib/mail/sending-rates.ts'
import { reply } from '#lib/smtp/reply.ts'
import type { Admit, Admitted, Question, Verdict } from './admission.ts'
import { LocalCounts } from './local-counts.ts'

export interface KnownSendersParts {
  readonly clock: Pick<Clock, 'now' | 'monotonic'>
  /** Of the directory. */
  readonly outage: Outage
  /** Told when a mail goes on without an answer. */
  readonly wentOn: () => void
}

interface Known {
  readonly domain: string
  readonly admitted: Admitted
  readonly at: number
  /** When each was found to be the account's, the latest last. */
  readonly addresses: ReadonlyMap<string, number>
}

const OUTAGE_MS = 24 * 60 * 60 * 1000
const ACCOUNTS_MAX = 50_000
const ADDRESSES_MAX = 64

/**
 * Lets known accounts send while nobody can be asked: as the addresses that were found to be theirs within a day, by the
 * rules of the last answer. How much they send is then counted by this process alone, which knows what it has let
 * through itself. Nobody is refused for good by what is only remembered, and who was refused for good is not remembered.
 */
export class KnownSenders {
  readonly #ask: Admit
  readonly #parts: KnownSendersParts
  readonly #counts: LocalCounts
  readonly #known = new DependentMap<Known>(ACCOUNTS_MAX, namesOf)

  constructor(ask: Admit, parts: KnownSendersParts) {
    this.#ask = ask
    this.#parts = parts
    this.#counts = new LocalCounts(parts.clock)
  }

  /** @throws {Fault} what the admission point answers */
  readonly admit: Admit = async (question) => {
    const { outage } = this.#parts
    const { mark } = this.#known
    const early = outage.on ? this.#goOn(question) : undefined
    if (early !== undefined) return early
    try {
      const verdict = await outage.ask(() => this.#ask(question))
      this.#learn(question, verdict, mark)
      return verdict
    } catch (error) {
      if (!(error instanceof Fault && error.code === 'unavailable')) throw error
      const verdict = this.#goOn(question)
      if (verdict === undefined) throw error
      return verdict
    }
  }

  /** Drops what depends on these names of accounts, addresses and domains. */
  forget(names: Iterable<string>): void {
    this.#known.changed(names)
  }

  #learn(question: Question, verdict: Verdict, mark: number): void {
    const { account, domain, mail } = question
    if (verdict.kind === 'refused') {
      if (verdict.reply.code >= 500) this.#known.delete(account)
      return
    }
    const { admitted } = verdict
    if (mail !== undefined) this.#counts.count(sendingsOf(account, admitted), amountOf(question))
    // One who becomes another, or whose limits are not told, has to be asked about each time.
    if (admitted.sender !== undefined || admitted.rates === undefined) return
    const at = this.#parts.clock.monotonic()
    const addresses = new Map(this.#known.get(account)?.addresses)
    for (const key of claimedBy(question)) {
      addresses.delete(key)
      addresses.set(key, at)
    }
    for (const key of addresses.keys()) {
      if (addresses.size <= ADDRESSES_MAX) break
      addresses.delete(key)
    }
    this.#known.set(account, { domain, admitted, at, addresses }, mark)
  }

  /** Undefined when too little is known. */
  #goOn(question: Question): Verdict | undefined {
    const known = this.#known.get(question.account)
    if (known === undefined || !this.#fits(question, known)) return undefined
    const { admitted } = known
    const sendings = sendingsOf(question.account, admitted)
    const exceeded = this.#counts.exceeded(sendings, amountOf(question))
    if (exceeded !== undefined) return refuse(exceeded, sendings[0]?.key, this.#parts.clock.now())
    if (question.mail !== undefined) {
      this.#counts.count(sendings, amountOf(question))
      this.#parts.wentOn()
    }
    return { kind: 'admitted', admitted }
  }

  #fits(question: Question, { admitted, at, addresses }: Known): boolean {
    const now = this.#parts.clock.monotonic()
    const isRecent = (when: number | undefined) => when !== undefined && now - when < OUTAGE_MS
    const { sizeBytes, recipients, mail } = question
    return (
      isRecent(at) &&
      sizeBytes <= admitted.sizeBytesMax &&
      recipients.length <= admitted.recipientsMax &&
      (mail === undefined || mail.authors.length > 0) &&
      claimedBy(question).every((key) => isRecent(addresses.get(key)))
    )
  }
}

function* namesOf({ domain, addresses }: Known, account: string): Generator<string> {
  yield account
  yield domain
  for (const key of addresses.keys()) {
    yield key
    yield key.slice(key.lastIndexOf('@') + 1)
  }
}

/** The addresses that a mail claims to be from. */
function claimedBy({ sender, mail }: Question): string[] {
  const claimed: readonly Address[] = [...(sender ? [sender] : []), ...(mail?.authors ?? [])]
  return claimed.map(addressKey)
}

function sendingsOf(account: string, { tenant, rates }: Admitted): Sending[] {
  if (rates === undefined) return []
  return [
    { key: `account ${account}`, rates: rates.own },
    { key: `tenant ${tenant}`, rates: rates.together },
  ]
}

function amountOf({ recipients }: Question) {
  return { messages: 1, recipients: recipients.length }
}

function refuse(exceeded: Exceeded, own: string | undefined, now: number): Verdict | undefined {
  const { key, what, limit, window, fitsAt } = exceeded
  if (fitsAt === undefined) return undefined
  const who = key === own ? 'You' : 'All accounts of your organization together'
  const rule = `${who} may send ${what === 'messages' ? '' : 'to '}${limit} ${what} in any ${window}`
  const text = `${rule}; try again in ${formatWait(fitsAt - now)}`
  return { kind: 'refused', reply: reply(450, '4.7.1', text) }
}
