import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connectAdmission } from '#lib/node/clients.ts'
import { serveGrpc } from '#lib/node/grpc.ts'
import { parseAddress } from '#lib/node/setting.ts'
import { recordTelemetry } from '#lib/node/testing.ts'
import { addAccount } from '../add-account.ts'
import { mayUse } from '../addressing/identity.ts'
import { Senders } from '../admission/senders.ts'
import { SentCounts } from '../admission/sent-counts.ts'
import { setSending } from '../admission/set-sending.ts'
import { change, DEFAULTS, openExample } from '../testing.ts'
import { admissionService } from './admission.ts'

test('questions over the shared call are decided as those that come by themselves', async () => {
  await using directory = await openExample()
  const { collections, clock, events, registry, hasher } = directory
  const { _id: account } = await addAccount(change('alice@example.test'), registry, hasher)
  const rules = { messagesPerHour: 3 }
  const scope = { scope: 'account', name: 'alice@example.test', rules, unset: [] }
  await setSending(scope, registry, DEFAULTS)
  const admission = admissionService({
    ...{ collections, clock, events, mayUse },
    senders: new Senders(collections, DEFAULTS, clock),
    counts: new SentCounts(collections.sent, clock),
  })
  const asked: string[] = []
  const telemetry = recordTelemetry()
  const secret = 'a secret of this cluster'
  const turns = { take: (method: string) => void asked.push(method) }
  const options = { secret, telemetry, turns }
  await using server = await serveGrpc({ host: '127.0.0.1', port: 0 }, [admission], options)
  const servers = [parseAddress(server.address)]
  using client = connectAdmission({ CLUSTER_SECRET: secret, DIRECTORY_SERVERS: servers })
  const ask = (mailId: string, sender = 'alice@example.test') =>
    client.admit({
      ...{ account, sender, mailId, protocol: 'submission', sizeBytes: 1000, final: true },
      headerFrom: [sender],
      recipients: ['someone@elsewhere.test'],
    })

  const [foreign, ...own] = await Promise.all([
    ask('m0', 'bob@example.jp'),
    ...['m1', 'm2', 'm3', 'm4', 'm1'].map((id) => ask(id)),
  ])
  assert.deepEqual([foreign?.verdict, foreign?.code], ['REJECT', 550])
  const verdicts = own.map(({ verdict, code }) => (verdict === 'REJECT' ? code : verdict))
  // The fifth is the first once more.
  assert.deepEqual(verdicts.sort(), [450, 'ACCEPT', 'ACCEPT', 'ACCEPT', 'ACCEPT'])
  assert.deepEqual(asked, [], 'none came by a call of its own')
})
