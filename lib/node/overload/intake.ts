/** The way of new mail into the spool: so much at a time, in turn, and none while there is too much already. */

import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Clock } from '#lib/base/clock.ts'
import { FairPlaces, type Whose } from '#lib/base/fair-places.ts'
import { type Overload, Pressure, type PressureLimits } from '#lib/base/pressure.ts'
import type { Telemetry } from '#lib/base/telemetry.ts'
import type { Envelope } from '#lib/mail/envelope.ts'
import type { Spool, SpoolUsage } from '../spool.ts'

export interface IntakeSettings extends PressureLimits {
  /** Mails on their way into the spool at a time. */
  readonly publishes: number
  readonly whoseOf: (envelope: Envelope) => Whose
}

interface Intake extends AsyncDisposable {
  /** @throws {Fault} busy, unavailable */
  publish: Spool['publish']
  /** Why no mail should begin now. */
  over(): Overload | undefined
}

interface IntakeParts {
  readonly spool: Pick<Spool, 'publish' | 'usage'>
  readonly clock: Clock
  readonly telemetry: Telemetry
}

const LOOK_MS = 1000
/** Of the looks, those that ask for the spool. */
const SPOOL_EVERY = 5
const WAITING_MAX = 4096
const COST_BYTES = 64 * 1024
/** One collection of garbage is no overload; a tenth of all turns that are late is. */
const LATE_PERCENTILE = 90
const NANOS = 1_000_000
const OVERLOADS: readonly Overload[] = ['event-loop', 'spool-slow', 'spool-full']

export function openIntake(parts: IntakeParts, settings: IntakeSettings): Intake {
  const { spool, clock, telemetry } = parts
  const pressure = new Pressure(settings, clock)
  const limits = { running: settings.publishes, waiting: WAITING_MAX }
  const places = new FairPlaces(limits, 'Too much mail is under way, try again later')
  const stop = new AbortController()
  const watching = watch(pressure, parts, stop.signal)
  return {
    publish(envelope, body) {
      const cost = 1 + envelope.sizeBytes / COST_BYTES
      const publish = () => spool.publish(envelope, body)
      const work = () => pressure.publishing(publish, envelope.sizeBytes)
      return places.run(settings.whoseOf(envelope), work, cost)
    },
    over() {
      const over = pressure.over()
      if (over !== undefined) telemetry.count('overload_refused_total', { reason: over })
      return over
    },
    async [Symbol.asyncDispose]() {
      stop.abort()
      await watching
    },
  }
}

/** Tells the gauges too, so that somebody hears of it before users do. */
async function watch(
  pressure: Pressure,
  { spool, clock, telemetry }: IntakeParts,
  signal: AbortSignal,
): Promise<void> {
  const delays = monitorEventLoopDelay({ resolution: 20 })
  delays.enable()
  let before: Overload | undefined
  for (let look = 0; !signal.aborted; look++) {
    pressure.lagged(delays.percentile(LATE_PERCENTILE) / NANOS)
    delays.reset()
    if (look % SPOOL_EVERY === 0) {
      const tell = (usage: SpoolUsage) => pressure.filled(usage.bytes, usage.bytesMax)
      void spool.usage().then(tell, ignore)
    }
    const over = pressure.over()
    for (const one of OVERLOADS) telemetry.gauge('overload', one === over ? 1 : 0, { reason: one })
    if (over !== before) telemetry.log('overload', { reason: over ?? 'none' })
    before = over
    await clock.sleep(LOOK_MS, signal).catch(ignore)
  }
  delays.disable()
}

/** That the spool cannot be asked shows when mail is published. */
function ignore(): void {}
