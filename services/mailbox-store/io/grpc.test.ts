import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { Fault, type FaultCode } from '#lib/base/fault.ts'
import { serveGrpc } from '#lib/node/grpc.ts'
import { connectGrpc } from '#lib/node/grpc-client.ts'
import { parseAddress } from '#lib/node/setting.ts'
import { recordTelemetry } from '#lib/node/testing.ts'
import type { PackedMessages__Output } from '#proto/types/hikyaku/mailbox_store/PackedMessages.ts'
import type { SearchKey } from '#proto/types/hikyaku/mailbox_store/SearchKey.ts'
import { mailboxStoreEvents } from '../events.ts'
import { openStore, openTestDatabase } from '../testing.ts'
import { mailboxStoreService } from './grpc.ts'

const secret = 'a secret of this cluster'
const fault = (code: FaultCode) => (error: unknown) => error instanceof Fault && error.code === code
const [account, tenant] = ['alice', 'acme']
const inbox = { name: 'INBOX' }
const hello = Buffer.from(
  [
    'From: =?utf-8?q?B=C3=B6b?= <bob@example.test>',
    'Subject: Hello',
    'Date: Sun, 22 Nov 2026 23:30:00 -0500',
    'Content-Type: text/plain; charset=utf-8',
    '',
    'Grüße aus Straßburg',
    '',
  ].join('\r\n'),
)

async function serve() {
  await using opened = new AsyncDisposableStack()
  const database = opened.use(await openTestDatabase())
  const store = await openStore(database)
  const telemetry = recordTelemetry()
  const service = mailboxStoreService(store, mailboxStoreEvents(telemetry))
  const anyPort = { host: '127.0.0.1', port: 0 }
  const server = opened.use(await serveGrpc(anyPort, [service], { secret, telemetry }))
  const servers = [parseAddress(server.address)]
  const client = opened.use(connectGrpc('mailbox-store', 'MailboxStore', servers, { secret }))
  const opening = opened.move()
  const append = (content: Buffer, mailId = '', flags: string[] = []) =>
    client.append({ account, tenant, mailbox: inbox, content, mailId, flags, internalDate: 1e12 })
  return { client, append, telemetry, [Symbol.asyncDispose]: () => opening.disposeAsync() }
}

/** `uid:flags@modseq` of each message. */
function unpack(packed: PackedMessages__Output | null): string {
  assert(packed)
  const { uids, flags, modSeqs, flagWords } = packed
  const rows: string[] = []
  for (let i = 0; i * 4 < uids.length; i++) {
    const modSeq = modSeqs.readDoubleLE(i * 8)
    rows.push(`${uids.readUInt32LE(i * 4)}:${flags.readUInt32LE(i * 4 * flagWords)}@${modSeq}`)
  }
  return rows.join(' ')
}

test('a message that was appended is fetched, read in part and searched', async () => {
  await using store = await serve()
  const { client } = store
  const { uid, mailbox, uidValidity, modSeq } = await store.append(hello, 'm1', ['\\Seen', 'Work'])
  assert.deepEqual([uid, modSeq], [1, 2])
  const again = await store.append(hello, 'm1')
  assert.deepEqual(again, { mailbox, uid: 1, uidValidity, modSeq: 2, repeated: true })

  const view = await client.view({ account, tenant, mailbox: inbox })
  assert.equal(unpack(view.messages), '1:33@2')
  assert.deepEqual(view.keywords, ['Work'])
  assert.deepEqual([view.mailbox?.id, view.mailbox?.subscribed], [mailbox, true])
  const { state } = view.mailbox ?? {}
  assert.deepEqual(state, {
    ...{ uidValidity, uidNext: 2, modSeq: 2, exists: 1, unseen: 0 },
    ...{ bytes: hello.length, deleted: 0 },
  })

  const asked = { account, mailbox, uids: '1:*', envelope: true, structure: true, header: true }
  const [message] = await Array.fromAsync(client.fetch({ ...asked, contentBytesMax: 1000 }))
  assert.equal(message?.envelope?.subject, 'Hello')
  assert.equal(message?.envelope?.from[0]?.host, 'example.test')
  assert.equal(message?.envelope?.inReplyTo, undefined)
  assert.equal(message?.structure?.subtype, 'plain')
  assert.deepEqual(message?.header, hello.subarray(0, message?.headerEnd))
  assert.deepEqual(message?.content, hello)
  assert.equal(message?.mailId, 'm1')
  const [bare] = await Array.fromAsync(client.fetch({ account, mailbox, uids: '1' }))
  assert.deepEqual([bare?.content, bare?.envelope, bare?.size], [undefined, null, hello.length])

  const part = await Array.fromAsync(
    client.read({ account, mailbox, uid: 1, offset: 6, length: 9 }),
  )
  assert.deepEqual(Buffer.concat(part.map(({ content }) => content)), hello.subarray(6, 15))
  await assert.rejects(
    Array.fromAsync(client.read({ account, mailbox, uid: 2 })),
    fault('not-found'),
  )
})

