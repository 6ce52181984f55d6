/** Metrics as Prometheus reads them: declared first, then counted. */

import assert from 'node:assert/strict'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { MetricDeclaration, MetricDeclarations } from '#lib/base/telemetry.ts'
import { DATABASE_METRICS } from './database.ts'
import { GRPC_CLIENT_METRICS } from './grpc-client/events.ts'
import { SCHEMA_METRICS } from './schema/open.ts'

const PREFIX = 'hikyaku_'
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]

/** What lib/node itself counts, in every service. */
export const NODE_METRICS = {
  build_info: {
    kind: 'gauge',
    help: 'Always 1; which release of hikyaku and which Node.js this process is',
    labels: ['version', 'node'],
  },
  ...SCHEMA_METRICS,
  ...DATABASE_METRICS,
  warnings_total: { kind: 'counter', help: 'Warnings logged, by event', labels: ['event'] },
  grpc_server_errors_total: {
    kind: 'counter',
    help: 'gRPC calls that failed by a bug or came without the secret',
    labels: ['method', 'kind'],
  },
  grpc_server_shed_total: {
    kind: 'counter',
    help: 'gRPC calls that were told to come again, since too many waited',
    labels: ['method'],
  },
  grpc_server_turn_seconds: {
    kind: 'histogram',
    help: 'How long gRPC calls waited for their turn, of those that had to',
    labels: ['method'],
  },
  ...GRPC_CLIENT_METRICS,
  overload: {
    kind: 'gauge',
    help: '1 while no new mail is let in, by what there is too much of',
    labels: ['reason'],
  },
  overload_refused_total: {
    kind: 'counter',
    help: 'Mails that were told to come later before they began, by what there was too much of',
    labels: ['reason'],
  },
  nats_connected: { kind: 'gauge', help: 'Whether there is a connection to NATS' },
  spool_published_total: {
    kind: 'counter',
    help: 'Mails that the spool acknowledged, by where their bytes lie',
    labels: ['size'],
  },
  spool_settled_total: {
    kind: 'counter',
    help: 'Mails taken from the spool, by outcome; poison goes to the dead letters',
    labels: ['outcome'],
  },
  spool_messages: { kind: 'gauge', help: 'Messages in the spool' },
  spool_bytes: { kind: 'gauge', help: 'Bytes that the spool holds' },
  dead_messages: { kind: 'gauge', help: 'Messages in the dead-letter stream' },
  connections: { kind: 'gauge', help: 'Open connections, by listener', labels: ['listener'] },
  connections_total: {
    kind: 'counter',
    help: 'Connections, by listener and what became of them at the door',
    labels: ['listener', 'outcome'],
  },
} as const satisfies MetricDeclarations

type Labels = Readonly<Record<string, string>>

/** A name that was not declared is a bug, and throws. */
export class Metrics {
  readonly registry = new Registry()
  readonly #declared = new Map<string, Counter | Gauge | Histogram>()
  readonly #kinds = new Map<string, MetricDeclaration['kind']>()

  /** May be repeated. */
  declare(declarations: MetricDeclarations): void {
    for (const [name, declaration] of Object.entries(declarations)) {
      const kind = this.#kinds.get(name)
      assert(kind === undefined || kind === declaration.kind, `${name} is declared twice`)
      if (kind !== undefined) continue
      this.#kinds.set(name, declaration.kind)
      this.#declared.set(name, this.#make(name, declaration))
    }
  }

  /** CPU seconds, memory, event-loop lag and garbage collection of this process. */
  collectProcessMetrics(): void {
    collectDefaultMetrics({ register: this.registry })
  }

  count(name: string, labels: Labels = {}, by = 1): void {
    const metric = this.#declared.get(name)
    assert(metric instanceof Counter, `${name} is no declared counter`)
    metric.inc(labels, by)
  }

  observe(name: string, seconds: number, labels: Labels = {}): void {
    const metric = this.#declared.get(name)
    assert(metric instanceof Histogram, `${name} is no declared histogram`)
    metric.observe(labels, seconds)
  }

  gauge(name: string, value: number, labels: Labels = {}): void {
    const metric = this.#declared.get(name)
    assert(metric instanceof Gauge, `${name} is no declared gauge`)
    metric.set(labels, value)
  }

  #make(name: string, { kind, help, labels = [], buckets = SECONDS }: MetricDeclaration) {
    const settings = {
      name: `${PREFIX}${name}`,
      help,
      labelNames: [...labels],
      registers: [this.registry],
    }
    switch (kind) {
      case 'counter':
        return new Counter(settings)
      case 'gauge':
        return new Gauge(settings)
      case 'histogram':
        return new Histogram({ ...settings, buckets: [...buckets] })
    }
  }
}
