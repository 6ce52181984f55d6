/** Where each recipient of a mail goes: what the directory says, as pieces of work. */

import { Fault } from '#lib/base/fault.ts'
import { type Address, addressKey, formatAddress } from '#lib/mail/address.ts'
import type { Envelope, EnvelopeRecipient } from '#lib/mail/envelope.ts'
import type { Forward, Resolution, Resolve, Target } from '#lib/mail/resolution.ts'
import type { BounceClass } from './bounces/bounce-class.ts'
import type { Outcome } from './documents.ts'
import { recipientKey } from './ledger/record.ts'

/** What is tried, and ends, by itself: a recipient as accepted, or one of those that it became. */
export interface Part {
  /** In the ledger. */
  readonly key: string
  /** How the ledger spells it: an address, or an account's id. */
  readonly name: string
  /** As accepted: what a bounce names, and what was asked about notices. */
  readonly recipient: EnvelopeRecipient
}

/** Goes into a mailbox of ours. */
export interface MailboxPart extends Part {
  readonly target: Target
}

/** Goes to another host. */
export interface RemotePart extends Part {
  readonly address: Address
  /** On whose behalf it is forwarded. */
  readonly by?: string
}

/** Gets nothing, and somebody has to be told. */
export interface Failure extends Part {
  readonly reason: BounceClass
  /** As a reply: code, status and text. */
  readonly reply: string
}

/** May be tried later, in the queue. */
export interface Wait extends Part {
  readonly reason: BounceClass
  readonly reply: string
}

export interface Plan {
  readonly mailboxes: MailboxPart[]
  readonly remotes: RemotePart[]
  readonly failures: Failure[]
  readonly waits: Wait[]
  /** Of recipients that become others. */
  readonly expanded: (Part & { readonly into: readonly string[] })[]
  /** Those that are open in the ledger, and that nobody leads to any more. */
  readonly withdrawn: Part[]
  /** Nobody could tell now. */
  readonly unknown: { readonly recipient: string; readonly error: unknown }[]
  /** The first tenant that was met on the way. */
  tenant: string
}

export interface RouteParts {
  readonly resolve: Resolve
  /** On whose behalf the mail was forwarded already: keys of addresses. */
  readonly deliveredTo: ReadonlySet<string>
  /** What ended a recipient, if anything did; and whether nothing is left to do for it. */
  readonly end: (key: string) => Outcome | undefined
  readonly settled: (key: string) => boolean
}

type Relaying = Pick<Envelope, 'class' | 'client'>

/** Plans what is open of `recipients`. Two that are the same are one. */
export async function planRecipients(
  recipients: readonly EnvelopeRecipient[],
  envelope: Relaying,
  parts: RouteParts,
): Promise<Plan> {
  const plan = emptyPlan()
  const planner = new Planner(plan, mayRelay(envelope), parts)
  await eachOpen(recipients, parts, plan, (part, resolution) => planner.add(part, resolution))
  return plan
}

function emptyPlan(): Plan {
  return {
    ...{ mailboxes: [], remotes: [], failures: [], waits: [], expanded: [], withdrawn: [] },
    ...{ unknown: [], tenant: '' },
  }
}

async function eachOpen(
  recipients: readonly EnvelopeRecipient[],
  parts: RouteParts,
  { unknown }: Plan,
  add: (part: Part, resolution: Resolution) => void,
): Promise<void> {
  const distinct = new Map(recipients.map((one) => [addressKey(one.address), one]))
  await Promise.all(
    [...distinct].map(async ([key, recipient]) => {
      if (!isOpen(key, parts)) return
      const name = formatAddress(recipient.address)
      try {
        add({ key, name, recipient }, await parts.resolve(recipient.address))
      } catch (error) {
        unknown.push({ recipient: name, error })
      }
    }),
  )
}

/** A recipient that became others is open while any of them is. */
function isOpen(key: string, { end, settled }: RouteParts): boolean {
  const into = end(key)?.into
  return into === undefined ? !settled(key) : into.some((one) => !settled(recipientKey(one)))
}

/**
 * Plans a mail that is held: nothing is decided but whether it stays here. Whoever releases it lets the rest be asked again.
 */
export async function planHeld(
  recipients: readonly EnvelopeRecipient[],
  envelope: Relaying,
  parts: RouteParts,
): Promise<Plan> {
  const plan = emptyPlan()
  await eachOpen(recipients, parts, plan, (part, { kind }) => {
    if (kind === 'elsewhere' && mayRelay(envelope)) {
      plan.remotes.push({ ...part, address: part.recipient.address })
    } else {
      plan.waits.push({ ...part, reason: 'operator', reply: '450 4.7.1 Held' })
    }
  })
  return plan
}

