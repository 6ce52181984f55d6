/**
 * What an `events.ts` is given to tell the world with: a log line, a counter, a duration. Rules never
 * see it; they call the functions of their service's Events.
 */
export interface Telemetry {
  log(event: string, fields?: Readonly<Record<string, unknown>>): void
  /** Something a human may have to look at; `fields.error` is logged with its stack. */
  warn(event: string, fields?: Readonly<Record<string, unknown>>): void
  /** Adds to a counter; `name` is without the `hikyaku_` prefix and must be declared by the service. */
  count(name: string, labels?: Readonly<Record<string, string>>, by?: number): void
  /** Observes a duration in seconds in a histogram. */
  observe(name: string, seconds: number, labels?: Readonly<Record<string, string>>): void
  /** Sets a gauge. */
  gauge(name: string, value: number, labels?: Readonly<Record<string, string>>): void
}

/** One metric that a service declares in its `events.ts`. */
export interface MetricDeclaration {
  readonly kind: 'counter' | 'gauge' | 'histogram'
  readonly help: string
  /** Never anything per user. */
  readonly labels?: readonly string[]
  /** Upper bounds of a histogram, in seconds. */
  readonly buckets?: readonly number[]
}

/** By name, without the `hikyaku_` prefix. */
export type MetricDeclarations = Readonly<Record<string, MetricDeclaration>>
