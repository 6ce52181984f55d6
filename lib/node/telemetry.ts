import type { Registry } from 'prom-client'
import type { MetricDeclarations, Telemetry } from '#lib/base/telemetry.ts'
import { Metrics, NODE_METRICS } from './metrics.ts'
import { RELEASE } from './schema/release.ts'
import { type LogLevel, openLog } from './telemetry/log.ts'

/** A Telemetry with what stands behind it. */
export interface OpenTelemetry extends Telemetry {
  readonly registry: Registry
  /** Makes a service's metrics known; to be called before any of them is used. May be repeated. */
  declare(metrics: MetricDeclarations): OpenTelemetry
  /** Resolves when the log lines so far are written, or nobody reads them. */
  written(): Promise<void>
}

export interface TelemetryOptions {
  readonly level: LogLevel
  readonly metrics?: MetricDeclarations
  /** Whether the process itself is measured too: by `run`, once per process. */
  readonly process?: boolean
}

/** Log lines on standard output, metrics in a registry for the ops server. */
export function openTelemetry(service: string, options: TelemetryOptions): OpenTelemetry {
  const { logger, written } = openLog(service, options.level)
  const metrics = new Metrics()
  metrics.declare(NODE_METRICS)
  metrics.gauge('build_info', 1, { version: RELEASE, node: process.version })
  metrics.declare(options.metrics ?? {})
  if (options.process === true) metrics.collectProcessMetrics()
  const telemetry: OpenTelemetry = {
    registry: metrics.registry,
    written,
    declare(more) {
      metrics.declare(more)
      return telemetry
    },
    log: (event, fields) => logger.info({ event, ...fields }),
    warn(event, fields) {
      logger.warn({ event, ...fields })
      metrics.count('warnings_total', { event })
    },
    count: (name, labels, by) => metrics.count(name, labels, by),
    observe: (name, seconds, labels) => metrics.observe(name, seconds, labels),
    gauge: (name, value, labels) => metrics.gauge(name, value, labels),
  }
  return telemetry
}