/** Only mail of our own users, and our own, leaves the platform under its own address: we are no open relay. */
function mayRelay({ class: kind, client }: Relaying): boolean {
  return client.account !== undefined || kind === 'system'
}

class Planner {
  readonly #plan: Plan
  readonly #mayRelay: boolean
  readonly #parts: RouteParts
  /** Keys of parts that are planned already: two groups may lead to one mailbox. */
  readonly #planned = new Set<string>()

  constructor(plan: Plan, mayRelay: boolean, parts: RouteParts) {
    this.#plan = plan
    this.#mayRelay = mayRelay
    this.#parts = parts
  }

  add(part: Part, resolution: Resolution): void {
    const { failures, waits, unknown } = this.#plan
    switch (resolution.kind) {
      case 'accounts':
        this.#addAccounts(part, resolution.targets, resolution.forwards)
        return
      case 'elsewhere':
        if (this.#ended(part, [])) return
        if (this.#mayRelay) this.#addRemote({ ...part, address: part.recipient.address })
        else if (resolution.remembered) unknown.push({ recipient: part.name, error: AWAY })
        else failures.push({ ...part, reason: 'policy-refused', reply: NO_RELAY })
        return
      case 'disabled':
        if (this.#ended(part, [])) return
        waits.push({ ...part, reason: 'inactive-mailbox', reply: SUSPENDED })
        return
      case 'unknown':
        if (this.#ended(part, [])) return
        failures.push({ ...part, reason: 'bad-mailbox', reply: UNKNOWN })
    }
  }

  #addAccounts(part: Part, targets: readonly Target[], all: readonly Forward[]): void {
    const { deliveredTo } = this.#parts
    this.#plan.tenant ||= targets[0]?.tenant ?? all[0]?.tenant ?? ''
    const forwards = all.filter(({ by }) => !deliveredTo.has(recipientKey(by)))
    const [target, ...others] = targets
    const expanded = this.#parts.end(part.key) !== undefined
    if (!expanded && target === undefined && forwards.length === 0) {
      const looped = all.length > 0
      const why = looped
        ? { reason: 'loop' as const, reply: LOOP }
        : { reason: 'bad-mailbox' as const, reply: UNKNOWN }
      this.#plan.failures.push({ ...part, ...why })
      return
    }
    if (!expanded && target && others.length === 0 && forwards.length === 0) {
      this.#addMailbox({ ...part, target })
      return
    }
    const into = [
      ...targets.map(({ account }) => account),
      ...forwards.map(({ address }) => formatAddress(address)),
    ]
    if (!this.#ended(part, into)) this.#plan.expanded.push({ ...part, into })
    const decided = this.#parts.end(part.key)?.into ?? into
    const wanted = (name: string) => decided.includes(name)
    for (const target of targets) {
      const key = target.account
      if (wanted(key)) this.#addMailbox({ ...part, key, name: key, target })
    }
    for (const { address, by } of forwards) {
      const name = formatAddress(address)
      if (wanted(name)) this.#addRemote({ ...part, key: addressKey(address), name, address, by })
    }
  }

  /**
   * True when the recipient became others before. What it became was decided then: those of them that are open and that it
   * does not lead to any more are withdrawn.
   */
  #ended(part: Part, into: readonly string[]): boolean {
    const before = this.#parts.end(part.key)?.into
    for (const name of before ?? []) {
      const key = recipientKey(name)
      if (!into.includes(name) && !this.#parts.settled(key)) {
        this.#plan.withdrawn.push({ ...part, key, name })
      }
    }
    return before !== undefined
  }

  #addMailbox(part: MailboxPart): void {
    if (this.#isNew(part.key)) this.#plan.mailboxes.push(part)
  }

  #addRemote(part: RemotePart): void {
    if (this.#isNew(part.key)) this.#plan.remotes.push(part)
  }

  #isNew(key: string): boolean {
    if (this.#planned.has(key) || this.#parts.settled(key)) return false
    this.#planned.add(key)
    return true
  }
}

const NO_RELAY = '550 5.7.1 The domain is not hosted here, and this mail is not of one of our users'
/** Of a domain that is not known to be elsewhere still: nothing to refuse a mail for. */
const AWAY = new Fault('unavailable', 'Whether the domain is hosted here cannot be asked now')
const SUSPENDED = '450 4.2.1 The mailbox takes no mail now'
const UNKNOWN = '550 5.1.1 The address does not exist'
const LOOP = '554 5.4.6 The address is forwarded in a loop'
