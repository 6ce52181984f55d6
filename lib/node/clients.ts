/** Clients of our own services, from the settings that name their servers. */

import type { Telemetry } from '#lib/base/telemetry.ts'
import { connectGrpc, connectWithLines, type GrpcClient } from './grpc-client.ts'
import type { Endpoint } from './setting.ts'
import { sharedAdmit, sharedAppend } from './shared-call/methods.ts'
import { SharedCalls } from './shared-call/shared-calls.ts'

/** An operator who waits at a terminal wants to hear soon that nobody is there. */
const OPERATOR_PATIENCE_MS = 1000

type Cluster = { readonly CLUSTER_SECRET: string }
type Directories = Cluster & { readonly DIRECTORY_SERVERS: readonly Endpoint[] }
type Deliveries = Cluster & { readonly DELIVERY_SERVERS: readonly Endpoint[] }
type Stores = Cluster & { readonly MAILBOX_STORE_SERVERS: readonly Endpoint[] }

export type DirectoryClient = GrpcClient<'Directory'>
export type DirectoryAdminClient = GrpcClient<'DirectoryAdmin'>
export type AdmissionClient = GrpcClient<'Admission'>
export type DeliveryAdminClient = GrpcClient<'DeliveryAdmin'>
export type MailboxStoreClient = GrpcClient<'MailboxStore'>
export type MailboxStoreAdminClient = GrpcClient<'MailboxStoreAdmin'>
export type SchemaAdminClient = GrpcClient<'SchemaAdmin'>

export function connectDirectory(config: Directories, telemetry?: Telemetry): DirectoryClient {
  const secret = config.CLUSTER_SECRET
  return connectGrpc('directory', 'Directory', config.DIRECTORY_SERVERS, { secret, telemetry })
}

export function connectDirectoryAdmin(config: Directories): DirectoryAdminClient {
  return connectGrpc('directory', 'DirectoryAdmin', config.DIRECTORY_SERVERS, operators(config))
}

/** The admission point; the directory serves it, which knows who may send as whom. Questions share a call that stays open. */
export function connectAdmission(config: Directories, telemetry?: Telemetry): AdmissionClient {
  const secret = config.CLUSTER_SECRET
  const options = { secret, telemetry }
  const servers = config.DIRECTORY_SERVERS
  const { client, linesOf } = connectWithLines('directory', 'Admission', servers, options)
  const shared = new SharedCalls(sharedAdmit(client.admit), linesOf('admitMany'))
  return {
    ...client,
    admit: shared.ask,
    [Symbol.dispose]() {
      shared[Symbol.dispose]()
      client[Symbol.dispose]()
    },
  }
}

export function connectDeliveryAdmin(config: Deliveries): DeliveryAdminClient {
  return connectGrpc('delivery', 'DeliveryAdmin', config.DELIVERY_SERVERS, operators(config))
}

/**
 * An account's calls go to one replica while it lives, whose caches are warm for it. Small appends share a call that
 * stays open.
 */
export function connectMailboxStore(config: Stores, telemetry?: Telemetry): MailboxStoreClient {
  const options = { secret: config.CLUSTER_SECRET, telemetry }
  const servers = config.MAILBOX_STORE_SERVERS
  const { client, linesOf } = connectWithLines('mailbox-store', 'MailboxStore', servers, options)
  const shared = new SharedCalls(sharedAppend(client.append), linesOf('appendMany'))
  return {
    ...client,
    append: shared.ask,
    [Symbol.dispose]() {
      shared[Symbol.dispose]()
      client[Symbol.dispose]()
    },
  }
}

export function connectMailboxStoreAdmin(config: Stores): MailboxStoreAdminClient {
  return connectGrpc(
    'mailbox-store',
    'MailboxStoreAdmin',
    config.MAILBOX_STORE_SERVERS,
    operators(config),
  )
}

/** Of any service with a database. */
export function connectSchemaAdmin(
  servers: readonly Endpoint[],
  config: Cluster,
): SchemaAdminClient {
  return connectGrpc('schema', 'SchemaAdmin', servers, operators(config))
}

function operators({ CLUSTER_SECRET: secret }: Cluster) {
  return { secret, patienceMs: OPERATOR_PATIENCE_MS }
}
