import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '#lib/base/fault.ts'
import type { Resolution } from '#lib/mail/resolution.ts'
import { Announcements } from './announcements.ts'
import { openAuthenticate } from './directory.ts'
import { openMailStore } from './mail-store.ts'
import { openQuotas } from './quotas.ts'
import { toFetchedMessage, toSearchKey } from './wire.ts'

const QUOTA = { scope: 'account', name: 'acc1', bytes: 5, messages: 0 } as const
const WIRE_QUOTAS = [{ ...QUOTA, scope: 'ACCOUNT' as const }]
const ALICE = {
  ...{ id: 'acc1', tenant: 't1', login: 'alice@example.test' },
  ...{ domain: 'example.test', quotas: [QUOTA] },
}
const KEY = { account: ALICE, mailbox: 'inbox' }

test('search keys as the contract has them', () => {
  const cases: [key: Parameters<typeof toSearchKey>[0], wire: object][] = [
    [{ kind: 'all' }, { all: {} }],
    [{ kind: 'none' }, { not: { all: {} } }],
    [{ kind: 'or', keys: [{ kind: 'all' }] }, { or: { keys: [{ all: {} }] } }],
    [{ kind: 'and', keys: [] }, { and: { keys: [] } }],
    [{ kind: 'not', key: { kind: 'flag', flag: 'x' } }, { not: { flag: 'x' } }],
    [{ kind: 'messages', messages: { byUid: true, ranges: [[1, 3], [7, 7]] } }, { uids: '1:3,7' }], // biome-ignore format: pairs
    [{ kind: 'header', name: 'to', value: 'x' }, { header: { name: 'to', value: 'x' } }],
    [{ kind: 'body', value: 'x' }, { body: 'x' }],
    [{ kind: 'text', value: 'x' }, { text: 'x' }],
    [{ kind: 'larger', sizeBytes: 5 }, { larger: 5 }],
    [{ kind: 'smaller', sizeBytes: 5 }, { smaller: 5 }],
    [{ kind: 'internal-day', from: 5 }, { internalDay: { from: 5 } }],
    [{ kind: 'sent-day', before: -5 }, { sentDay: { before: -5 } }],
  ]
  for (const [key, wire] of cases) assert.deepEqual(toSearchKey(key), wire, key.kind)
})

test('what a message does not have stays away, and nested messages are messages', () => {
  const nobody = { from: [], sender: [], replyTo: [], to: [], cc: [], bcc: [] }
  const address = { name: 'A', mailbox: 'a', host: 'b.test' }
  const offsets = { headerStart: 0, bodyStart: 10, end: 20, lines: 1 }
  const text = {
    ...offsets,
    type: 'text',
    subtype: 'plain',
    parameters: [{ name: 'charset', value: 'utf-8' }],
    encoding: '7bit',
    dispositionParameters: [],
    language: [],
    parts: [],
    messageEnvelope: null,
    messageStructure: null,
  }
  const envelope = { ...nobody, subject: 'x', from: [address, { mailbox: 'group' }] }
  const message = toFetchedMessage({
    uid: 4,
    internalDate: 5,
    size: 20,
    envelope,
    structure: {
      ...text,
      type: 'message',
      subtype: 'rfc822',
      id: '<i>',
      dispositionType: 'inline',
      language: ['de'],
      messageEnvelope: envelope,
      messageStructure: text,
    },
    header: Buffer.alloc(0),
    modSeq: 1,
    mailId: 'm',
    headerEnd: 10,
  })
  const from = [
    { name: 'A', mailbox: 'a', host: 'b.test' },
    { name: null, mailbox: 'group', host: null },
  ]
  const rest = { date: null, subject: 'x', inReplyTo: null, messageId: null }
  const inner = {
    ...offsets,
    type: 'text',
    subtype: 'plain',
    parameters: [['charset', 'utf-8']],
    encoding: '7bit',
    parts: [],
  }
  assert.deepEqual(message, {
    uid: 4,
    internalDate: 5,
    sizeBytes: 20,
    headerEnd: 10,
    header: null,
    content: null,
    envelope: { ...nobody, ...rest, from },
    structure: {
      ...inner,
      type: 'message',
      subtype: 'rfc822',
      id: '<i>',
      disposition: { type: 'inline', parameters: [] },
      language: ['de'],
      message: { envelope: { ...nobody, ...rest, from }, structure: inner },
    },
  })
})

