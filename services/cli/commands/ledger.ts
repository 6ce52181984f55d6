import { Fault } from '#lib/base/fault.ts'
import type { LedgerCheckReport__Output } from '#proto/types/hikyaku/delivery/LedgerCheckReport.ts'
import { type Command, UsageError } from '../command.ts'
import { requireDelivery } from '../delivery-admin.ts'
import { momentOf } from '../moment.ts'

/** A whole ledger of a large platform takes hours. */
const DEADLINE_MS = 20 * 86_400_000

const check: Command = {
  name: 'ledger check',
  summary: 'Verify that all accepted mail came to an end, or waits: once',
  operands: [],
  options: {
    since: { type: 'string', value: 'TIME', help: 'Only mails not older: 2h, 2026-11-22' },
    until: { type: 'string', value: 'TIME', help: 'Only mails older' },
  },
  notes: [
    'Open is what is in no such state: its first attempt is under way. After an hour that is a finding.',
    'Exit codes: 0 it adds up, 1 something was found, 2 it could not be checked.',
  ],
  failureCode: 2,
  async run(given, tools) {
    const from = momentOf(given, 'since', tools.now())
    const until = momentOf(given, 'until', tools.now())
    if (from && until && from >= until) throw new UsageError('--since must be before --until')
    let last: LedgerCheckReport__Output | undefined
    let findings = 0
    const reports = requireDelivery(tools).checkLedger({ from, until }, { deadlineMs: DEADLINE_MS })
    for await (const report of reports) {
      for (const finding of report.findings) tools.output.done(finding, { finding })
      findings += report.findings.length
      last = report
      tools.output.progress(
        `${report.mails.toLocaleString('en')} mails, ${findings} findings so far`,
      )
    }
    if (last?.complete !== true) throw new Fault('unavailable', 'Delivery did not finish')
    const { findings: _, complete, ...counts } = last
    tools.output.done(summarize(last, findings), { ...counts, findings })
    return findings === 0
  },
}

function summarize(report: LedgerCheckReport__Output, findings: number): string {
  const { mails, accepted, delivered, bounced, expanded, deleted, queued, held, open } = report
  const states = { delivered, bounced, expanded, deleted, queued, held, open }
  const parts = Object.entries(states).map(
    ([name, count]) => `${count.toLocaleString('en')} ${name}`,
  )
  const verdict = findings === 0 ? 'it adds up' : `${findings.toLocaleString('en')} findings`
  return `${mails.toLocaleString('en')} mails, ${accepted.toLocaleString('en')} recipients accepted = ${parts.join(' + ')}: ${verdict}`
}

export const ledgerCommands: readonly Command[] = [check]
