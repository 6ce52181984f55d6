/** /health, /ready and /metrics of all services together, asked of each when somebody asks us. */

import { createServer, type ServerResponse } from 'node:http'
import type { Endpoint } from '../setting.ts'
import { mergeMetrics, type Page } from './merge-metrics.ts'

const ASK_TIMEOUT_MS = 2_000

/** A running service: its own page's `host:port`, or undefined while it is not ready. */
export interface Watched {
  readonly service: string
  readonly node?: string | undefined
  readonly ops: string | undefined
}

export async function serveStatus(
  endpoint: Endpoint,
  watched: () => readonly Watched[],
): Promise<AsyncDisposable> {
  const server = createServer((request, response) => {
    const path = request.url?.split('?', 1)[0]
    const answer = ANSWERS[path ?? ''] ?? notFound
    answer(watched(), response).catch(() => response.destroy())
  })
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject)
  server.listen(endpoint, () => resolve())
  await promise
  return {
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
}

type Answer = (watched: readonly Watched[], response: ServerResponse) => Promise<void>

const ANSWERS: Readonly<Record<string, Answer>> = {
  '/health': health,
  '/ready': ready,
  '/metrics': metrics,
}

async function health(_watched: readonly Watched[], response: ServerResponse): Promise<void> {
  end(response, 200, 'alive\n')
}

async function ready(watched: readonly Watched[], response: ServerResponse): Promise<void> {
  const reasons = await Promise.all(watched.map(whyNotReady))
  const told = reasons.filter((reason) => reason !== undefined)
  end(
    response,
    told.length === 0 ? 200 : 503,
    told.length === 0 ? 'ready\n' : `${told.join('\n')}\n`,
  )
}

async function metrics(watched: readonly Watched[], response: ServerResponse): Promise<void> {
  const pages = await Promise.all(watched.map(readMetrics))
  response.setHeader('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  end(response, 200, mergeMetrics(pages))
}

async function notFound(_watched: readonly Watched[], response: ServerResponse): Promise<void> {
  end(response, 404, 'There are /health, /ready and /metrics here.\n')
}

/** Undefined when it is ready. */
export async function whyNotReady({ service, node, ops }: Watched): Promise<string | undefined> {
  const name = node === undefined ? service : `${node} ${service}`
  if (ops === undefined) return `${name}: not running`
  const asked = await ask(`http://${ops}/ready`).catch(() => undefined)
  if (asked?.status === 200) return undefined
  return `${name}: ${asked?.text.trim() ?? 'does not answer'}`
}

/** A service that does not answer has no samples; that it is away, /ready tells. */
async function readMetrics({ service, node, ops }: Watched): Promise<Page> {
  if (ops === undefined) return { service, node, text: '' }
  const asked = await ask(`http://${ops}/metrics`).catch(() => undefined)
  return { service, node, text: asked?.text ?? '' }
}

async function ask(url: string): Promise<{ status: number; text: string }> {
  const response = await fetch(url, { signal: AbortSignal.timeout(ASK_TIMEOUT_MS) })
  return { status: response.status, text: await response.text() }
}

function end(response: ServerResponse, status: number, text: string): void {
  response.statusCode = status
  response.end(text)
}
