/**
 * The drills of every `npm test`: short ones, on one cluster that is started once. SEED=n repeats the choices of a run;
 * `npm run drill` holds the long ones.
 */

import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { test } from 'node:test'
import { type DrillOptions, holdDrill } from './drill.ts'
import { roll } from './faults.ts'
import { formatReport } from './report.ts'
import { openStage } from './stage.ts'
import { LOADS } from './traffic.ts'

const DRILLS: readonly Pick<DrillOptions, 'name' | 'faults' | 'steps'>[] = [
  { name: 'kill', faults: 4 },
  { name: 'freeze', faults: 1 },
  { name: 'quorum' },
  { name: 'rolling', steps: () => [(on) => roll(on, ['--node', 'node-2', '--pause', '0s'])] },
]
const LENGTHS = { freeze: 5, quorum: 4 }

const mongodb = process.env.MONGODB_URL
const skip = mongodb === undefined && 'needs a MongoDB-speaking server'

test('nothing accepted is lost or doubled, whatever happens to a cluster', { skip }, async (t) => {
  assert.ok(mongodb)
  const seed = Number(process.env.SEED ?? randomInt(1_000_000))
  t.diagnostic(`SEED=${seed}`)
  const say = (line: string) => t.diagnostic(line)
  await using stage = await openStage({ mongodb, say })
  for (const drill of DRILLS) {
    await t.test(drill.name, async (t) => {
      const options = { ...drill, seed, lengths: LENGTHS, load: LOADS.light, say }
      const report = await holdDrill(stage, options)
      for (const line of formatReport(report).split('\n')) t.diagnostic(line)
      assert.deepEqual(report.wrong, [])
      assert.ok(report.accepted > 0)
    })
  }
})
