/**
 * What a client believes, after any order of commands and other sessions' changes, is what the mailbox is.
 * The client here knows nothing but the responses it was sent. RFC 9051 §7.5.1
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Changes, MailStore, Packed, View } from './mail-store.ts'
import { mailbox, openSession } from './testing.ts'

const STEPS = 400
const SEEDS = [1, 2, 3, 20_260_714]

interface Stored {
  readonly uid: number
  flags: number
  modSeq: number
}

/** A mailbox with a history, that anybody changes. */
class FakeMailbox {
  messages: Stored[] = []
  readonly vanished: { uid: number; modSeq: number }[] = []
  uidNext = 1
  modSeq = 1

  append(): void {
    this.modSeq += 1
    this.messages.push({ uid: this.uidNext++, flags: 0, modSeq: this.modSeq })
  }

  setFlags(uid: number, flags: number): void {
    this.modSeq += 1
    const message = this.messages.find((one) => one.uid === uid)
    if (message !== undefined) Object.assign(message, { flags, modSeq: this.modSeq })
  }

  expunge(uids: readonly number[]): number[] {
    this.modSeq += 1
    const gone = this.messages.filter(({ uid }) => uids.includes(uid)).map(({ uid }) => uid)
    this.messages = this.messages.filter(({ uid }) => !gone.includes(uid))
    for (const uid of gone) this.vanished.push({ uid, modSeq: this.modSeq })
    return gone
  }

  pack(messages: readonly Stored[]): Packed {
    return {
      uids: Uint32Array.from(messages, ({ uid }) => uid),
      flags: Uint32Array.from(messages, ({ flags }) => flags),
      flagWords: 1,
      modSeqs: Float64Array.from(messages, ({ modSeq }) => modSeq),
    }
  }

  counts() {
    const { uidNext, modSeq, messages } = this
    return { uidValidity: 7, uidNext, modSeq, exists: messages.length, unseen: 0, deleted: 0 }
  }

  view(): View {
    const box = { ...mailbox('INBOX', { id: 'inbox' }), counts: this.counts() }
    return { mailbox: box, keywords: [], messages: this.pack(this.messages) }
  }

  changes(since: number): Changes {
    const changed = this.messages.filter(({ modSeq }) => modSeq > since)
    const gone = this.vanished.filter(({ modSeq }) => modSeq > since).map(({ uid }) => uid)
    return {
      startOver: false,
      counts: this.counts(),
      keywords: [],
      changed: this.pack(changed),
      vanished: gone.sort((a, b) => a - b).map((uid) => [uid, uid]),
    }
  }
}

/** Believes what it is told. */
class Client {
  readonly uids: (number | undefined)[] = []
  readonly flags = new Map<number, string>()

  hear(output: string): void {
    for (const line of output.split('\r\n')) {
      const [, number = '', what = ''] = /^\* ([0-9]+) (EXISTS|EXPUNGE|FETCH)/.exec(line) ?? []
      const count = Number(number)
      if (what === 'EXISTS') {
        assert.ok(count >= this.uids.length, 'EXISTS never takes away')
        while (this.uids.length < count) this.uids.push(undefined)
      }
      if (what === 'EXPUNGE') {
        assert.ok(count <= this.uids.length, line)
        this.uids.splice(count - 1, 1)
      }
      if (what === 'FETCH') this.learn(count, line)
    }
  }

  learn(sequence: number, line: string): void {
    assert.ok(sequence <= this.uids.length, line)
    const [, told] = /UID ([0-9]+)/.exec(line) ?? []
    const known = this.uids[sequence - 1]
    const uid = told === undefined ? known : Number(told)
    if (uid === undefined) return
    assert.equal(uid, known ?? uid, `${line}, which was ${known}`)
    this.uids[sequence - 1] = uid
    const [, flags] = /FLAGS \((.*?)\)/.exec(line) ?? []
    if (flags !== undefined) this.flags.set(uid, flags)
  }
}

