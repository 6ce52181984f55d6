/**
 * The drill of every `npm test`: a little of each fault that needs no root, one after the other, on one cluster. SEED=n repeats
 * the choices of a run; `npm run drill` holds the long ones.
 */

import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { test } from 'node:test'
import { holdDrill } from './drill.ts'
import type { Drill } from './drills.ts'
import { freeze, kill, loseQuorum, roll } from './faults.ts'
import { formatReport } from './report.ts'
import { pick } from './scene.ts'
import { openStage } from './stage.ts'
import { LOADS } from './traffic.ts'

const LENGTHS = { freeze: 4, quorum: 4 }
const CALM_MS = 1000

const steps: Drill['steps'] = () => [
  (on) => kill(on, 'delivery'),
  (on) => kill(on, pick(on, ['edge', 'submission', 'imap'])),
  (on) => freeze(on, pick(on, ['mailbox-store', 'directory', 'delivery'])),
  loseQuorum,
  (on) => roll(on, ['--node', pick(on, on.ground.nodes), '--pause', '0s', '--observe', '1s']),
  (on) => kill(on, 'nats-server'),
]

const mongodb = process.env.MONGODB_URL
const skip = mongodb === undefined && 'needs a MongoDB-speaking server'

test('nothing accepted is lost or doubled, whatever happens to a cluster', { skip }, async (t) => {
  assert.ok(mongodb)
  const seed = Number(process.env.SEED ?? randomInt(1_000_000))
  t.diagnostic(`SEED=${seed}`)
  const say = (line: string) => t.diagnostic(line)
  await using stage = await openStage({ mongodb, say })
  const how = { steps, seed, lengths: LENGTHS, calmMs: CALM_MS, load: LOADS.light }
  const report = await holdDrill(stage, { name: 'short', ...how, say })
  for (const line of formatReport(report).split('\n')) t.diagnostic(line)
  assert.deepEqual(report.wrong, [])
  assert.ok(report.accepted > 0)
})
