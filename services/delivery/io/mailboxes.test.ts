import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Mail } from '../mail.ts'
import { MailUnreadable } from '../mail.ts'
import { mailboxAppender } from './mailboxes.ts'

const QUOTA = { scope: 'account', name: 'a1', bytes: 5, messages: 0 } as const
const TARGET = { account: 'a1', tenant: 't1', domain: 'example.test', quotas: [QUOTA] }
const PREFIX = Buffer.from('Return-Path: <>\r\n')
const APPENDED = { mailbox: 'm', uidValidity: 1, uid: 7, modSeq: 1, repeated: false }

type Store = Parameters<typeof mailboxAppender>[0]
const STORE: Store = {
  append: () => assert.fail('unexpected append'),
  appendStream: () => assert.fail('unexpected appendStream'),
}

function mailOf(body: Buffer, more: Partial<Mail> = {}): Mail {
  return {
    envelope: {
      ...{ mailId: 'm1', class: 'personal', sender: null, recipients: [], receivedAt: 9 },
      ...{ sizeBytes: body.length, body: '7bit', smtpUtf8: false },
      client: { address: '::1', helo: 'x', tls: false },
    },
    read: async () => body,
    stream: async function* () {
      yield body
    },
    ...more,
  }
}

test('a small mail is one request', async () => {
  const append: Store['append'] = async (request, options) => {
    assert.equal(String(request.content), 'Return-Path: <>\r\nx\r\n')
    assert.deepEqual([request.mailId, request.internalDate], ['m1', 9])
    assert.deepEqual(request.quotas, [{ ...QUOTA, scope: 'ACCOUNT' }])
    assert.deepEqual([request.domain, request.size], ['example.test', request.content?.length])
    assert.deepEqual([request.mailbox, options?.key], [{ name: 'INBOX' }, 'a1'])
    return APPENDED
  }
  const result = await mailboxAppender({ ...STORE, append })(
    TARGET,
    mailOf(Buffer.from('x\r\n')),
    PREFIX,
  )
  assert.equal(result.uid, 7)
})

test('a large one goes in pieces, none of them too large', async () => {
  const body = Buffer.alloc(3_000_000, 'x')
  const pieces: Buffer[] = []
  let ended = false
  const appendStream: Store['appendStream'] = async (requests) => {
    for await (const { head, content, complete } of requests) {
      ended = complete === true
      if (head) assert.equal(head.mailId, 'm1')
      else if (!ended) pieces.push(Buffer.from(content as Buffer))
    }
    return APPENDED
  }
  await mailboxAppender({ ...STORE, appendStream })(TARGET, mailOf(body), PREFIX)
  assert.ok(ended, 'the end is not said')
  assert.ok(pieces.every(({ length }) => length <= 64 * 1024))
  assert.ok(Buffer.concat(pieces).equals(Buffer.concat([PREFIX, body])))
})

test('a mail that cannot be read is told from a store that fails', async () => {
  const broken = () => Promise.reject(new Error('gone'))
  const small = mailOf(Buffer.from('x'), { read: broken })
  await assert.rejects(mailboxAppender(STORE)(TARGET, small, PREFIX), MailUnreadable)

  const appendStream: Store['appendStream'] = async (requests) => {
    try {
      for await (const { complete } of requests) assert.ok(!complete, 'it says that it is whole')
    } catch {
      throw new Error('the call broke')
    }
    return APPENDED
  }
  const large = mailOf(Buffer.alloc(2_000_000), {
    stream: async function* () {
      yield Buffer.alloc(10)
      throw new Error('gone')
    },
  })
  const append = mailboxAppender({ ...STORE, appendStream })
  await assert.rejects(append(TARGET, large, PREFIX), MailUnreadable)
})
