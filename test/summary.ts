/** What a run of the tests came to: the words for the one who reads, and whether it passed. */

export interface Result {
  title: string
  ms: number
  tests: number
  passed: number
  failed: number
  skipped: { test: string; reason: string }[]
}

export interface Circumstances {
  /** In CI nothing may be left out: what was not tested there is tested nowhere. */
  ci: boolean
  aborted: boolean
}

/**
 * Sums up. `leftOut` is what set-up could not get. A test that was skipped for want of a
 * MongoDB-speaking server does not count as left out when a later stage has run on one.
 */
export function summarize(
  results: Result[],
  leftOut: string[],
  { ci, aborted }: Circumstances,
): { text: string; passed: boolean } {
  const onMongo = results.some(({ title, tests }) => title.endsWith('MongoDB') && tests > 0)
  const missed = [
    ...leftOut,
    ...results
      .flatMap(({ skipped }) => skipped)
      .filter(({ reason }) => !(onMongo && reason.includes('MONGODB_URL')))
      .map(({ test, reason }) => `${test} (${reason || 'skipped without a reason'})`),
  ]
  const failed = total(results, 'failed')
  const lines = ['', 'What was run:', ...results.map(formatResult)]
  if (missed.length > 0) lines.push('', 'Left out:', ...missed.map((what) => `  ${what}`))
  if (missed.length > 0 && ci) lines.push('', 'Failed: in CI nothing may be left out.')
  if (aborted) lines.push('', 'Stopped before the end.')
  lines.push(
    '',
    `ℹ tests ${total(results, 'tests')}`,
    `ℹ pass ${total(results, 'passed')}`,
    `ℹ fail ${failed}`,
    `ℹ skipped ${results.reduce((sum, { skipped }) => sum + skipped.length, 0)}`,
  )
  return { text: lines.join('\n'), passed: failed === 0 && !aborted && !(ci && missed.length > 0) }
}

function formatResult({ title, ms, tests, passed, failed, skipped }: Result): string {
  if (tests === 0) return `  ${title.padEnd(24)} no tests`
  const counts = [`${passed} passed`]
  if (failed > 0) counts.push(`${failed} FAILED`)
  if (skipped.length > 0) counts.push(`${skipped.length} skipped`)
  return `  ${title.padEnd(24)} ${counts.join(', ').padEnd(32)} ${Math.ceil(ms / 1000)} s`
}

function total(results: Result[], key: 'tests' | 'passed' | 'failed'): number {
  return results.reduce((sum, result) => sum + result[key], 0)
}