test('who asks for a compact view gets one, and nobody else', async () => {
  await using store = await serve()
  const { client } = store
  const { mailbox, uidValidity } = await store.append(hello, 'm1', ['\\Seen'])
  for (let uid = 2; uid <= 6; uid++) await store.append(hello, `m${uid}`)
  const view = { account, tenant, mailbox: inbox }
  const changes = { account, mailbox, uidValidity, sinceModSeq: 6 }
  const { messages: long } = await client.view(view)
  const { changed: longChanged } = await client.changes(changes)
  assert.equal(unpack(long), '1:1@2 2:0@3 3:0@4 4:0@5 5:0@6 6:0@7')
  assert.equal(unpack(longChanged), '6:0@7')
  assert.deepEqual([long?.uidSet, long?.flagBytes, long?.modSeqBase], ['', 0, 0])

  const { messages } = await client.view({ ...view, compact: true })
  const { changed } = await client.changes({ ...changes, compact: true })
  const read = (packed: PackedMessages__Output | null) => [
    ...[packed?.uidSet, packed?.uids.length, [...(packed?.flags ?? [])], packed?.flagBytes],
    ...[packed?.modSeqBase, [...(packed?.modSeqOffsets ?? [])], packed?.modSeqs.length],
  ]
  assert.deepEqual(read(messages), ['1:6', 0, [1, 0, 0, 0, 0, 0], 1, 2, [0, 1, 2, 3, 4, 5], 0])
  // A UID set that is not much shorter than the numbers stays numbers.
  assert.deepEqual(read(changed), ['', 4, [0], 1, 7, [], 0])
})

test('a search finds by flag, header, day, size and text', async () => {
  await using store = await serve()
  const { mailbox } = await store.append(hello, '', ['\\Seen'])
  await store.append(Buffer.from('Subject: other\r\n\r\nnothing\r\n'))
  const day = Date.UTC(2026, 10, 22) / 86_400_000
  const cases: [key: SearchKey, found: number[]][] = [
    [{ all: {} }, [1, 2]],
    [{ flag: '\\Seen' }, [1]],
    [{ not: { flag: '\\seen' } }, [2]],
    [{ flag: 'Never' }, []],
    [{ uids: '2:*' }, [2]],
    [{ uids: '7:*' }, [2]],
    [{ header: { name: 'From', value: 'BÖB' } }, [1]],
    [{ header: { name: 'from', value: '' } }, [1]],
    [{ header: { name: 'Subject', value: 'hELLO' } }, [1]],
    [{ not: { header: { name: 'subject', value: 'hello' } } }, [2]],
    [{ body: 'grüsse' }, [1]],
    [{ body: 'GRÜSSE aus' }, [1]],
    [{ body: 'hello' }, []],
    [{ text: 'hello' }, [1]],
    [{ text: 'other' }, [2]],
    [{ sentDay: { from: day, before: day + 1 } }, [1]],
    [{ sentDay: { before: day } }, [2]], // without a Date: the day it came
    [{ larger: 50 }, [1]],
    [{ smaller: 50 }, [2]],
    [{ modSeqAtLeast: 3 }, [2]],
    [{ or: { keys: [{ text: 'other' }, { flag: '\\Seen' }] } }, [1, 2]],
    [{ and: { keys: [{ text: 'other' }, { flag: '\\Seen' }] } }, []],
    [{ internalDay: { before: 1 } }, []],
  ]
  for (const [key, found] of cases) {
    const { uids } = await store.client.search({ account, mailbox, key })
    const got = Array.from({ length: uids.length / 4 }, (_, i) => uids.readUInt32LE(i * 4))
    assert.deepEqual(got, found, JSON.stringify(key))
  }
  let deep: SearchKey = { all: {} }
  for (let i = 0; i < 60; i++) deep = { not: deep }
  await assert.rejects(store.client.search({ account, mailbox, key: deep }), fault('invalid'))
  const many = { and: { keys: Array(10).fill({ or: { keys: Array(100).fill({ all: {} }) } }) } }
  await assert.rejects(store.client.search({ account, mailbox, key: many }), fault('invalid'))
})

