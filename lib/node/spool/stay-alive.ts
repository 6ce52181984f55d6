import type { JsMsg } from '@nats-io/jetstream'

const WORKING_MS = 4000

/** Tells the server that a mail is not forgotten, until `until` is settled. */
export async function stayAlive(message: JsMsg, until: Promise<void>): Promise<void> {
  const working = setInterval(() => message.working(), WORKING_MS)
  try {
    await until
  } finally {
    clearInterval(working)
  }
}
