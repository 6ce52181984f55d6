/** How soon a session hears of a commit: messages come at a steady rate, and a subscriber on the real nats-server waits. */

import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { connectNats } from '#lib/node/nats.ts'
import { recordTelemetry } from '#lib/node/testing.ts'
import { appendContent } from './append.ts'
import { messageOf } from './messages.ts'
import type { StoreProcess } from './process.ts'
import { round } from './rate.ts'

const MAILBOXES = 100
const BYTES = 1024
const BEAT_MS = 10
const CONNECT_MS_MAX = 5000
/** An announcement that has not come after this is lost. */
const LATE_MS = 1000

export interface AnnouncementRow {
  readonly commitsPerSecond: number
  readonly heard: number
  readonly lost: number
  /** From the request until the announcement of its commit is here: more than from the commit, never less. */
  readonly p50Ms: number
  readonly p99Ms: number
  readonly maxMs: number
  /** From the request until its answer, which leaves with the announcement. */
  readonly answerP50Ms: number
  readonly answerP99Ms: number
  /** How much later than the answer of its commit an announcement is here; negative when it is earlier. */
  readonly afterAnswerP50Ms: number
  readonly afterAnswerP99Ms: number
}

export async function measureAnnouncements(
  store: StoreProcess,
  { perSecond, seconds }: { readonly perSecond: number; readonly seconds: number },
): Promise<AnnouncementRow> {
  await using nats = connectNats(store.nats, recordTelemetry())
  await nats.connected(CONNECT_MS_MAX)
  const heardAt = new Map<string, number>()
  using _ = nats.subscribe('mailbox.changed.*', (data) => {
    const { mailbox, modSeq } = JSON.parse(Buffer.from(data).toString())
    heardAt.set(`${mailbox} ${modSeq}`, performance.now())
  })
  const append = (turn: number) =>
    appendContent(store, `announced-${turn % MAILBOXES}`, messageOf(turn, BYTES))
  for (let n = 0; n < MAILBOXES; n++) await append(n)

  const asked: Promise<{ commit: string; at: number; answeredMs: number }>[] = []
  const ask = async (turn: number) => {
    const at = performance.now()
    const { mailbox, modSeq } = await append(turn)
    return { commit: `${mailbox} ${modSeq}`, at, answeredMs: performance.now() - at }
  }
  const start = performance.now()
  for (let now = start; now - start < seconds * 1000; now = performance.now()) {
    const due = Math.floor(((now - start) / 1000) * perSecond)
    while (asked.length < due) asked.push(ask(asked.length))
    await sleep(BEAT_MS)
  }
  const answered = await Promise.all(asked)
  const took = performance.now() - start
  await sleep(LATE_MS)

  const heard = answered.flatMap(({ commit, at, answeredMs }) => {
    const heard = heardAt.get(commit)
    return heard === undefined
      ? []
      : [{ afterRequest: heard - at, afterAnswer: heard - at - answeredMs }]
  })
  assert(heard.length > 0, 'Nothing was announced')
  const commits = new Set(answered.map(({ commit }) => commit)).size
  const hear = sharesOf(heard.map(({ afterRequest }) => afterRequest))
  const answer = sharesOf(answered.map(({ answeredMs }) => answeredMs))
  const after = sharesOf(heard.map(({ afterAnswer }) => afterAnswer))
  return {
    commitsPerSecond: Math.round((commits * 1000) / took),
    heard: heard.length,
    lost: answered.length - heard.length,
    p50Ms: hear(0.5),
    p99Ms: hear(0.99),
    maxMs: hear(1),
    answerP50Ms: answer(0.5),
    answerP99Ms: answer(0.99),
    afterAnswerP50Ms: after(0.5),
    afterAnswerP99Ms: after(0.99),
  }
}

function sharesOf(values: number[]): (share: number) => number {
  const sorted = values.toSorted((a, b) => a - b)
  return (share) => round(sorted[Math.floor((sorted.length - 1) * share)] ?? 0)
}