test('a large message comes in pieces and goes in pieces', async () => {
  await using store = await serve()
  const content = Buffer.concat([Buffer.from('A: b\r\n\r\n'), randomBytes(3_000_000)])
  async function* pieces() {
    yield { head: { account, tenant, mailbox: inbox, mailId: 'big' } }
    for (let i = 0; i < content.length; i += 100_000)
      yield { content: content.subarray(i, i + 100_000) }
    yield { complete: true }
  }
  const { mailbox, uid } = await store.client.appendStream(pieces(), { key: account })
  const read = await Array.fromAsync(store.client.read({ account, mailbox, uid }))
  assert(content.equals(Buffer.concat(read.map((one) => one.content))))
  async function* headless() {
    yield { content }
  }
  await assert.rejects(store.client.appendStream(headless(), { key: account }), fault('invalid'))
})

test('a large message that breaks off half-way is not stored', async () => {
  await using store = await serve()
  async function* half() {
    yield { head: { account, tenant, mailbox: inbox, mailId: 'cut' } }
    yield { content: Buffer.alloc(100_000) }
  }
  await assert.rejects(store.client.appendStream(half(), { key: account }), fault('unavailable'))
  async function* whole() {
    yield* half()
    yield { complete: true }
  }
  const { uid, repeated } = await store.client.appendStream(whole(), { key: account })
  assert.deepEqual([uid, repeated], [1, false])
})

test('a batch comes as one stream, and counts only when it is complete', async () => {
  await using store = await serve()
  const head = { account, tenant, mailbox: inbox, mailId: 'b1', flags: ['\\Seen'] }
  async function* half() {
    yield { head }
    yield { content: hello.subarray(0, 10) }
    yield { content: hello.subarray(10) }
    yield { head: { mailId: 'b2', internalDate: 5 } }
    yield { content: Buffer.from('A: b\r\n\r\n') }
  }
  async function* whole() {
    yield* half()
    yield { complete: true }
  }
  async function* elsewhere() {
    yield* half()
    yield { head: { mailbox: { name: 'Other' } } }
    yield { complete: true }
  }
  const { client, telemetry } = store
  await assert.rejects(client.appendBatch(half(), { key: account }), fault('unavailable'))
  await assert.rejects(client.appendBatch(elsewhere(), { key: account }), fault('invalid'))
  const { mailbox, uids } = await client.appendBatch(whole(), { key: account })
  assert.equal(uids, '1:2')
  assert.equal((await client.appendBatch(whole(), { key: account })).uids, '1:2')
  const fetched = client.fetch({ account, mailbox, uids: '1:*', contentBytesMax: 1000 })
  const [one, two] = await Array.fromAsync(fetched)
  assert.deepEqual([one?.content, one?.mailId], [hello, 'b1'])
  assert.deepEqual([two?.internalDate, two?.size], [5, 8])
  const counted = telemetry.told.filter(({ name }) => name === 'store_appends_total')
  assert.deepEqual(
    counted.map(({ fields, value }) => [fields.outcome, value]),
    [
      ['appended', 2],
      ['repeated', 2],
    ],
  )
})

test('what changes is told by MODSEQ, and what cannot be told any more says so', async () => {
  await using store = await serve()
  const { client } = store
  const { mailbox, uidValidity } = await store.append(hello)
  for (let i = 0; i < 4; i++) await store.append(hello)
  const place = { account, mailbox }
  const added = await client.storeFlags({
    ...place,
    uids: '2,4',
    mode: 'ADD',
    flags: ['\\Deleted'],
  })
  assert.equal(unpack(added.messages), '2:8@7 4:8@7')
  assert.deepEqual([added.state?.deleted, added.state?.modSeq], [2, 7])
  const same = await client.storeFlags({ ...place, uids: '2', mode: 'ADD', flags: ['\\Deleted'] })
  assert.equal(same.state?.modSeq, 7, 'nothing changed')
  const old = { ...place, uids: '1:2', flags: ['\\Seen'], unchangedSince: 6 }
  const conditional = await client.storeFlags({ ...old, mode: 'REPLACE' })
  assert.deepEqual([conditional.modified, unpack(conditional.messages)], ['2', '1:1@8 2:8@7'])
  assert.equal((await client.expunge({ ...place, uids: '1:3' })).vanished, '2')
  assert.equal((await client.expunge(place)).vanished, '4')
  const changes = await client.changes({ ...place, sinceModSeq: 6, uidValidity })
  assert.deepEqual([unpack(changes.changed), changes.vanished], ['1:1@8', '2,4'])
  assert.deepEqual(
    [changes.state?.exists, changes.state?.unseen, changes.state?.deleted, changes.startOver],
    [3, 2, 0, false],
  )
  const now = await client.changes({ ...place, sinceModSeq: 10, uidValidity })
  assert.deepEqual([unpack(now.changed), now.vanished, now.startOver], ['', '', false])
  for (const wrong of [{ sinceModSeq: 11 }, { sinceModSeq: 1, uidValidity: 7 }]) {
    assert.equal((await client.changes({ ...place, uidValidity, ...wrong })).startOver, true)
  }
})

