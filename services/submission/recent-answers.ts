import type { Clock } from '#lib/base/clock.ts'
import { RecentMap } from '#lib/base/recent-map.ts'
import { addressKey } from '#lib/mail/address.ts'
import type { Admit, Question, Verdict } from './admission.ts'

/** As long as the directory itself goes on with what it knows. */
const FRESH_MS = 5000
const ANSWERS_MAX = 10_000

/**
 * Asks whether a sender may begin a mail once in a few seconds, for who sends many. The question that counts is asked of
 * every mail, and once it is refused, or nobody answers it, nothing is taken for known any longer. So who has just sent too
 * much, or was just suspended, may learn it behind the final dot instead of at MAIL.
 */
export function rememberAnswers(ask: Admit, clock: Pick<Clock, 'monotonic'>): Admit {
  const known = new RecentMap<string, { readonly verdict: Verdict; readonly at: number }>(
    ANSWERS_MAX,
  )
  return async (question) => {
    const key = keyOf(question)
    if (question.mail === undefined) {
      const before = known.get(key)
      if (before !== undefined && clock.monotonic() - before.at < FRESH_MS) return before.verdict
    }
    const at = clock.monotonic()
    let verdict: Verdict | undefined
    try {
      verdict = await ask(question)
      return verdict
    } finally {
      if (verdict?.kind !== 'admitted') known.delete(key)
      else if (question.mail === undefined) known.set(key, { verdict, at })
    }
  }
}

/** Not the size: what is admitted names the limit. */
function keyOf({ account, clientAddress, sender }: Question): string {
  return `${account} ${clientAddress} ${sender === null ? '' : addressKey(sender)}`
}
