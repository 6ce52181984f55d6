/** Checks everything that there is, one account after the other. */

import { checkAccount } from './account.ts'
import type { Finding } from './kinds.ts'
import type { CheckOptions, CheckPorts } from './options.ts'

/** Said when all of an account has been looked at. */
export interface AccountDone {
  readonly kind: 'account'
  readonly account: string
}

/** Collections whose `_id`s begin with `account/`: whoever has something is in one of them. */
const PLACES = [
  ...['mailboxes', 'messages', 'vanished', 'snapshots', 'snapshotParts', 'metadata', 'staged'],
] as const

/**
 * Checks all accounts that the store knows anything of. Accounts made while it goes on may be left out.
 *
 * @throws {Fault} busy, unavailable
 */
export async function* checkAll(
  ports: CheckPorts,
  options: CheckOptions,
): AsyncGenerator<Finding | AccountDone> {
  for await (const account of accounts(ports)) {
    yield* checkAccount(account, ports, options)
    yield { kind: 'account', account }
  }
}

/** In the order of `account/`, from one to the next. */
async function* accounts({ collections }: CheckPorts): AsyncGenerator<string> {
  for (let from = ''; ; ) {
    const filter = { _id: { $gte: from } }
    const options = { sort: { _id: 1 }, fields: ['_id'] } as const
    const next = await Promise.all(
      PLACES.map((place) => collections[place].findOne(filter, options)),
    )
    const ids = next.flatMap((found) => (found === undefined ? [] : [found._id]))
    const [first] = ids.sort()
    if (first === undefined) return
    const [account = ''] = first.split('/')
    yield account
    from = `${account}0`
  }
}
