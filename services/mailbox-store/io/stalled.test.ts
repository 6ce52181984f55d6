import assert from 'node:assert/strict'
import { test } from 'node:test'
import { serveGrpc } from '#lib/node/grpc.ts'
import { connectGrpc } from '#lib/node/grpc-client.ts'
import { parseAddress } from '#lib/node/setting.ts'
import { recordTelemetry } from '#lib/node/testing.ts'
import { append } from '../append.ts'
import { mailboxStoreEvents } from '../events.ts'
import { appendOf, openStore, openTestDatabase } from '../testing.ts'
import { mailboxStoreService } from './grpc.ts'

const MB = 1024 * 1024
const secret = 'a secret of this cluster'

test('a reader that stalls makes the store read no further than 4 MB ahead', async () => {
  await using database = await openTestDatabase()
  const store = await openStore(database)
  const content = Buffer.alloc(40 * MB, 'Some text of a very long message.\r\n')
  const { mailbox, uid } = await append(appendOf({ content }), store)
  let bytesRead = 0
  const read = store.blobs.read.bind(store.blobs)
  store.blobs.read = async function* (...range) {
    for await (const bytes of read(...range)) {
      bytesRead += bytes.length
      yield bytes
    }
  }
  const telemetry = recordTelemetry()
  const service = mailboxStoreService(store, mailboxStoreEvents(telemetry))
  const anyPort = { host: '127.0.0.1', port: 0 }
  await using server = await serveGrpc(anyPort, [service], { secret, telemetry })
  const servers = [parseAddress(server.address)]
  using client = connectGrpc('mailbox-store', 'MailboxStore', servers, { secret })
  const answers = client.read({ account: 'alice', mailbox, uid })[Symbol.asyncIterator]()
  const { value } = await answers.next()
  assert(value.content.length <= 64 * 1024)
  // Both ends have what they take, and then nothing moves.
  let still = 0
  for (let before = 0; still < 2000; before = bytesRead) {
    await new Promise((turn) => setImmediate(turn))
    still = bytesRead === before ? still + 1 : 0
  }
  assert(bytesRead >= MB && bytesRead <= 4 * MB, `${bytesRead / MB} MB`)
  await answers.return?.()
})
