import type { QueueEntry__Output } from '#proto/types/hikyaku/delivery/QueueEntry.ts'
import type { TracedMail__Output } from '#proto/types/hikyaku/delivery/TracedMail.ts'
import type { TraceLine__Output } from '#proto/types/hikyaku/delivery/TraceLine.ts'
import { type Command, type Given, UsageError } from '../command.ts'
import { countOf } from '../count.ts'
import { requireDelivery } from '../delivery-admin.ts'
import { formatMoment, formatSpan, momentOf } from '../moment.ts'
import { formatSize } from '../quota.ts'
import { tenantIdOf } from '../tenant-id.ts'

const DEADLINE_MS = 10 * 60_000

export const traceCommand: Command = {
  name: 'trace',
  summary: 'Tell where mail is: every step of its way, with what other hosts said',
  operands: [],
  options: {
    sender: { type: 'string', value: 'ADDRESS', help: 'Envelope sender; <> is that of bounces' },
    recipient: { type: 'string', value: 'ADDRESS', help: 'One of its recipients' },
    'message-id': { type: 'string', value: 'ID', help: 'The Message-ID header' },
    mail: { type: 'string', value: 'ID', help: 'The id in our 250 and in Received' },
    tenant: { type: 'string', value: 'NAME', help: 'Whose mail it is' },
    since: { type: 'string', value: 'TIME', help: 'Not older: 2h, 2026-11-22, 2026-11-22T10:15' },
    until: { type: 'string', value: 'TIME', help: 'Older' },
    limit: { type: 'string', value: 'NUMBER', help: 'At most so many mails; 20 unless given' },
  },
  notes: ['The newest mail comes first. Exit codes: 0 found, 1 no such mail, 2 not understood.'],
  async run(given, tools) {
    const delivery = requireDelivery(tools)
    const tenant = await tenantIdOf(given, tools)
    const question = { ...toQuestion(given, tools.now()), tenant }
    requireSomething(question)
    let found = false
    for await (const mail of delivery.trace(question, { deadlineMs: DEADLINE_MS })) {
      found = true
      tools.output.done(describe(mail, tools.now()), { ...mail })
    }
    if (!found) tools.output.complain('There is no such mail')
    return found
  },
}

function toQuestion(given: Given, now: number) {
  return {
    sender: given.text('sender') ?? '',
    recipient: given.text('recipient') ?? '',
    messageId: given.text('message-id') ?? '',
    mailId: given.text('mail') ?? '',
    from: momentOf(given, 'since', now),
    until: momentOf(given, 'until', now),
    limit: countOf(given, 'limit'),
  }
}

function requireSomething({ limit: _, ...question }: ReturnType<typeof toQuestion>): void {
  if (Object.values(question).some((value) => value !== '' && value !== 0)) return
  throw new UsageError('Which mail? Give --sender, --recipient, --message-id, --mail or --since')
}

function describe(mail: TracedMail__Output, now: number): string {
  const { mailId, at, sender, recipients, messageId, sizeBytes } = mail
  const head = [
    formatMoment(at),
    mailId,
    `<${sender}> to ${recipients.map((one) => `<${one}>`).join(' ')}`,
    formatSize(sizeBytes),
    messageId,
  ]
  const { clientAddress, clientHelo, account } = mail
  const who = account === '' ? '' : ` by account ${account}`
  return [
    head.filter((text) => text !== '').join('  '),
    `  ${timeOf(at)}  accepted   from ${clientHelo} [${clientAddress}]${who}`,
    ...mail.lines.flatMap(describeLine),
    ...mail.queued.map((entry) => describeEntry(entry, now)),
    '',
  ].join('\n')
}

function describeLine(line: TraceLine__Output): string[] {
  const { at, event, recipient, into, reason, host, address, source, tls, ms, attempt } = line
  const details = [
    into.length > 0 ? `became ${into.join(', ')}` : '',
    reason,
    host === '' ? '' : `by ${host}${address === '' ? '' : ` [${address}]`}`,
    source === '' ? '' : `from [${source}]`,
    tls,
    ms === 0 ? '' : `${(ms / 1000).toFixed(2)} s`,
    attempt > 1 ? `attempt ${attempt}` : '',
  ].filter((text) => text !== '')
  const first = `  ${timeOf(at)}  ${event.padEnd(9)}  <${recipient}>  ${details.join(', ')}`
  const reply = line.reply === '' ? [] : line.reply.split(/\r?\n/)
  return [first.trimEnd(), ...reply.map((text) => `${' '.repeat(23)}${text}`)]
}

function describeEntry(entry: QueueEntry__Output, now: number): string {
  const { state, id, recipients, nextAt, expiresAt, hold } = entry
  const when =
    state === 'held'
      ? hold
      : `next try ${nextAt <= now ? 'now' : `in ${formatSpan(nextAt - now)}`}, given up in ${formatSpan(expiresAt - now)}`
  return `  ${' '.repeat(8)}  ${state.padEnd(9)}  ${recipients.map((one) => `<${one}>`).join(' ')}  ${when} (entry ${id})`
}

function timeOf(ms: number): string {
  return formatMoment(ms).slice(11)
}
