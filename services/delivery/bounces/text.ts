/** What people read in a notice. */

import type { Envelope } from '#lib/mail/envelope.ts'
import { toSafeText } from '#lib/mime/compose.ts'
import { formatDate } from '#lib/mime/date.ts'
import type { DsnAction } from '#lib/mime/dsn.ts'
import type { NoticeRecipient } from './notice.ts'
import { diagnosticOf } from './status.ts'
import { WORDS, type Words } from './words.ts'

/** More are only told to machines. */
const RECIPIENTS_MAX = 100
const REPLY_LINES_MAX = 20
const LINE_CHARACTERS_MAX = 500
const SUBJECT_CHARACTERS_MAX = 200
/** Of the times in it: most readers live there. */
const ZONE_MINUTES = 540

const TITLES: Readonly<Record<DsnAction, Words>> = {
  failed: { ja: 'メールを届けられませんでした', en: 'Your message could not be delivered' },
  delayed: { ja: 'メールの配送が遅れています', en: 'Your message is delayed' },
  relayed: { ja: 'メールを相手のサーバーに渡しました', en: 'Your message was handed over' },
  delivered: { ja: 'メールを届けました', en: 'Your message was delivered' },
  expanded: { ja: 'メールを複数の宛先に送りました', en: 'Your message was sent on' },
}

const OPENINGS: Readonly<Record<DsnAction, Words>> = {
  failed: {
    ja: 'お送りいただいたメールを、次の宛先に届けられませんでした。これ以上の配送は試みません。',
    en: 'Your message could not be delivered to the addresses below. We have given up on them.',
  },
  delayed: {
    ja: 'お送りいただいたメールを、次の宛先にまだ届けられていません。引き続き試みますので、再送の必要はありません。',
    en: 'Your message has not reached the addresses below yet. We keep trying; there is no need to send it again.',
  },
  relayed: {
    ja: 'お送りいただいたメールを、次の宛先のサーバーに渡しました。その先で届いたかどうかは、お知らせできないことがあります。',
    en: 'Your message was handed to the mail servers of the addresses below. They may not tell whether it arrives.',
  },
  delivered: {
    ja: 'お送りいただいたメールを、次の宛先に届けました。',
    en: 'Your message was delivered to the addresses below.',
  },
  expanded: {
    ja: 'お送りいただいたメールを受け取り、次の宛先のメンバーに送りました。メンバーごとの結果はお知らせしません。',
    en: 'Your message reached the addresses below and was sent on to their members. You will not be told of each.',
  },
}

/** The subject of a notice. */
export function titleOf(kind: DsnAction): string {
  return `${TITLES[kind].ja} / ${TITLES[kind].en}`
}

/** Japanese first, then English, CRLFs at the ends of lines. */
export function formatText(
  kind: DsnAction,
  recipients: readonly NoticeRecipient[],
  mail: { readonly original: Envelope; readonly subject: string },
): string {
  const lines = (['ja', 'en'] as const).flatMap((language) => [
    OPENINGS[kind][language],
    '',
    ...recipients.slice(0, RECIPIENTS_MAX).flatMap((one) => tell(kind, one, language)),
    ...tellRest(recipients.length - RECIPIENTS_MAX, language),
    ...tellSubject(mail.subject, language),
    language === 'ja'
      ? `受付日時: ${toJapaneseTime(mail.original.receivedAt)}`
      : `Accepted: ${formatDate(mail.original.receivedAt, ZONE_MINUTES)}`,
    language === 'ja' ? `受付番号: ${mail.original.mailId}` : `Mail id: ${mail.original.mailId}`,
    ...(language === 'ja' ? ['', '-'.repeat(70), ''] : ['']),
  ])
  return lines.join('\r\n')
}

function tell(kind: DsnAction, recipient: NoticeRecipient, language: keyof Words): string[] {
  const { reason, until } = recipient
  const lines = [`  <${toSafeText(recipient.original ?? recipient.address)}>`]
  if (kind === 'failed' || kind === 'delayed') {
    const words = WORDS[reason ?? 'other'][language]
    const reply = replyLines(recipient)
    // Of a delay, only what happened: there is nothing to be done about it.
    const shown = kind === 'failed' ? words : firstSentence(words)
    if (reply.length > 0 || (reason ?? 'other') !== 'other') lines.push(`    ${shown}`)
    if (reply.length > 0) {
      lines.push(language === 'ja' ? '    詳しい理由:' : '    Details:')
      lines.push(...reply.map((line) => `      ${line}`))
    }
  }
  if (kind === 'delayed' && until !== undefined) {
    lines.push(
      language === 'ja'
        ? `    ${toJapaneseTime(until)}まで試みます。`
        : `    We try until ${formatDate(until, ZONE_MINUTES)}.`,
    )
  }
  return [...lines, '']
}

/** Which of his mails it is about: people know it by that. */
function tellSubject(subject: string, language: keyof Words): string[] {
  const text = toSafeText(subject).slice(0, SUBJECT_CHARACTERS_MAX)
  if (text === '') return []
  return [language === 'ja' ? `件名: ${text}` : `Subject: ${text}`]
}

/** `2026年11月23日 3:52:29(日本時間)` */
function toJapaneseTime(time: number): string {
  const date = new Date(time + ZONE_MINUTES * 60_000)
  const day = `${date.getUTCFullYear()}年${date.getUTCMonth() + 1}月${date.getUTCDate()}日`
  return `${day} ${date.getUTCHours()}${date.toISOString().slice(13, 19)}(日本時間)`
}

function firstSentence(words: string): string {
  return /^.*?(?:。|\.(?= |$))/.exec(words)?.[0] ?? words
}

function tellRest(count: number, language: keyof Words): string[] {
  if (count <= 0) return []
  return [language === 'ja' ? `  ほか ${count} 件` : `  and ${count} more`, '']
}

function replyLines(recipient: NoticeRecipient): string[] {
  return diagnosticOf(recipient)
    .split(/[\r\n]+/)
    .map((line) => toSafeText(line).slice(0, LINE_CHARACTERS_MAX))
    .filter((line) => line !== '')
    .slice(0, REPLY_LINES_MAX)
}
