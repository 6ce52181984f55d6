import { test } from 'node:test'
import { Fault } from '#lib/base/fault.ts'
import { openSession } from '../testing.ts'

test('MOVE names the new UIDs before the old messages go. RFC 6851 §4.3', async () => {
  const session = openSession({ uids: [4, 8, 9] })
  session.store.move = async () => ({
    uidValidity: 7,
    sourceUids: [
      [4, 4],
      [9, 9],
    ],
    targetUids: [[1, 2]],
  })
  await session.run(`
    C: a MOVE 1,3 Archive
    S: * OK [COPYUID 7 4,9 1:2] Moved
    S: * 1 EXPUNGE
    S: * 2 EXPUNGE
    S: a OK MOVE completed
  `)
})

test('UID MOVE of messages that are gone is no error. RFC 9051 §6.4.9', async () => {
  const session = openSession({ uids: [4] })
  await session.run(`
    C: a UID MOVE 100:200 Archive
    S: a OK MOVE completed
  `)
})

test('a MOVE that fails expunges nothing', async () => {
  const session = openSession({ uids: [4] })
  session.store.move = async () => Promise.reject(new Fault('over-quota', 'The mailbox is full'))
  await session.run(`
    C: a MOVE 1 Archive
    S: a NO [OVERQUOTA] The mailbox is full
  `)
})

test('MOVE needs a target that exists and a mailbox that may be changed', async () => {
  const session = openSession({ uids: [4] })
  session.store.move = async () => Promise.reject(new Fault('not-found', 'No such mailbox'))
  await session.run(`
    C: a MOVE 1 Nowhere
    S: a NO [TRYCREATE] There is no such mailbox
  `)
  const reader = openSession({ uids: [4], writable: false })
  await reader.run(`
    C: a MOVE 1 Archive
    S: a NO [NOPERM] The mailbox is open for reading only
  `)
})