test('each change goes out with a name of its own, and the account that it is for', async () => {
  const asked: [method: string, request: unknown][] = []
  const answers: Record<string, object> = {
    append: { uidValidity: 7, uid: 3 },
    appendStream: { uidValidity: 7, uid: 4 },
    copy: { uidValidity: 7, sourceUids: '1:2', targetUids: '5:6' },
    expunge: { vanished: '1,3' },
  }
  const client = new Proxy(
    {},
    {
      get: (_target, method: string) => async (request: unknown) => {
        asked.push([method, request])
        if (method === 'appendStream') {
          const pieces = await Array.fromAsync(request as AsyncIterable<unknown>)
          assert.deepEqual(pieces.slice(1), [{ content: Buffer.from('a') }, { complete: true }])
        }
        return answers[method]
      },
    },
  )
  let ids = 0
  const store = openMailStore(client as never, {
    newId: () => `id${++ids}`,
    // Not those of the log-in.
    quotas: async () => [QUOTA],
  })
  const head = {
    ...{ account: ALICE, mailbox: 'INBOX', appendId: 'a1' },
    ...{ flags: [], internalDate: 9, sizeBytes: 1 },
  }
  assert.deepEqual(await store.append(head, Buffer.from('x')), { uidValidity: 7, uid: 3 })
  const pieces = async function* () {
    yield Buffer.from('a')
  }
  assert.deepEqual(await store.append(head, pieces()), { uidValidity: 7, uid: 4 })
  const copied = await store.copy({ account: ALICE, source: 's', uids: [[1, 2]], target: 'T' })
  assert.deepEqual(copied.targetUids, [[5, 6]])
  assert.deepEqual(await store.expunge(KEY, 'all'), [[1, 1], [3, 3]]) // biome-ignore format: pairs
  assert.deepEqual(asked[0], [
    'append',
    {
      account: 'acc1',
      tenant: 't1',
      domain: 'example.test',
      mailbox: { name: 'INBOX' },
      mailId: 'a1',
      flags: [],
      internalDate: 9,
      size: 1,
      quotas: WIRE_QUOTAS,
      content: Buffer.from('x'),
    },
  ])
  assert.deepEqual(asked[2]?.[1], {
    account: 'acc1',
    source: 's',
    uids: '1:2',
    target: { name: 'T' },
    operationId: 'id1',
    quotas: WIRE_QUOTAS,
  })
  const expunge = { account: 'acc1', mailbox: 'inbox', uids: '', operationId: 'id2' }
  assert.deepEqual(asked[3]?.[1], expunge)
})

test('the directory is told who asks, and from where', async () => {
  const authenticate = openAuthenticate({
    authenticate: async (request) => {
      assert.deepEqual(request, {
        login: 'alice',
        password: 'pw',
        protocol: 'imap',
        clientAddress: '192.0.2.1',
      })
      const { id: account, quotas: _, ...known } = ALICE
      return { account, ...known, quotas: WIRE_QUOTAS }
    },
  })
  assert.deepEqual(await authenticate('alice', 'pw', '192.0.2.1'), ALICE)
})

test('an account may hold what the directory says by now, or said at the log-in when it cannot', async () => {
  const raised = { ...QUOTA, bytes: 6 }
  const target = { account: 'acc1', tenant: 't1', domain: 'example.test', quotas: [raised] }
  const other = { ...target, account: 'acc2', quotas: [] }
  const answers: Record<string, () => Promise<Resolution>> = {
    raised: async () => ({ kind: 'accounts', targets: [other, target], forwards: [] }),
    elsewhere: async () => ({ kind: 'accounts', targets: [other], forwards: [] }),
    suspended: async () => ({ kind: 'disabled' }),
    away: async () => {
      throw new Fault('unavailable', 'The directory does not answer')
    },
  }
  for (const [name, resolve] of Object.entries(answers)) {
    const expected = name === 'raised' ? [raised] : [QUOTA]
    assert.deepEqual(await openQuotas(resolve)(ALICE), expected, name)
  }
  const bug = openQuotas(async () => assert.fail('a bug'))
  await assert.rejects(bug(ALICE), { message: 'a bug' })
})

test('sessions of one mailbox share a subscription, which ends with the last', () => {
  const handlers = new Map<string, () => void>()
  const announcements = new Announcements({
    subscribe(subject, handler) {
      assert.equal(handlers.has(subject), false)
      handlers.set(subject, () => handler(new Uint8Array(), subject))
      return { [Symbol.dispose]: () => void handlers.delete(subject) }
    },
  })
  let heard = 0
  const hear = () => {
    heard += 1
  }
  const first = announcements.watch('m1', hear)
  const second = announcements.watch('m1', hear)
  handlers.get('mailbox.changed.m1')?.()
  assert.equal(heard, 2)
  first[Symbol.dispose]()
  first[Symbol.dispose]()
  handlers.get('mailbox.changed.m1')?.()
  assert.equal(heard, 3)
  second[Symbol.dispose]()
  assert.equal(handlers.size, 0)
})

test('what breaks off in the middle goes on where it was, and not when there is no progress', async () => {
  const asked: unknown[] = []
  const away = new Fault('unavailable', 'Temporarily unavailable')
  const client = {
    async *fetch({ uids }: { uids: string }) {
      asked.push(uids)
      const first = Number.parseInt(uids, 10)
      yield { uid: first, header: '' }
      if (asked.length === 3) throw new Fault('not-found', 'No such mailbox')
      throw away
    },
    async *read({ offset, length }: { offset: number; length: number }) {
      asked.push([offset, length])
      if (offset >= 20) throw away
      yield { content: Buffer.alloc(10, offset) }
      throw away
    },
  }
  const store = openMailStore(client as never, { newId: () => '', quotas: async () => [] })
  const wanted = { envelope: false, structure: false, header: false, contentBytesMax: 0 }
  const uids: number[] = []
  const fetching = (async () => {
    const set = [[1, 3], [7, 9]] as const // biome-ignore format: pairs
    for await (const { uid } of store.fetch({ ...KEY, ...wanted, uids: set })) uids.push(uid)
  })()
  await assert.rejects(fetching, { code: 'not-found' })
  assert.deepEqual(
    [uids, asked],
    [
      [1, 2, 3],
      ['1:3,7:9', '2:3,7:9', '3,7:9'],
    ],
  )

  asked.length = 0
  const whole = await Array.fromAsync(store.read(KEY, 7, { start: 0, end: 20 }))
  assert.equal(Buffer.concat(whole).length, 20)
  const asking = Array.fromAsync(store.read(KEY, 7, { start: 10, end: 30 }))
  await assert.rejects(asking, { code: 'unavailable' })
  assert.deepEqual(asked, [[0, 20], [10, 10], [10, 20], [20, 10]]) // biome-ignore format: pairs
})
