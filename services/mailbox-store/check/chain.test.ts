import assert from 'node:assert/strict'
import { test } from 'node:test'
import { judgeChain } from './chain.ts'

const DAY = 86_400_000
const NOW = 1000 * DAY

/** `modSeq<previous` and, when it is not the usual, days until it expires. */
function judge(text: string, lastVanished: number, modSeq = 100) {
  const links = text
    .split(' ')
    .filter((word) => word !== '')
    .map((word) => {
      const [, at = '', previous = '', days] = /^(\d+)<(\d+)(?:@(\d+))?$/.exec(word) ?? []
      const expiresAt = NOW + (days === undefined ? 90 * DAY + Number(at) : Number(days) * DAY)
      return { modSeq: Number(at), previous: Number(previous), expiresAt }
    })
  const { broken, whole } = judgeChain(
    { links, vanished: [], unreadable: [] },
    { lastVanished, modSeq },
    NOW,
  )
  return broken === '' ? (whole ? 'whole' : 'cut') : broken
}

test('a chain that holds is whole, or begins where older links have expired', () => {
  const cases: [links: string, lastVanished: number, verdict: string][] = [
    ['', 0, 'whole'],
    ['5<0', 5, 'whole'],
    ['5<0 8<5 9<8', 9, 'whole'],
    ['8<5 9<8', 9, 'cut'],
    ['', 9, 'cut'],
    // The first of them expires now: they may go in any order.
    ['5<0@0 9<8', 9, 'cut'],
    // Links are kept for a shorter time since then.
    ['5<0@90 9<8@7', 9, 'cut'],
  ]
  for (const [links, lastVanished, verdict] of cases) {
    assert.equal(judge(links, lastVanished), verdict, links)
  }
})

test('a chain with a hole or a wrong end does not hold', () => {
  const cases: [links: string, lastVanished: number, broken: RegExp][] = [
    ['5<0 9<8', 9, /^Between 5 and 9, 8 is missing$/],
    ['5<0 9<3', 9, /^Between 5 and 9/],
    ['5<0', 8, /^Its end, 8, is missing$/],
    ['5<0', 0, /^It ends at 5, and the mailbox says 0$/],
    ['5<0', 101, /above the mailbox$/],
    ['', -1, /above the mailbox$/],
  ]
  for (const [links, lastVanished, broken] of cases) {
    assert.match(judge(links, lastVanished), broken, links)
  }
})