function random(seed: number): (limit: number) => number {
  let state = seed
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * limit)
  }
}

function storeOf(box: FakeMailbox): Partial<MailStore> {
  const uidsIn = (ranges: readonly (readonly [number, number])[]) =>
    box.messages
      .map(({ uid }) => uid)
      .filter((uid) => ranges.some(([first, last]) => first <= uid && uid <= last))
  return {
    view: async () => box.view(),
    changes: async (_key, since) => box.changes(since),
    storeFlags: async (_key, uids) => {
      for (const uid of uidsIn(uids)) box.setFlags(uid, 8)
      const touched = box.messages.filter(({ uid }) => uidsIn(uids).includes(uid))
      return { keywords: [], messages: box.pack(touched) }
    },
    expunge: async (_key, uids) => {
      const wanted = uids === 'all' ? box.messages.map(({ uid }) => uid) : uidsIn(uids)
      const deleted = box.messages.filter(({ uid, flags }) => flags >= 8 && wanted.includes(uid))
      return box.expunge(deleted.map(({ uid }) => uid)).map((uid) => [uid, uid])
    },
  }
}

for (const seed of SEEDS) {
  test(`a client believes what is, after anything (seed ${seed})`, async () => {
    const pick = random(seed)
    const box = new FakeMailbox()
    for (let i = 0; i < 10; i++) box.append()
    const session = openSession()
    Object.assign(session.store, storeOf(box))
    const client = new Client()
    client.hear(await session.send('s SELECT INBOX\r\n'))

    for (let step = 0; step < STEPS; step++) {
      disturb(box, pick)
      // Announcements come late, or never.
      if (pick(3) === 0) session.announce()
      const command = choose(client, pick)
      const output = await session.send(`a ${command}\r\n`)
      assert.match(output, /(^|\n)a (OK|NO)[^\n]*\n$/, command)
      const held = /^(FETCH|STORE|SEARCH)/.test(command)
      if (held) assert.doesNotMatch(output, /EXPUNGE\r/, command)
      client.hear(output)
    }

    client.hear(await session.send('y NOOP\r\n'))
    for (const { uid, flags } of box.messages) {
      assert.equal(client.flags.get(uid) ?? spell(flags), spell(flags), `flags of ${uid}`)
    }
    client.hear(await session.send('z FETCH 1:* UID\r\n'))
    assert.deepEqual(
      client.uids,
      box.messages.map(({ uid }) => uid),
    )
  })
}

function spell(flags: number): string {
  const names = ['\\Seen', '\\Answered', '\\Flagged', '\\Deleted', '\\Draft']
  return names.filter((_, bit) => (flags >>> bit) & 1).join(' ')
}

/** What other sessions do meanwhile. */
function disturb(box: FakeMailbox, pick: (limit: number) => number): void {
  const any = box.messages[pick(box.messages.length || 1)]
  switch (pick(5)) {
    case 0:
      box.append()
      return
    case 1:
      if (any !== undefined) box.setFlags(any.uid, pick(16))
      return
    case 2:
      if (any !== undefined) box.expunge([any.uid])
      return
    default:
  }
}

function choose(client: Client, pick: (limit: number) => number): string {
  const count = client.uids.length
  const sequence = 1 + pick(count || 1)
  const commands =
    count === 0
      ? ['NOOP']
      : [
          'NOOP',
          'CHECK',
          `FETCH ${sequence}:* (UID FLAGS)`,
          `FETCH ${sequence} (UID)`,
          `UID FETCH 1:* (FLAGS)`,
          `STORE ${sequence} +FLAGS (\\Deleted)`,
          `UID STORE 1:3 +FLAGS (\\Deleted)`,
          'SEARCH ALL',
          'UID SEARCH ALL',
          'EXPUNGE',
          'UID EXPUNGE 1:20',
        ]
  return commands[pick(commands.length)] ?? 'NOOP'
}
