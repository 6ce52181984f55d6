/** What tests of other folders need of this one. */

import type { Telemetry } from '#lib/base/telemetry.ts'

/** One call of a Telemetry function. */
export interface Told {
  readonly kind: 'log' | 'warn' | 'count' | 'observe' | 'gauge'
  readonly name: string
  readonly fields: Readonly<Record<string, unknown>>
  readonly value: number
}

/** A Telemetry that keeps what it is told. */
export function recordTelemetry(): Telemetry & { readonly told: Told[] } {
  const told: Told[] = []
  const keep = (kind: Told['kind'], name: string, fields: Told['fields'] = {}, value = 1) => {
    told.push({ kind, name, fields, value })
  }
  return {
    told,
    log: (event, fields) => keep('log', event, fields),
    warn: (event, fields) => keep('warn', event, fields),
    count: (name, labels, by) => keep('count', name, labels, by),
    observe: (name, seconds, labels) => keep('observe', name, labels, seconds),
    gauge: (name, value, labels) => keep('gauge', name, labels, value),
  }
}
