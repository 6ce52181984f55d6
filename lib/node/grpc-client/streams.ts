/** Calls of which one side streams, or both. */

import type * as grpc from '@grpc/grpc-js'
import type { Clock } from '#lib/base/clock.ts'
import { drained } from '../drained.ts'
import { fromStatus } from '../fault-status.ts'
import type { Replica } from './replica.ts'
import type { Tries } from './tries.ts'
import type { Method, Question } from './unary.ts'

interface Settings {
  /** By the wall clock. */
  readonly deadline: number
  readonly clock: Clock
}

/** Whoever answers first; once something came, what breaks is broken: only the caller knows how to go on. */
export async function* readStream(question: Question, tries: Tries, settings: Settings) {
  const { method, request, metadata, signal } = question
  const { path, requestSerialize, responseDeserialize } = method
  const { deadline, clock } = settings
  for (;;) {
    const { replica } = await tries.next()
    const beganAt = clock.monotonic()
    const call = replica.client.makeServerStreamRequest(
      path,
      requestSerialize,
      responseDeserialize,
      request,
      metadata,
      { deadline },
    )
    let begun = false
    try {
      for await (const response of responses(call, signal)) {
        if (!begun) replica.answered()
        begun = true
        yield response
      }
      if (!begun) replica.answered()
      return
    } catch (error) {
      if (!isServiceError(error)) throw error
      const failure = replica.failed(error, clock.monotonic() - beganAt)
      if (begun) throw fromStatus(error, path)
      tries.failed(error, failure)
    }
  }
}

/** The pieces cannot be had twice: there is one attempt, at a replica that is connected. */
export async function sendStream(
  { method, metadata, signal }: Omit<Question, 'request' | 'safety'>,
  requests: AsyncIterable<unknown>,
  { replica, deadline }: { readonly replica: Replica; readonly deadline: number },
): Promise<unknown> {
  const { path, requestSerialize, responseDeserialize } = method
  const { promise, resolve, reject } = Promise.withResolvers<unknown>()
  const call = replica.client.makeClientStreamRequest(
    path,
    requestSerialize,
    responseDeserialize,
    metadata,
    { deadline },
    (error, response) => (error === null ? resolve(response) : reject(error)),
  )
  const cancel = () => call.cancel()
  signal?.addEventListener('abort', cancel, { once: true })
  try {
    const answered = promise.then(
      () => undefined,
      () => undefined,
    )
    await pump(requests, call, answered)
    const response = await promise
    replica.answered()
    return response
  } catch (error) {
    call.cancel()
    promise.catch(() => undefined)
    if (signal?.aborted) throw signal.reason
    throw learned(replica, error, method)
  } finally {
    signal?.removeEventListener('abort', cancel)
  }
}

export async function* exchangeStreams(
  { method, metadata, signal }: Omit<Question, 'request' | 'safety'>,
  requests: AsyncIterable<unknown>,
  { replica, deadline }: { readonly replica: Replica; readonly deadline: number },
) {
  const { path, requestSerialize, responseDeserialize } = method
  const call = replica.client.makeBidiStreamRequest(
    path,
    requestSerialize,
    responseDeserialize,
    metadata,
    { deadline },
  )
  const ended = new Promise<void>((resolve) => call.once('close', resolve))
  let failure: unknown
  const pumped = pump(requests, call, ended).catch((error: unknown) => {
    failure = error
    call.cancel()
  })
  try {
    yield* responses(call, signal)
  } catch (error) {
    throw failure ?? learned(replica, error, method)
  }
  replica.answered()
  await pumped
}

/** The error as the caller is to see it. */
function learned(replica: Replica, error: unknown, { path }: Method): unknown {
  if (!isServiceError(error)) return error
  // How long such a call may take, nobody knows.
  replica.failed(error, 0)
  return fromStatus(error, path)
}

function isServiceError(error: unknown): error is grpc.ServiceError {
  return error instanceof Error && 'metadata' in error && 'details' in error
}

/** Reads a call's answers; ends the call when the reader stops early or the signal aborts. */
async function* responses(call: grpc.ClientReadableStream<unknown>, signal?: AbortSignal) {
  const cancel = () => call.cancel()
  signal?.addEventListener('abort', cancel, { once: true })
  let finished = false
  try {
    yield* call as AsyncIterable<unknown>
    finished = true
  } catch (error) {
    finished = true
    throw signal?.aborted ? signal.reason : error
  } finally {
    signal?.removeEventListener('abort', cancel)
    if (!finished) {
      call.on('error', () => undefined)
      call.cancel()
    }
  }
}

/** Writes as fast as the other side reads, until there is no more, or nobody listens any more. */
async function pump(
  requests: AsyncIterable<unknown>,
  call: grpc.ClientWritableStream<unknown>,
  answered: Promise<void>,
): Promise<void> {
  let over = false
  const end = answered.then(() => {
    over = true
  })
  for await (const request of requests) {
    if (over) return
    if (!call.write(request)) await Promise.race([drained(call), end])
  }
  if (!over) call.end()
}