test('copies and moves keep flags, and a repeated one is answered, not done again', async () => {
  await using store = await serve()
  const { client } = store
  const { mailbox: source } = await store.append(hello, '', ['\\Flagged', 'Work'])
  await store.append(hello)
  await client.createMailbox({ account, tenant, name: 'Archive' })
  const target = { name: 'Archive' }
  const copy = { account, source, uids: '1,9', target, operationId: 'o1' }
  for (let i = 0; i < 2; i++) {
    const done = await client.copy(copy)
    assert.deepEqual([done.sourceUids, done.targetUids], ['1', '1'])
  }
  const moving = { ...copy, uids: '1:2', operationId: 'o2' }
  for (let i = 0; i < 2; i++) {
    const moved = await client.move(moving)
    assert.deepEqual([moved.sourceUids, moved.targetUids], ['1:2', '2:3'])
    assert.equal(moved.sourceState?.exists, 0)
  }
  const view = await client.view({ account, tenant, mailbox: target })
  assert.equal(unpack(view.messages), '1:36@2 2:36@3 3:0@3')
  await assert.rejects(client.copy({ ...copy, target: { name: 'None' } }), fault('not-found'))
  await store.append(hello)
  const full = {
    ...copy,
    uids: '3',
    operationId: '',
    quotas: [{ name: account, bytes: hello.length * 4 }],
  }
  await assert.rejects(client.copy(full), fault('over-quota'))
})

test('mailboxes are made with those above, renamed with those below, and deleted', async () => {
  await using store = await serve()
  const { client } = store
  const list = async () => {
    const { mailboxes, subscribedNames } = await client.listMailboxes({ account, tenant })
    return [
      ...mailboxes.map(({ name, subscribed }) => name + (subscribed ? '*' : '')),
      '-',
      ...subscribedNames,
    ].join(' ')
  }
  assert.equal(await list(), 'INBOX* -')
  const made = await client.createMailbox({ account, tenant, name: 'a/b/c', specialUse: 'sent' })
  assert.deepEqual([made.specialUse, made.state?.uidNext], ['sent', 1])
  await assert.rejects(client.createMailbox({ account, tenant, name: 'a/b' }), fault('exists'))
  await assert.rejects(client.createMailbox({ account, tenant, name: 'inbox' }), fault('exists'))
  await client.setSubscribed({ account, name: 'a/b', subscribed: true })
  assert.equal(await list(), 'INBOX* a a/b* a/b/c -')
  await client.renameMailbox({ account, name: 'a/b', newName: 'x/y' })
  assert.equal(await list(), 'INBOX* a x x/y x/y/c - a/b')
  await assert.rejects(
    client.renameMailbox({ account, name: 'x', newName: 'x/z' }),
    fault('invalid'),
  )
  await assert.rejects(client.renameMailbox({ account, name: 'x', newName: 'a' }), fault('exists'))
  await assert.rejects(
    client.renameMailbox({ account, name: 'n', newName: 'm' }),
    fault('not-found'),
  )
  await client.setSubscribed({ account, name: 'a/b', subscribed: false })
  await client.deleteMailbox({ account, name: 'x/y' })
  assert.equal(await list(), 'INBOX* a x x/y/c -')
  await assert.rejects(client.deleteMailbox({ account, name: 'INBOX' }), fault('forbidden'))
  await assert.rejects(client.deleteMailbox({ account, name: 'x/y' }), fault('not-found'))
  const first = await client.createMailbox({ account, tenant, name: 'again' })
  await client.deleteMailbox({ account, name: 'again' })
  const second = await client.createMailbox({ account, tenant, name: 'again' })
  assert((second.state?.uidValidity ?? 0) > (first.state?.uidValidity ?? 0))

  await store.append(hello, 'm1')
  await client.renameMailbox({ account, name: 'INBOX', newName: 'old mail' })
  const [old, inboxNow] = await Promise.all(
    ['old mail', 'INBOX'].map((name) => client.view({ account, tenant, mailbox: { name } })),
  )
  assert.deepEqual(
    [unpack(old?.messages ?? null), unpack(inboxNow?.messages ?? null)],
    ['1:0@2', ''],
  )
  assert.equal((await store.append(hello, 'm1')).repeated, true, 'renaming forgets no delivery')
})

test('nothing of one account is reached through the id of another', async () => {
  await using store = await serve()
  const { mailbox } = await store.append(hello)
  for (const other of [
    { account: 'mallory', mailbox },
    { account: 'a', mailbox: `../alice/${mailbox}` },
  ]) {
    await assert.rejects(Array.fromAsync(store.client.fetch({ ...other, uids: '1' })), Fault)
    await assert.rejects(store.client.expunge(other), Fault)
  }
})
