/** Waits until what has started works together, not only each by itself. */

import { whyNotReady } from '#lib/node/supervisor/status-page.ts'

const POLL_MS = 100
const ASK_MS = 2_000

export interface Asked {
  readonly service: string
  readonly node?: string | undefined
  readonly ops: string | undefined
}

/** Resolves when every nats-server says that it and its streams are current. `ops` are their monitoring pages. */
export async function untilBrokersHealthy(
  ops: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  await untilAll(
    ops.map((page) => () => isHealthy(page)),
    signal,
  )
}

/** Resolves when every service says that it can work. */
export async function untilServicesReady(
  asked: readonly Asked[],
  signal: AbortSignal,
): Promise<void> {
  const checks = asked.map((one) => async () => (await whyNotReady(one)) === undefined)
  await untilAll(checks, signal)
}

async function untilAll(
  checks: readonly (() => Promise<boolean>)[],
  signal: AbortSignal,
): Promise<void> {
  await Promise.all(
    checks.map(async (check) => {
      while (!signal.aborted && !(await check())) {
        await new Promise((resolve) => setTimeout(resolve, POLL_MS))
      }
    }),
  )
}

async function isHealthy(page: string): Promise<boolean> {
  const asked = fetch(`http://${page}/healthz`, { signal: AbortSignal.timeout(ASK_MS) })
  const response = await asked.catch(() => undefined)
  await response?.arrayBuffer()
  return response?.ok === true
}
