/** The lease on a job that one process at a time need do. Two that do it at once waste work and break nothing. */

import type { Clock, Random } from '#lib/base/clock.ts'
import { Fault } from '#lib/base/fault.ts'
import { newId } from '#lib/base/id.ts'
import { DuplicateKey } from '#lib/db/port.ts'
import type { Collections } from '../documents.ts'

/** So long after its death, the job of a process is taken over. */
export const LEASE_MS = 5 * 60_000
const RENEWED_AFTER_MS = 60_000

export interface LeasePorts {
  readonly collections: Pick<Collections, 'jobs'>
  readonly clock: Clock
  readonly random: Random
}

export interface Lease {
  /** To be called often; writes once a minute. @throws {Fault} conflict, when someone else has it meanwhile */
  renew(): Promise<void>
  /** Gives it back; `finished` remembers that all was done. */
  release(finished: boolean): Promise<void>
}

/** Undefined when someone has it. */
export async function takeLease(job: string, ports: LeasePorts): Promise<Lease | undefined> {
  const { clock, random } = ports
  const { jobs } = ports.collections
  const owner = newId(clock, random)
  let renewedAt = clock.now()
  const until = new Date(renewedAt + LEASE_MS)
  const free = { _id: job, until: { $lte: new Date(renewedAt) } }
  const { matched } = await jobs.updateOne(free, { $set: { owner, until } })
  if (matched === 0 && !(await isInserted(jobs, { _id: job, owner, until }))) return undefined
  return {
    async renew() {
      const now = clock.now()
      if (Math.abs(now - renewedAt) < RENEWED_AFTER_MS) return
      const longer = { $set: { until: new Date(now + LEASE_MS) } }
      const renewed = await jobs.updateOne({ _id: job, owner }, longer)
      if (renewed.matched === 0) throw new Fault('conflict', 'Another process has taken over')
      renewedAt = now
    },
    async release(finished) {
      const set = {
        until: new Date(0),
        ...(finished && { finishedAt: new Date(clock.now()) }),
      }
      await jobs.updateOne({ _id: job, owner }, { $set: set })
    },
  }
}

/** Whether nobody is at it, and it was last finished so long ago, or never. */
export async function isDue(
  job: string,
  everyMs: number,
  { collections, clock }: Pick<LeasePorts, 'collections' | 'clock'>,
): Promise<boolean> {
  const found = await collections.jobs.findOne({ _id: job })
  if (found === undefined) return true
  const now = clock.now()
  const next = (found.finishedAt?.getTime() ?? Number.NEGATIVE_INFINITY) + everyMs
  return found.until.getTime() <= now && next <= now
}

async function isInserted(
  jobs: Collections['jobs'],
  document: { _id: string; owner: string; until: Date },
): Promise<boolean> {
  try {
    await jobs.insertOne(document)
    return true
  } catch (error) {
    if (!(error instanceof DuplicateKey)) throw error
    return false
  }
}
