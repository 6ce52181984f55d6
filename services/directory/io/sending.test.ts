/** What submission and delivery ask about mail that leaves, over gRPC. */

import assert from 'node:assert/strict'
import { createHash, createHmac, createPrivateKey, createPublicKey, pbkdf2Sync } from 'node:crypto'
import { test } from 'node:test'
import { Fault, type FaultCode } from '#lib/base/fault.ts'
import { serveGrpc } from '#lib/node/grpc.ts'
import { connectGrpc } from '#lib/node/grpc-client.ts'
import { parseAddress } from '#lib/node/setting.ts'
import { addAccount } from '../add-account.ts'
import { mayUse } from '../addressing/identity.ts'
import { Senders } from '../admission/senders.ts'
import { SentCounts } from '../admission/sent-counts.ts'
import { change, DEFAULTS, openAuthenticator, openExample } from '../testing.ts'
import { admissionService, sendingHandlers } from './admission.ts'
import { challengeHandlers } from './challenge.ts'
import { directoryAdminService, directoryService } from './grpc.ts'
import { dkimHandlers, signingHandlers } from './signing.ts'

const secret = 'a secret of this cluster'
const fault = (code: FaultCode) => (error: unknown) => error instanceof Fault && error.code === code

async function serve() {
  await using opened = new AsyncDisposableStack()
  const directory = opened.use(await openExample())
  const { collections, hasher, events, clock, registry, telemetry, keeping } = directory
  const { authenticator } = openAuthenticator(directory)
  const alice = change('alice@example.test', { password: 'secret' })
  const account = await addAccount(alice, registry, hasher)
  const services = [
    directoryService(authenticator, events, {
      ...challengeHandlers(authenticator),
      ...signingHandlers(collections, keeping.sealer),
    }),
    directoryAdminService(registry, hasher, {
      ...sendingHandlers(registry, DEFAULTS),
      ...dkimHandlers(registry),
    }),
    admissionService({
      collections,
      clock,
      events,
      mayUse,
      senders: new Senders(collections, DEFAULTS, clock),
      counts: new SentCounts(collections.sent, clock),
    }),
  ]
  const anyPort = { host: '127.0.0.1', port: 0 }
  const server = opened.use(await serveGrpc(anyPort, services, { secret, telemetry }))
  const servers = [parseAddress(server.address)]
  const admin = opened.use(connectGrpc('directory', 'DirectoryAdmin', servers, { secret }))
  const client = opened.use(connectGrpc('directory', 'Directory', servers, { secret }))
  const admission = opened.use(connectGrpc('directory', 'Admission', servers, { secret }))
  const stack = opened.move()
  const more = { admin, client, admission, account: account._id, tenant: account.tenant, clock }
  return { ...more, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

test('a mail is admitted by the rules that were set', async () => {
  await using given = await serve()
  const { admin, admission, account, tenant, clock } = given
  const asked = {
    account,
    protocol: 'submission',
    sender: 'alice@example.test',
    headerFrom: ['alice@example.test'],
    recipients: ['bob@elsewhere.test'],
    sizeBytes: 1000,
    final: true,
    mailId: 'one',
  }
  const accepted = await admission.admit(asked)
  assert.equal(accepted.verdict, 'ACCEPT')
  assert.equal(accepted.sender, undefined)
  assert.deepEqual(
    [accepted.class, accepted.tenant, accepted.sizeMax, accepted.recipientsMax],
    ['personal', tenant, DEFAULTS.sizeBytes, DEFAULTS.recipientsPerMessage],
  )
  assert.equal(accepted.rates?.messagesPerDay, DEFAULTS.messagesPerDay)
  assert.equal(accepted.tenantRates?.messagesPerDay, DEFAULTS.tenantMessagesPerDay)
  const report = await admin.setSending({
    scope: 'domain',
    name: 'example.test',
    rules: { messagesPerHour: 1, hideClient: true, sizeBytes: 0 },
  })
  assert.equal(report.own?.messagesPerHour, 1)
  assert.equal(report.effective?.sizeBytes, 0)
  assert.equal(report.effective?.recipientsPerDay, DEFAULTS.recipientsPerDay)
  assert.equal(report.from.messages_per_hour, 'domain example.test')
  assert.equal(report.from.cram_md5, 'default')
  clock.move(5001)
  const again = await admission.admit(asked)
  assert.deepEqual([again.verdict, again.hideClient, again.sizeMax], ['ACCEPT', true, 0])
  const refused = await admission.admit({ ...asked, mailId: 'two' })
  assert.deepEqual([refused.verdict, refused.code, refused.status], ['REJECT', 450, '4.7.1'])
  const change = { scope: 'domain', name: 'example.test', rules: { hold: true } }
  await admin.setSending({ ...change, unset: ['messages_per_hour'] })
  clock.move(5001)
  const held = await admission.admit({ ...asked, mailId: 'two' })
  assert.equal(held.verdict, 'HOLD')
  assert.match(held.text, /looked at first/)
})

test('keys are made, rotated and handed to who signs', async () => {
  await using given = await serve()
  const { admin, client } = given
  const { keys } = await admin.makeDkimKeys({ domain: 'example.test' })
  assert.equal(keys.length, 2)
  const [rsa] = keys
  assert.equal(rsa?.recordName, `${rsa?.selector}._domainkey.example.test`)
  const signing = await client.signingKeys({ domain: 'example.test' })
  const [first, second] = signing.keys
  assert.deepEqual([first?.algorithm, second?.algorithm], ['rsa', 'ed25519'])
  const made = createPublicKey(createPrivateKey(first?.privateKey ?? ''))
  const text = made.export({ type: 'spki', format: 'der' }).toString('base64')
  assert.equal(rsa?.recordText, `v=DKIM1; k=rsa; p=${text}`)
  await admin.makeDkimKeys({ domain: 'example.test', rotate: true })
  const activated = await admin.activateDkimKeys({ name: 'example.test' })
  const states = activated.keys.map(({ state }) => state)
  assert.deepEqual(states, ['retired', 'retired', 'active', 'active'])
  await admin.deleteDkimKey({ name: `example.test ${rsa?.selector}` })
  await assert.rejects(admin.deleteDkimKey({ name: 'example.test' }), fault('invalid'))
  assert.equal((await admin.listDkimKeys({ name: 'example.test' })).keys.length, 3)
})

test('a log-in by SCRAM goes there and back', async () => {
  await using given = await serve()
  const { client, account } = given
  const from = { login: 'alice', protocol: 'submission', clientAddress: '::1' }
  const { salt, iterations } = await client.startScram(from)
  const salted = pbkdf2Sync('secret', salt, iterations, 32, 'sha256')
  const authMessage = 'n=alice,r=x,r=xy,s=salt,i=4096,c=biws,r=xy'
  const hmac = (key: Uint8Array, text: string) => createHmac('sha256', key).update(text).digest()
  const clientKey = hmac(salted, 'Client Key')
  const signature = hmac(createHash('sha256').update(clientKey).digest(), authMessage)
  const clientProof = Buffer.from(clientKey.map((byte, at) => byte ^ (signature[at] ?? 0)))
  const finished = await client.finishScram({ ...from, authMessage, clientProof })
  assert.equal(finished.account?.account, account)
  const serverKey = hmac(salted, 'Server Key')
  assert.deepEqual(Buffer.from(finished.serverSignature), hmac(serverKey, authMessage))
  const wrong = { ...from, authMessage, clientProof: Buffer.alloc(32) }
  await assert.rejects(client.finishScram(wrong), fault('unauthenticated'))
  const cram = { ...from, challenge: '<1@x>', digest: '00' }
  await assert.rejects(client.authenticateCramMd5(cram), fault('unauthenticated'))
})
