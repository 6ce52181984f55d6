/** The gRPC services of proto/, by name: what each takes and answers, as types and at run time. */

import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import type { ServiceDefinition } from '@grpc/grpc-js'
import { loadSync, type MethodDefinition } from '@grpc/proto-loader'
import type {
  DeliveryAdminDefinition,
  DeliveryAdminHandlers,
} from '#proto/types/hikyaku/delivery/DeliveryAdmin.ts'
import type {
  AdmissionDefinition,
  AdmissionHandlers,
} from '#proto/types/hikyaku/directory/Admission.ts'
import type {
  DirectoryDefinition,
  DirectoryHandlers,
} from '#proto/types/hikyaku/directory/Directory.ts'
import type {
  DirectoryAdminDefinition,
  DirectoryAdminHandlers,
} from '#proto/types/hikyaku/directory/DirectoryAdmin.ts'
import type {
  MailboxStoreDefinition,
  MailboxStoreHandlers,
} from '#proto/types/hikyaku/mailbox_store/MailboxStore.ts'
import type {
  MailboxStoreAdminDefinition,
  MailboxStoreAdminHandlers,
} from '#proto/types/hikyaku/mailbox_store/MailboxStoreAdmin.ts'
import type {
  SchemaAdminDefinition,
  SchemaAdminHandlers,
} from '#proto/types/hikyaku/schema/SchemaAdmin.ts'

import type { ToldFault } from './fault-status.ts'

/** Each service with its generated types; a new one is added here. */
interface Contracts {
  Admission: { methods: AdmissionDefinition; shapes: AdmissionHandlers }
  DeliveryAdmin: { methods: DeliveryAdminDefinition; shapes: DeliveryAdminHandlers }
  Directory: { methods: DirectoryDefinition; shapes: DirectoryHandlers }
  DirectoryAdmin: { methods: DirectoryAdminDefinition; shapes: DirectoryAdminHandlers }
  MailboxStore: { methods: MailboxStoreDefinition; shapes: MailboxStoreHandlers }
  MailboxStoreAdmin: { methods: MailboxStoreAdminDefinition; shapes: MailboxStoreAdminHandlers }
  SchemaAdmin: { methods: SchemaAdminDefinition; shapes: SchemaAdminHandlers }
}

export type ServiceName = keyof Contracts
/** A file of proto/, without its ending. */
export type ProtoName = 'delivery' | 'directory' | 'mailbox-store' | 'schema'

/** One method as a server implements it: a stream on either side is an AsyncIterable. */
export interface CallContext {
  /** Aborts when the caller has gone or its deadline has passed. */
  readonly signal: AbortSignal
  /** How long the caller would still wait when the call came in; Infinity without a deadline. */
  readonly deadlineMs: number
  /** Aborts when the server begins to stop: a call that stays open for its own sake ends then. */
  readonly closing: AbortSignal
  /** How a failure reads that is told in a response instead of ending the call; a bug is logged and counted. */
  refuse(error: unknown): ToldFault
}

export interface CallOptions {
  /** Decides the replica: the account. Without it, that of the request (`account`) counts, then any. */
  readonly key?: string
  readonly deadlineMs?: number
  readonly signal?: AbortSignal
}

/** The generated types also allow any other name; this leaves those that the contract has. */
type Named<T> = { [Key in keyof T as string extends Key ? never : Key]: T[Key] }
type Methods<Name extends ServiceName> = Named<Contracts[Name]['methods']>
type Shapes<Name extends ServiceName> = Named<Contracts[Name]['shapes']>
type MethodOf<Name extends ServiceName> = keyof Methods<Name> & keyof Shapes<Name> & string

/** Which sides stream, read off the shape of grpc-js's own call object. */
type KindOf<Shape> = Shape extends (call: infer Call, ...rest: never[]) => void
  ? Call extends { request: unknown; write: unknown }
    ? 'stream'
    : Call extends { request: unknown }
      ? 'unary'
      : Call extends { read: unknown; write: unknown }
        ? 'exchange'
        : 'send'
  : never

type Handler<Method, Kind> =
  Method extends MethodDefinition<infer _In, infer Out, infer Request, infer _Response>
    ? {
        unary: (request: Request, call: CallContext) => Promise<Out>
        stream: (request: Request, call: CallContext) => AsyncIterable<Out>
        send: (requests: AsyncIterable<Request>, call: CallContext) => Promise<Out>
        exchange: (requests: AsyncIterable<Request>, call: CallContext) => AsyncIterable<Out>
      }[Kind & ('unary' | 'stream' | 'send' | 'exchange')]
    : never

type Call<Method, Kind> =
  Method extends MethodDefinition<infer Request, infer _Out, infer _In, infer Response>
    ? {
        unary: (request: Request, options?: CallOptions) => Promise<Response>
        stream: (request: Request, options?: CallOptions) => AsyncIterable<Response>
        send: (requests: AsyncIterable<Request>, options?: CallOptions) => Promise<Response>
        exchange: (
          requests: AsyncIterable<Request>,
          options?: CallOptions,
        ) => AsyncIterable<Response>
      }[Kind & ('unary' | 'stream' | 'send' | 'exchange')]
    : never

/** What a server of the contract implements; method names in camelCase. */
export type Handlers<Name extends ServiceName> = {
  [M in MethodOf<Name> as Uncapitalize<M>]: Handler<Methods<Name>[M], KindOf<Shapes<Name>[M]>>
}

/** What a client of the contract can call; method names in camelCase. */
export type Calls<Name extends ServiceName> = {
  readonly [M in MethodOf<Name> as Uncapitalize<M>]: Call<Methods<Name>[M], KindOf<Shapes<Name>[M]>>
}

const OPTIONS = {
  keepCase: false,
  longs: Number,
  enums: String,
  defaults: true,
  oneofs: true,
} as const

const loaded = new Map<ProtoName, ReturnType<typeof loadSync>>()

/** Reads a contract from proto/; each file once. */
export function loadContract(proto: ProtoName, name: ServiceName): ServiceDefinition {
  let definitions = loaded.get(proto)
  if (definitions === undefined) {
    const path = fileURLToPath(new URL(`../../proto/${proto}.proto`, import.meta.url))
    definitions = loadSync(path, OPTIONS)
    loaded.set(proto, definitions)
  }
  const full = Object.keys(definitions).find((key) => key.endsWith(`.${name}`))
  assert(full !== undefined, `proto/${proto}.proto has no service ${name}`)
  return definitions[full] as ServiceDefinition
}

/** `AppendStream` is called `appendStream` in the code. */
export function methodName(method: string): string {
  return method.slice(0, 1).toLowerCase() + method.slice(1)
}
