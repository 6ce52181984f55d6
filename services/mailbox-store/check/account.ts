/** Checks all mailboxes of an account, and what they have in common. */

import { Fault } from '#lib/base/fault.ts'
import { INBOX, parseMailboxName } from '#lib/mail/mailbox-name.ts'
import { type MailboxDocument, mailboxIdOf } from '../documents.ts'
import { type Finding, type Problem, toFinding } from './kinds.ts'
import { checkMailbox } from './mailbox.ts'
import { isWhole } from './message-document.ts'
import { type CheckOptions, type CheckPorts, counting, noProgress } from './options.ts'
import { checkOrphans } from './orphans.ts'

const FIELDS = ['account', 'tenant', 'domain', 'name', 'uidValidity', 'deletedAt']
/** What is written in two steps is given the time for both. */
const PATIENCE_MS = 2000

/**
 * Verifies all that must hold of an account, with each of its mailboxes, as `checkMailbox` does.
 *
 * @throws {Fault} busy, unavailable
 */
export async function* checkAccount(
  account: string,
  ports: CheckPorts,
  options: CheckOptions,
): AsyncGenerator<Finding> {
  const progress = options.progress ?? noProgress()
  progress.account = account
  yield* counting(examine(account, ports, { ...options, progress }), progress)
}

/**
 * Checks one mailbox, by id or by name.
 *
 * @throws {Fault} not-found, busy, unavailable
 */
export async function* checkOneMailbox(
  { account, mailbox }: { account: string; mailbox: string },
  ports: CheckPorts,
  options: CheckOptions,
): AsyncGenerator<Finding> {
  const progress = options.progress ?? noProgress()
  progress.account = account
  const wanted = new Set([mailbox, canonicalOf(mailbox)])
  const named = (await readMailboxes(account, ports)).filter(({ name, deletedAt, _id }) => {
    return deletedAt === undefined && (wanted.has(name) || mailboxIdOf(_id) === mailbox)
  })
  if (named.length === 0) throw new Fault('not-found', `There is no mailbox ${mailbox}`)
  for (const { _id } of named) {
    yield* counting(checkMailbox(_id, ports, { ...options, progress }), progress)
    progress.mailboxes++
  }
}

function canonicalOf(name: string): string {
  try {
    return parseMailboxName(name)
  } catch {
    return name
  }
}

async function* examine(
  account: string,
  ports: CheckPorts,
  options: CheckOptions & { readonly progress: { mailboxes: number } },
): AsyncGenerator<Finding> {
  // First, so that what it brings back is checked with the others.
  yield* checkOrphans(account, ports, options)
  const mailboxes = await readMailboxes(account, ports)
  for (const { _id, deletedAt } of mailboxes) {
    yield* checkMailbox(_id, ports, options)
    if (deletedAt === undefined) options.progress.mailboxes++
  }
  yield* checkTogether(account, ports, options)
}

async function* checkTogether(
  account: string,
  ports: CheckPorts,
  { repair }: CheckOptions,
): AsyncGenerator<Finding> {
  let problems = await findProblems(account, ports)
  if (problems.length > 0) {
    await ports.clock.sleep(PATIENCE_MS)
    problems = await findProblems(account, ports)
  }
  for (const problem of problems) {
    const repaired = repair && (await mend(problem, account, ports))
    yield toFinding(problem, { _id: account, name: '' }, repaired)
  }
}

async function findProblems(account: string, ports: CheckPorts): Promise<Problem[]> {
  const mailboxes = await readMailboxes(account, ports)
  const living = mailboxes.filter(({ deletedAt }) => deletedAt === undefined)
  if (living.length === 0) return []
  // After the mailboxes: its counter is above theirs.
  const found = await ports.collections.accounts.findOne({ _id: account })
  const problems: Problem[] = []
  const highest = highestValidity(mailboxes)
  const counter = found?.uidValidity ?? 0
  if (counter < highest) {
    problems.push({ kind: 'uid-validity', detail: `${counter}, a mailbox has ${highest}` })
  }
  // A subscription may have been made before anyone said whose the account is.
  const tenants = new Set([found?.tenant || living[0]?.tenant, ...living.map((one) => one.tenant)])
  if (tenants.size > 1) problems.push({ kind: 'tenant', detail: [...tenants].join(', ') })
  const domain = found?.domain ?? ''
  const elsewhere = living.filter((one) => (one.domain ?? '') !== domain && domain !== '')
  if (elsewhere.length > 0) {
    const names = elsewhere.map(({ name, domain: other }) => `${name}: ${other}`)
    problems.push({ kind: 'domain', detail: `${domain}, not ${names.join(', ')}` })
  }
  return problems
}

async function mend({ kind }: Problem, account: string, ports: CheckPorts): Promise<boolean> {
  const { accounts, mailboxes } = ports.collections
  const all = await readMailboxes(account, ports)
  const tenant = all[0]?.tenant ?? ''
  switch (kind) {
    case 'uid-validity':
      await accounts.updateOne(
        { _id: account },
        {
          $max: { uidValidity: highestValidity(all) },
          $setOnInsert: { tenant, subscribed: [INBOX] },
        },
        { upsert: true },
      )
      return true
    case 'domain': {
      const found = await accounts.findOne({ _id: account }, { fields: ['domain'] })
      const domain = found?.domain ?? ''
      await mailboxes.updateMany({ account, domain: { $ne: domain } }, { $set: { domain } })
      return true
    }
    default:
      return false
  }
}

function highestValidity(mailboxes: readonly MailboxDocument[]): number {
  const values = mailboxes.map(({ uidValidity }) => uidValidity)
  return Math.max(0, ...values.filter((value) => isWhole(value, 1) && value <= 0xffff_ffff))
}

async function readMailboxes(
  account: string,
  { collections }: CheckPorts,
): Promise<MailboxDocument[]> {
  // By `_id`, which holds whatever the documents say.
  const _id = { $gte: `${account}/`, $lt: `${account}0` }
  return Array.fromAsync(collections.mailboxes.find({ _id }, { fields: FIELDS }))
}
