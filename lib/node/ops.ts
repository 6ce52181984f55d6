/** What an operator's machinery asks a process: is it alive, can it work, what has it counted. */

import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Registry } from 'prom-client'
import { type Endpoint, formatAddress } from './setting.ts'

const READY_MS_MAX = 3000
const HEADERS_MS_MAX = 5000

export interface OpsOptions {
  readonly registry: Registry
  /** Why the process cannot work now; empty when it can. */
  ready(): Promise<readonly string[]>
}

/** Serves `/health` (the process lives), `/ready` (it can work) and `/metrics`. */
export async function serveOps(
  endpoint: Endpoint,
  options: OpsOptions,
): Promise<AsyncDisposable & { readonly address: string }> {
  const server = createServer((request, response) => {
    answer(request, response, options).catch((error: Error) => {
      send(response, 500, error.message)
    })
  })
  server.headersTimeout = HEADERS_MS_MAX
  server.requestTimeout = HEADERS_MS_MAX
  server.listen('path' in endpoint ? { path: endpoint.path } : { ...endpoint })
  await once(server, 'listening')
  // One that cannot be accepted now asks again; it must not end the process.
  server.on('error', () => undefined)
  const { port } = server.address() as AddressInfo
  return {
    address: formatAddress('path' in endpoint ? endpoint : { host: endpoint.host, port }),
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

async function answer(
  { method, url }: IncomingMessage,
  response: ServerResponse,
  { registry, ready }: OpsOptions,
): Promise<void> {
  if (method !== 'GET' && method !== 'HEAD') return send(response, 405, 'Only GET')
  switch (url?.split('?')[0]) {
    case '/health':
      return send(response, 200, 'ok')
    case '/ready': {
      const reasons = await inTime(ready())
      return reasons.length === 0
        ? send(response, 200, 'ok')
        : send(response, 503, reasons.join('\n'))
    }
    case '/metrics':
      response.setHeader('content-type', registry.contentType)
      response.end(await registry.metrics())
      return
    default:
      return send(response, 404, 'Here are /health, /ready and /metrics')
  }
}

function send(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' })
  response.end(`${text}\n`)
}

async function inTime(ready: Promise<readonly string[]>): Promise<readonly string[]> {
  const { promise, resolve } = Promise.withResolvers<readonly string[]>()
  const timer = setTimeout(() => resolve(['the checks take too long']), READY_MS_MAX)
  try {
    return await Promise.race([ready, promise])
  } finally {
    clearTimeout(timer)
  }
}
