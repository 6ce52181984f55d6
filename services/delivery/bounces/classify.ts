import type { BounceClass } from './bounce-class.ts'
import { type Rule, type Stage, TABLE } from './table.ts'

/** What went wrong in one attempt. */
export interface Failure {
  readonly stage: Stage
  /** Of the reply; missing when nobody answered. */
  readonly code?: number
  /** The enhanced status; looked for in the text when missing. */
  readonly status?: string
  /** All lines of the reply, with or without their codes; or in words what else happened. */
  readonly text: string
}

export interface Classified {
  readonly reason: BounceClass
  readonly outcome: 'deferred' | 'failed'
}

/** Nobody is over quota for being called quota@. */
const ADDRESS = /<?[^\s<>@]{1,128}@[^\s<>]{1,255}>?/g
/** What follows is not read: nobody needs so many words, and a hostile server should not cost us more. */
const CHARACTERS_MAX = 2000
/** At these, a server speaks of our host, not of the mail: another of its hosts, or ours, may do better. */
const HOST_STAGES: ReadonlySet<Stage> = new Set(['connect', 'greeting', 'ehlo', 'tls', 'auth'])

/**
 * Says by the table why an attempt failed, and whether waiting may help. The class decides that where it is known: a full
 * mailbox is emptied one day though the reply was 552. What a server calls temporary always is: nobody loses mail by our
 * knowing better. RFC 5321 §4.2.1
 */
export function classify(failure: Failure): Classified {
  const text = toOneLine(failure.text)
  const status = failure.status ?? findStatus(failure.text)
  const rule = TABLE.find((one) => fits(one, failure, { status, text }))
  const reason = rule?.reason ?? 'other'
  return { reason, outcome: lasts(rule, failure, status) ? 'failed' : 'deferred' }
}

type Said = { readonly status: string | undefined; readonly text: string }

function fits(rule: Rule, { stage, code }: Failure, { status, text }: Said): boolean {
  if (rule.stages && !rule.stages.includes(stage)) return false
  if (rule.codes === 'none') {
    if (code !== undefined) return false
  } else if (rule.codes) {
    const [first, last] = rule.codes
    if (code === undefined || code < first || code > last) return false
  }
  if (rule.status && !rule.status.test(status ?? '')) return false
  return rule.text?.test(text) ?? true
}

function lasts(rule: Rule | undefined, failure: Failure, status: string | undefined): boolean {
  const { stage, code } = failure
  if (code !== undefined && code < 500) return false
  if (HOST_STAGES.has(stage)) return rule?.lasting ?? false
  return rule?.lasting ?? (code === undefined ? (status?.startsWith('5') ?? false) : true)
}

/** RFC 2034 §4 */
function findStatus(text: string): string | undefined {
  return /^(?:\d{3}[ -])?\s*([45]\.\d{1,3}\.\d{1,3})\b/.exec(text)?.[1]
}

/** Large providers wrap their sentences, and begin each line with the codes again. */
function toOneLine(text: string): string {
  return text
    .slice(0, CHARACTERS_MAX)
    .split(/\r?\n/)
    .map((line) =>
      line.replace(/^\s*[45]\d\d(?:[ -]|$)/, '').replace(/^[45]\.\d{1,3}\.\d{1,3}(?:\s|$)/, ''),
    )
    .join(' ')
    .replace(ADDRESS, '<>')
    .replace(/\s+/g, ' ')
    .trim()
    .toLowerCase()
}
