import { Fault } from '#lib/base/fault.ts'
import { parseAddress } from '#lib/mail/address.ts'
import { type AccountDocument, type Collections, collect } from '../collections.ts'
import { parseAlias, parseDestinations } from '../names.ts'
import { audit, type Registry } from '../registry.ts'
import { mayUse } from './identity.ts'

/** What is to be of an account's forwarding and grants; undefined: as it is, or nothing. */
export interface ForwardingChange {
  /** Where its mail goes as well, or instead. */
  readonly forwards: readonly string[] | undefined
  readonly keepsCopy: boolean | undefined
  /** Addresses, or `@example.test`, that it may send as besides its own. */
  readonly sendAs: readonly string[] | undefined
}

/** As an account keeps them. */
export type ForwardingFields = {
  readonly forwards?: readonly string[]
  readonly keepsCopy?: boolean
  readonly sendAs?: readonly string[]
}

const FORWARDS_MAX = 100
const GRANTS_MAX = 1000

/**
 * The forwarding and grants that a change speaks of, as they are kept. `aliases` are the addresses that it is to have
 * besides those it has.
 *
 * @throws {Fault} invalid: no address, its own, too many, another tenant's to send as; not-found: a domain to send as
 */
export async function forwardingFields(
  { forwards, keepsCopy, sendAs }: ForwardingChange,
  account: Pick<AccountDocument, '_id' | 'login' | 'tenant'>,
  aliases: readonly string[],
  collections: Pick<Collections, 'domains' | 'addresses'>,
): Promise<ForwardingFields> {
  const own = new Set([account.login, ...aliases])
  return {
    ...(forwards && { forwards: await toForwards(forwards, account, own, collections) }),
    ...(keepsCopy !== undefined && { keepsCopy }),
    ...(sendAs && { sendAs: await toGrants(sendAs, account.tenant, collections) }),
  }
}

/** Writes down what of this is about to change. */
export async function auditForwarding(
  { forwards, keepsCopy, sendAs }: ForwardingFields,
  login: string,
  registry: Registry,
): Promise<void> {
  if (forwards !== undefined || keepsCopy !== undefined) {
    await audit(registry, 'account.forward', login)
  }
  if (sendAs !== undefined) await audit(registry, 'account.send-as', login)
}

async function toForwards(
  texts: readonly string[],
  account: Pick<AccountDocument, '_id' | 'tenant'>,
  own: ReadonlySet<string>,
  collections: Pick<Collections, 'domains' | 'addresses'>,
): Promise<string[]> {
  const forwards = parseDestinations(texts)
  if (forwards.size > FORWARDS_MAX) {
    throw new Fault('invalid', `An account forwards to at most ${FORWARDS_MAX} addresses`)
  }
  for (const [key, text] of forwards) {
    // What it may use without grants is what its own mail comes to.
    const self = { ...account, sendAs: [] }
    if (own.has(key) || (await mayUse(self, parseAddress(text), collections))) {
      throw new Fault('invalid', `${text} is the account's own address`)
    }
  }
  return [...forwards.values()]
}

/** Their keys, in the domain whose addresses count. */
async function toGrants(
  texts: readonly string[],
  tenant: string,
  { domains }: Pick<Collections, 'domains'>,
): Promise<string[]> {
  const grants = texts.map(parseAlias)
  if (grants.length > GRANTS_MAX) {
    throw new Fault('invalid', `An account may send as at most ${GRANTS_MAX} others`)
  }
  const names = [...new Set(grants.map(({ domain }) => domain))]
  const found = await collect(domains.find({ _id: { $in: names } }))
  const active = new Map(
    found.filter(({ state }) => state === 'active').map((one) => [one._id, one]),
  )
  const keys = grants.map(({ key, domain }) => {
    const there = active.get(domain)
    if (there === undefined) throw new Fault('not-found', `There is no domain ${domain} here`)
    if (there.tenant !== tenant) throw new Fault('invalid', `${domain} is another tenant's`)
    const whole = key.startsWith('@')
    return whole ? key : `${key.slice(0, -domain.length)}${there.aliasOf ?? domain}`
  })
  return [...new Set(keys)]
}
