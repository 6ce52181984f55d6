import type { MetricDeclarations, Telemetry } from '#lib/base/telemetry.ts'

/** What became of one attempt of a call at one replica. */
export type AttemptOutcome =
  | 'answered'
  | 'unavailable'
  | 'shed'
  | 'unconnected'
  | 'broken'
  | 'reset'
  | 'late'
  | 'overtaken'

export const GRPC_CLIENT_METRICS = {
  grpc_client_attempts_total: {
    kind: 'counter',
    help: 'Attempts of gRPC calls at one replica, by contract and outcome; overtaken: another replica answered first',
    labels: ['contract', 'outcome'],
  },
  grpc_client_hedges_total: {
    kind: 'counter',
    help: 'Reads that were asked of a second replica, by whether its answer came first; refused: beyond the budget',
    labels: ['contract', 'outcome'],
  },
  grpc_client_replicas: {
    kind: 'gauge',
    help: 'Replicas of a contract that this process knows',
    labels: ['contract'],
  },
  grpc_client_open_circuits: {
    kind: 'gauge',
    help: 'Those of them that are not asked now',
    labels: ['contract'],
  },
} as const satisfies MetricDeclarations

export type GrpcClientEvents = ReturnType<typeof grpcClientEvents>

export function grpcClientEvents(telemetry: Telemetry | undefined, contract: string) {
  return {
    attempted(outcome: AttemptOutcome): void {
      telemetry?.count('grpc_client_attempts_total', { contract, outcome })
    },
    hedged(outcome: 'won' | 'lost' | 'refused'): void {
      telemetry?.count('grpc_client_hedges_total', { contract, outcome })
    },
    left(address: string, reason: string): void {
      telemetry?.log('grpc-replica-away', { contract, address, reason })
    },
    returned(address: string): void {
      telemetry?.log('grpc-replica-back', { contract, address })
    },
    counted(replicas: number, open: number): void {
      telemetry?.gauge('grpc_client_replicas', replicas, { contract })
      telemetry?.gauge('grpc_client_open_circuits', open, { contract })
    },
    moved(name: string, addresses: readonly string[]): void {
      telemetry?.log('grpc-replicas', { contract, name, addresses })
    },
    unresolved(name: string, error: unknown): void {
      telemetry?.log('grpc-name-unresolved', { contract, name, error })
    },
  }
}
