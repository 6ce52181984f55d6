/** Whatever a client sends, a session answers or ends; it never fails by a bug of ours, and never hangs. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { counts, mailbox, NOTHING_NEW, openSession, pack } from './testing.ts'

const ROUNDS = 300
const SEED = 20_260_714

const COMMANDS = [
  'a LOGIN {5+}\r\nalice "x"',
  'a SELECT "INBOX"',
  'a EXAMINE {5}\r\nINBOX',
  'a FETCH 1:* (FLAGS UID ENVELOPE BODY[1.2]<0.5> BODY.PEEK[HEADER.FIELDS (TO)])',
  'a UID FETCH 1:4 (RFC822 BODYSTRUCTURE)',
  'a UID STORE 1,3:* +FLAGS.SILENT (\\Deleted $x)',
  'a SEARCH CHARSET UTF-8 OR (UNSEEN) NOT BODY {2+}\r\nhi',
  'a COPY 1:2 "&ZeVnLA-"',
  'a UID MOVE * Trash',
  'a EXPUNGE',
  'a LIST "" "%/*"',
  'a LSUB "" *',
  'a STATUS INBOX (MESSAGES UNSEEN)',
  'a CREATE a/b/',
  'a RENAME a b',
  'a APPEND INBOX (\\Seen) {4+}\r\nabcd',
  'a APPEND INBOX {4}\r\nabcd',
  'a IDLE\r\nDONE',
  'a AUTHENTICATE PLAIN\r\nAGEAYg==',
  'a ID ("name" NIL)',
  'a CLOSE',
  'a UNSELECT',
]
const PIECES = [
  '{',
  '}',
  '{3+}\r\n',
  '\r\n',
  '"',
  '\\',
  '(',
  ')',
  ' ',
  '*',
  '\0',
  'ÿ',
  '99999999999',
  ':',
  ',',
]

function random(seed: number): (limit: number) => number {
  let state = seed
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * limit)
  }
}

function open() {
  const session = openSession({ uids: [1, 2, 3, 4], flags: [0, 1, 8, 0] })
  const copied = { uidValidity: 7, sourceUids: [[1, 1]], targetUids: [[9, 9]] } as const
  const content = Buffer.from('Subject: x\r\n\r\nhello\r\n')
  const shape = { internalDate: 0, envelope: null, structure: null, header: null, content }
  Object.assign(session.store, {
    list: async () => ({ mailboxes: [mailbox('INBOX')], subscribedNames: [] }),
    create: async () => undefined,
    rename: async () => undefined,
    delete: async () => undefined,
    setSubscribed: async () => undefined,
    append: async () => ({ uidValidity: 7, uid: 1 }),
    view: async () => ({ mailbox: mailbox('INBOX'), keywords: [], messages: pack([[1, 0], [2, 1]]) }), // biome-ignore format: pairs
    changes: async () => ({ ...NOTHING_NEW, counts: counts() }),
    async *fetch() {
      yield { ...shape, uid: 1, sizeBytes: content.length, headerEnd: 14 }
    },
    search: async () => Uint32Array.of(1, 2),
    storeFlags: async () => ({ keywords: ['$x'], messages: pack([[1, 8]]) }), // biome-ignore format: pairs
    copy: async () => copied,
    move: async () => copied,
    expunge: async () => [],
  })
  return session
}

test('mutated sessions end well', async () => {
  const pick = random(SEED)
  for (let round = 0; round < ROUNDS; round++) {
    const session = open()
    let text = ''
    for (let i = 0; i < 8 && !session.wire.ended; i++) {
      text = mutate(`${COMMANDS[pick(COMMANDS.length)]}\r\n`, pick)
      const cut = pick(text.length)
      await session.send(text.slice(0, cut))
      if (!session.wire.ended) await session.send(text.slice(cut))
    }
    session.wire.feed(undefined)
    await session.served
    const failed = session.told.find(([event]) => event === 'command-failed')
    assert.equal(
      failed,
      undefined,
      JSON.stringify([text, String(Object(failed?.[1]).error?.stack)]),
    )
  }
})

function mutate(text: string, pick: (limit: number) => number): string {
  let mutated = text
  for (let changes = pick(4); changes > 0; changes--) {
    const at = pick(mutated.length)
    const piece = PIECES[pick(PIECES.length)] ?? ''
    mutated = mutated.slice(0, at) + piece + mutated.slice(at + pick(3))
  }
  return mutated
}
