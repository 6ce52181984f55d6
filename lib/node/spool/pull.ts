/** Asking for mails so that they come again soon after whatever became of a server. */

import { type Consumer, type ConsumerMessages, JetStreamApiError } from '@nats-io/jetstream'

const PULL_MS = 10_000
/**
 * When two of them are missing, mails are asked for anew: an election, or a restart, lost the request. Not sooner, as they
 * also stay away when all that was asked for is here and waits for its turn.
 */
const HEARTBEAT_MS = 1000

const STREAM_NOT_FOUND = 10_059
const CONSUMER_NOT_FOUND = 10_014

/** Asks for `ahead` mails at a time, for ever. What it yields ends with an error when there is nothing to ask any more. */
export async function pullMails(consumer: Consumer, ahead: number): Promise<ConsumerMessages> {
  const messages = await consumer.consume({
    max_messages: ahead,
    expires: PULL_MS,
    idle_heartbeat: HEARTBEAT_MS,
    // By itself the library looks for the consumer before it asks for anything anew, and waits for long when nobody answers.
    bind: true,
  })
  void endWhenMissing(consumer, messages)
  return messages
}

async function endWhenMissing(consumer: Consumer, messages: ConsumerMessages): Promise<void> {
  let looking = false
  const look = async () => {
    try {
      await consumer.info()
    } catch (error) {
      // No answer says nothing; it is asked again after the next heartbeats that are missing.
      if (isMissing(error)) messages.stop(error as Error)
    } finally {
      looking = false
    }
  }
  for await (const { type } of messages.status()) {
    if (looking || (type !== 'heartbeats_missed' && type !== 'consumer_deleted')) continue
    looking = true
    void look()
  }
}

function isMissing(error: unknown): boolean {
  if (!(error instanceof JetStreamApiError)) return false
  return error.code === STREAM_NOT_FOUND || error.code === CONSUMER_NOT_FOUND
}
