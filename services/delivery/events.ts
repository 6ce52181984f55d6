import type { MetricDeclarations, Telemetry } from '#lib/base/telemetry.ts'

export const METRICS = {
  mail_deliveries_total: {
    kind: 'counter',
    help: 'Deliveries to a mailbox, and mails put off or given up, by outcome',
    labels: ['outcome'],
  },
  mail_delivery_seconds: {
    kind: 'histogram',
    help: 'From the 250 to the mailbox',
  },
  mail_delivery_failures_total: {
    kind: 'counter',
    help: 'Attempts that failed by the service that was asked',
    labels: ['service'],
  },
  mail_store_reachable: {
    kind: 'gauge',
    help: '0 while deliveries wait for the mailbox-store to come back',
  },
} as const satisfies MetricDeclarations

export type Events = ReturnType<typeof deliveryEvents>

export interface Delivered {
  readonly delivery: string
  readonly account: string
  readonly uid: number
  readonly repeated: boolean
}

/** Everything that the delivery service tells the world about: one function per thing that happens. */
export function deliveryEvents({ log, warn, count, gauge, observe }: Telemetry) {
  gauge('mail_store_reachable', 1)
  return {
    delivered(delivered: Delivered, ms: number): void {
      log('delivered', { ...delivered, ms })
      count('mail_deliveries_total', { outcome: delivered.repeated ? 'repeated' : 'delivered' })
      observe('mail_delivery_seconds', Math.max(0, ms) / 1000)
    },
    deferred(delivery: string, reasons: readonly string[], afterMs: number): void {
      log('deferred', { delivery, reasons, afterMs })
      count('mail_deliveries_total', { outcome: 'deferred' })
    },
    gaveUp(delivery: string, reason: string): void {
      warn('gave-up', { delivery, reason })
      count('mail_deliveries_total', { outcome: 'dead' })
    },
    failed(delivery: string, service: string, error: unknown): void {
      log('attempt-failed', {
        delivery,
        service,
        reason: error instanceof Error ? error.message : 'unknown',
      })
      count('mail_delivery_failures_total', { service })
    },
    storeReachable(reachable: boolean): void {
      log(reachable ? 'store-back' : 'store-away')
      gauge('mail_store_reachable', reachable ? 1 : 0)
    },
  }
}
