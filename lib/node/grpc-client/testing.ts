/** What tests of the gRPC clients need. */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Clock } from '#lib/base/clock.ts'
import { type Endpoint, parseAddress } from '../setting.ts'

interface Sleeper {
  readonly until: number
  readonly wake: () => void
}

/** A clock that stands still until the test moves it. */
export class TestClock implements Clock {
  #now = 0
  readonly #sleepers = new Set<Sleeper>()

  now = () => 1_800_000_000_000 + this.#now
  monotonic = () => this.#now

  sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const sleeper = { until: this.#now + ms, wake: resolve }
      this.#sleepers.add(sleeper)
      const abort = () => {
        this.#sleepers.delete(sleeper)
        reject(signal?.reason)
      }
      signal?.addEventListener('abort', abort, { once: true })
    })

  /** Wakes whom it passes, and lets them go on. */
  async move(ms: number): Promise<void> {
    this.#now += ms
    for (const sleeper of this.#sleepers) {
      if (sleeper.until > this.#now) continue
      this.#sleepers.delete(sleeper)
      sleeper.wake()
    }
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** A server in a process of its own, which a signal stops, freezes or wakes. */
export interface ChildReplica extends AsyncDisposable {
  readonly endpoint: Endpoint
  signal(name: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT' | 'SIGTERM'): void
  /** Resolves when it is gone. */
  readonly exited: Promise<void>
}

const url = (path: string) => JSON.stringify(new URL(path, import.meta.url).href)

/** Answers View with a mailbox named `name`, Append with the message's size as the UID; on SIGTERM it drains. */
const program = (port: number, secret: string, name: string) => `
  const { grpcService, serveGrpc } = await import(${url('../grpc.ts')})
  const { recordTelemetry } = await import(${url('../testing.ts')})
  const append = async ({ size }) => ({ mailbox: ${JSON.stringify(name)}, uid: size })
  const service = grpcService('mailbox-store', 'MailboxStore', {
    view: async () => ({ mailbox: { name: ${JSON.stringify(name)} } }),
    append,
    async *appendMany(requests) {
      for await (const { items } of requests) {
        const answered = items.map(async ({ id, request }) => ({ id, response: await append(request) }))
        yield { items: await Promise.all(answered) }
      }
    },
  })
  const options = { secret: ${JSON.stringify(secret)}, telemetry: recordTelemetry() }
  const server = await serveGrpc({ host: '127.0.0.1', port: ${port} }, [service], options)
  process.once('SIGTERM', () => server[Symbol.asyncDispose]())
  console.log(server.address)`

/** Starts one on a free port, or on that of one that is gone. */
export async function startChildReplica(
  secret: string,
  name: string,
  port = 0,
): Promise<ChildReplica> {
  const code = program(port, secret, name)
  const child: ChildProcess = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit').then(() => undefined)
  const gone = exited.then(() => Promise.reject(new Error('The replica ended')))
  gone.catch(() => undefined)
  const [line] = (await Promise.race([
    once(child.stdout as NodeJS.ReadableStream, 'data'),
    gone,
  ])) as [Buffer]
  return {
    endpoint: parseAddress(String(line).trim()),
    exited,
    signal: (signal) => void child.kill(signal),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await exited
    },
  }
}
