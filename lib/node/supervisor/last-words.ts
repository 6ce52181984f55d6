/** Why a process died, from the end of its log: for somebody who has to mend it, not for a program. */

const LINES_MAX = 8
const LINE_CHARACTERS_MAX = 300
const CAUSES_MAX = 5

/** What went wrong, line by line, newest last; nothing when it did not complain. */
export function lastWords(log: string): string[] {
  const lines = log.split('\n').filter((line) => line.trim() !== '')
  const complaints = lines.map(complaintOf).filter((line) => line !== undefined)
  return complaints.slice(-LINES_MAX).map((line) => line.slice(0, LINE_CHARACTERS_MAX))
}

/** Lines of our services are JSON, nats-server marks its own; anything else was said because something is wrong. */
function complaintOf(line: string): string | undefined {
  const broker = /\[(INF|DBG|TRC|WRN|ERR|FTL)\] (.*)/.exec(line)
  if (broker !== null) return /ERR|FTL/.test(broker[1] ?? '') ? broker[2] : undefined
  if (!line.startsWith('{')) return line
  const entry = parseEntry(line)
  if (entry === undefined) return line
  if (typeof entry.error !== 'object' || entry.error === null) return undefined
  return reasonsOf(entry.error).join(': ')
}

function parseEntry(line: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

/** An error's message and those of its causes, each said once. */
function reasonsOf(error: object): string[] {
  const reasons: string[] = []
  let current: unknown = error
  while (typeof current === 'object' && current !== null && reasons.length < CAUSES_MAX) {
    const { message, cause } = current as { message?: unknown; cause?: unknown }
    if (typeof message === 'string' && message !== reasons.at(-1)) reasons.push(message)
    else if (cause === undefined) break
    current = cause
  }
  return reasons
}
