import { Fault } from '#lib/base/fault.ts'
import type { CheckFinding__Output } from '#proto/types/hikyaku/mailbox_store/CheckFinding.ts'
import type { CheckProgress__Output } from '#proto/types/hikyaku/mailbox_store/CheckProgress.ts'
import type { CollectReport__Output } from '#proto/types/hikyaku/mailbox_store/CollectReport.ts'
import { type Command, type Given, type Tools, UsageError } from '../command.ts'
import { Logins } from '../logins.ts'
import type { StoreAdmin } from '../store-admin.ts'

/** All of a large platform takes hours. */
const DEADLINE_MS = 20 * 86_400_000

const check: Command = {
  name: 'store check',
  summary: 'Verify what is stored, while mail comes and goes',
  operands: [],
  options: {
    account: { type: 'string', value: 'LOGIN|ID', help: 'Only this account' },
    mailbox: { type: 'string', value: 'NAME|ID', help: 'Only this mailbox of the account' },
    repair: { type: 'boolean', help: 'Repair what can be repaired' },
    bytes: { type: 'boolean', help: 'Read all messages, instead of only looking for them' },
  },
  notes: [
    'What is found goes to standard output, a line each; docs/reference/store-check.md tells what to do about it.',
    'Exit codes: 0 nothing is wrong, 1 something was found (also when it was repaired), 2 it could not be checked.',
  ],
  failureCode: 2,
  async run(given, tools) {
    const mailbox = given.text('mailbox') ?? ''
    const named = given.text('account') ?? ''
    if (mailbox !== '' && named === '') throw new UsageError('--mailbox needs --account')
    const store = requireStore(tools)
    const logins = await Logins.open(tools.admin, named)
    const account = named === '' ? '' : await logins.idOf(named)
    const options = { repair: given.has('repair'), bytes: given.has('bytes') }
    const done = await watchCheck(store, { account, mailbox, ...options }, { logins, tools })
    for (const unknown of await logins.unknown()) {
      tools.output.done(`${unknown}: the directory does not know this account`, {
        account: unknown,
        information: 'unknown-account',
      })
    }
    const { mailboxes, messages, findings, repaired } = done
    tools.output.done(summarize(done), { mailboxes, messages, findings, repaired })
    return findings === 0
  },
}

interface Watching {
  readonly logins: Logins
  readonly tools: Tools
}

async function watchCheck(
  store: StoreAdmin,
  request: { account: string; mailbox: string; repair: boolean; bytes: boolean },
  { logins, tools: { output } }: Watching,
): Promise<CheckProgress__Output> {
  let last: CheckProgress__Output | undefined
  for await (const { finding, progress } of store.check(request, { deadlineMs: DEADLINE_MS })) {
    if (finding) {
      const login = await logins.loginOf(finding.account)
      output.done(describe(finding, login), { ...finding, login })
    }
    if (!progress) continue
    last = progress
    if (progress.account === '') continue
    logins.see(progress.account)
    const { mailboxes, messages, findings } = progress
    output.progress(
      `${count(mailboxes, 'mailbox', 'mailboxes')}, ${count(messages, 'message')}, ${count(findings, 'finding')} so far`,
    )
  }
  if (last === undefined) throw new Fault('unavailable', 'The mailbox-store told nothing')
  return last
}

const collect: Command = {
  name: 'store collect',
  summary: 'Remove bytes that no message refers to any more, now',
  operands: [],
  options: {},
  notes: ['It is done by itself, too. What came or was copied today and yesterday stays.'],
  async run(_: Given, tools) {
    const { output } = tools
    let last: CollectReport__Output | undefined
    for await (const report of requireStore(tools).collect({}, { deadlineMs: DEADLINE_MS })) {
      last = report
      output.progress(`${report.phase}: ${describeCollected(report)} so far`)
    }
    const { seen = 0, kept = 0, removed = 0 } = last ?? {}
    output.done(describeCollected({ seen, kept, removed }), { seen, kept, removed })
    return undefined
  },
}

function requireStore({ storeAdmin }: Tools): StoreAdmin {
  if (storeAdmin !== undefined) return storeAdmin
  throw new UsageError('MAILBOX_STORE_SERVERS does not say where the mailbox-store is')
}

function describe(finding: CheckFinding__Output, login: string): string {
  const { mailbox, mailboxName, kind, uids, detail, repaired } = finding
  const where = [login, mailboxName || mailbox, kind, uids].filter((word) => word !== '')
  return `${where.join(' ')}: ${detail}${repaired ? ' (repaired)' : ''}`
}

function summarize({ mailboxes, messages, findings, repaired }: CheckProgress__Output): string {
  const seen = `${count(mailboxes, 'mailbox', 'mailboxes')} with ${count(messages, 'message')}`
  if (findings === 0) return `${seen}: nothing is wrong`
  return `${seen}: ${count(findings, 'finding')}, ${repaired.toLocaleString('en')} repaired`
}

function describeCollected({ seen, kept, removed }: Omit<CollectReport__Output, 'phase'>): string {
  const [a, b, c] = [seen, kept, removed].map((number) => number.toLocaleString('en'))
  return `${a} looked at, ${b} kept, ${c} removed`
}

function count(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString('en')} ${number === 1 ? one : many}`
}

export const storeCommands: readonly Command[] = [check, collect]
