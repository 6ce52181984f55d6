import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { ImapFlow } from 'imapflow'
import { openImap } from '../clients/imap.ts'
import { passwordOf, startWorld, type World } from '../world.ts'
import { JAPANESE, plainMail, WITH_PARTS } from './mails.ts'
import { certificateOf, type Home, needs, openHome } from './program.ts'

const ALICE = 'alice@example.test'
const NO_NEW_MAIL = 1
const MORE_MAIL = 13

describe('fetchmail', needs('fetchmail'), () => {
  let world: World
  let home: Home
  let alice: ImapFlow & AsyncDisposable
  before(async () => {
    home = await openHome()
    world = await startWorld()
    await world.addAccounts([{ login: ALICE }])
    alice = await openImap(world, ALICE)
    for (const mail of [JAPANESE, WITH_PARTS, plainMail('third')]) await alice.append('INBOX', mail)
  })
  after(async () => {
    await alice?.[Symbol.asyncDispose]()
    await world?.[Symbol.asyncDispose]()
    await home[Symbol.asyncDispose]()
  })

  /** Runs it once; its mails are appended to the file `got`. */
  async function fetchmail(listener: 'imap' | 'imaps', options: string): Promise<number | null> {
    const tls = listener === 'imap' ? 'sslproto TLS1.2+' : 'ssl'
    await home.write(
      'fetchmailrc',
      `poll localhost service ${world.at(listener).port} protocol imap auth password
  user "${ALICE}" password "${passwordOf(ALICE)}"
  ${tls} sslcertck sslcertfile "${certificateOf(world)}"
  ${options} mda "cat >> ${home.path('got')}"
`,
    )
    const { code, stdout, stderr } = await home.run('fetchmail', [
      ...['--fetchmailrc', home.path('fetchmailrc'), '--pidfile', home.path('pid')],
    ])
    assert.ok([0, NO_NEW_MAIL, MORE_MAIL].includes(code ?? -1), `${code}: ${stdout}${stderr}`)
    return code
  }

  async function flagsOfInbox(): Promise<string[]> {
    const lock = await alice.getMailboxLock('INBOX')
    try {
      await alice.noop()
      if (alice.mailbox === false || alice.mailbox.exists === 0) return []
      return (await alice.fetchAll('1:*', { flags: true })).map(({ flags }) =>
        [...(flags ?? [])].join(),
      )
    } finally {
      lock.release()
    }
  }

  async function got(): Promise<string> {
    const mails = String(await home.read('got'))
    await home.write('got', '')
    return mails
  }

  test('with keep it takes all mails and leaves them, read', async () => {
    assert.equal(await fetchmail('imaps', 'fetchall keep'), 0)
    const mails = await got()
    for (const subject of ['請求書の件', '=\\?ISO-2022-JP\\?B\\?.*', 'third']) {
      assert.match(mails, new RegExp(`^Subject: ${subject}$`, 'm'))
    }
    assert.match(mails, /^お世話になっております。\n\.点で始まる行$/m)
    assert.deepEqual(await flagsOfInbox(), ['\\Seen', '\\Seen', '\\Seen'])
  })

  test('with STARTTLS and without fetchall it takes what is unread, and nothing when nothing is', async () => {
    assert.equal(await fetchmail('imap', 'no fetchall keep'), NO_NEW_MAIL)
    await alice.append('INBOX', plainMail('fourth'))
    assert.equal(await fetchmail('imap', 'no fetchall keep'), 0)
    const mails = await got()
    assert.deepEqual(mails.match(/^Subject: .*$/gm), ['Subject: fourth'])
  })

  test('without keep it deletes what it has delivered, and only that', async () => {
    assert.equal(await fetchmail('imaps', 'fetchall nokeep expunge 2 fetchlimit 3'), MORE_MAIL)
    assert.equal((await got()).match(/^Subject: /gm)?.length, 3)
    assert.equal((await flagsOfInbox()).length, 1)
    assert.equal(await fetchmail('imaps', 'fetchall nokeep'), 0)
    assert.deepEqual((await got()).match(/^Subject: .*$/gm), ['Subject: fourth'])
    assert.deepEqual(await flagsOfInbox(), [])
  })
})
