import assert from 'node:assert/strict'
import { mkdir, readdir, rename, rm, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { ImapFlow } from 'imapflow'
import { openImap, readMailbox, untilInboxHas } from '../clients/imap.ts'
import { openSmtp } from '../clients/smtp.ts'
import { passwordOf, startWorld, type World } from '../world.ts'
import { JAPANESE, plainMail, WITH_PARTS } from './mails.ts'
import { certificateOf, type Home, needs, openHome } from './program.ts'

const ALICE = 'alice@example.test'

describe('mbsync', needs('mbsync'), () => {
  let world: World
  let home: Home
  let alice: ImapFlow & AsyncDisposable
  before(async () => {
    home = await openHome()
    world = await startWorld()
    await world.addAccounts([{ login: ALICE }])
    alice = await openImap(world, ALICE)
    await mkdir(home.path('mail'))
    await mkdir(home.path('state'))
    await home.write('mbsyncrc', configuration())
  })
  after(async () => {
    await alice?.[Symbol.asyncDispose]()
    await world?.[Symbol.asyncDispose]()
    await home[Symbol.asyncDispose]()
  })

  function configuration(): string {
    return `
FSync no

IMAPAccount world
Host localhost
Port ${world.at('imaps').port}
User ${ALICE}
Pass "${passwordOf(ALICE)}"
SSLType IMAPS
CertificateFile ${certificateOf(world)}

IMAPStore remote
Account world

MaildirStore local
Path ${home.path('mail')}/
Inbox ${home.path('mail/INBOX')}
SubFolders Verbatim

Channel world
Far :remote:
Near :local:
Patterns *
Create Both
Remove Both
Expunge Both
SyncState ${home.path('state')}/
CopyArrivalDate yes
`
  }

  async function sync(): Promise<string> {
    const arguments_ = ['-c', home.path('mbsyncrc'), '-a', '-V']
    const { code, stdout, stderr } = await home.run('mbsync', arguments_)
    assert.equal(code, 0, `${stdout}${stderr}`)
    assert.doesNotMatch(stderr, /error/i)
    return stdout
  }

  /** The names of a local mailbox's mails, with their folder. */
  async function localMails(mailbox: string): Promise<string[]> {
    const mails: string[] = []
    for (const folder of ['new', 'cur']) {
      const names = await readdir(home.path(join('mail', mailbox, folder)))
      mails.push(...names.map((name) => `${folder}/${name}`))
    }
    return mails
  }

  const remoteMails = (mailbox: string) => readMailbox(alice, mailbox)

  async function remoteNames(): Promise<string[]> {
    return (await alice.list()).map(({ path }) => path).sort()
  }

  test('mails, flags and Japanese mailboxes come down', async () => {
    await alice.append('INBOX', JAPANESE, ['\\Seen', '\\Flagged'], new Date('2020-02-29T12:00:00Z'))
    await alice.append('INBOX', WITH_PARTS)
    await alice.mailboxCreate('請求書')
    await alice.mailboxCreate('請求書/2026年')
    await alice.append('請求書/2026年', plainMail('bill'), ['\\Answered'])
    await sync()

    const inbox = await localMails('INBOX')
    assert.equal(inbox.length, 2)
    assert.ok(inbox.some((name) => /^cur\/.*:2,FS$/.test(name)))
    const bills = await localMails('&istsQmb4-/2026&XnQ-')
    assert.equal(bills.length, 1)
    assert.match(bills[0] ?? '', /:2,R$/)
  })

  test('a sync with nothing new changes nothing', async () => {
    const before = [await localMails('INBOX'), await remoteMails('INBOX'), await remoteNames()]
    const status = await alice.status('INBOX', { uidNext: true, uidValidity: true })
    await sync()
    await sync()
    const after = [await localMails('INBOX'), await remoteMails('INBOX'), await remoteNames()]
    assert.deepEqual(after, before)
    assert.deepEqual(await alice.status('INBOX', { uidNext: true, uidValidity: true }), status)
  })

  test('mails, flags and mailboxes go up', async () => {
    await mkdir(home.path('mail/&kAFP4Q-'))
    for (const folder of ['new', 'cur', 'tmp']) await mkdir(home.path(`mail/&kAFP4Q-/${folder}`))
    const unixLines = Buffer.from(plainMail('up').toString().replaceAll('\r\n', '\n'))
    await home.write('mail/&kAFP4Q-/cur/1.up:2,S', unixLines)
    const [unseen = ''] = (await localMails('INBOX')).filter((name) => name.startsWith('new/'))
    const flagged = unseen.replace(/^new\/([^:]*)(:2,)?$/, 'cur/$1:2,FR')
    await rename(home.path(`mail/INBOX/${unseen}`), home.path(`mail/INBOX/${flagged}`))
    await sync()

    const [up, ...others] = await remoteMails('送信')
    assert.deepEqual(others, [])
    assert.deepEqual([...(up?.flags ?? [])], ['\\Seen'])
    // mbsync adds a header of its own, by which it finds the mail's UID where there is no UIDPLUS.
    assert.equal(String(up?.source).replace(/^X-TUID: .*\r\n/m, ''), String(plainMail('up')))
    const [, second] = await remoteMails('INBOX')
    assert.deepEqual([...(second?.flags ?? [])].sort(), ['\\Answered', '\\Flagged'])
  })

  test('changes on both sides meet', async () => {
    await alice.append('INBOX', plainMail('down'))
    await home.write('mail/INBOX/new/2.both', plainMail('both').toString().replaceAll('\r\n', '\n'))
    const lock = await alice.getMailboxLock('INBOX')
    await alice.messageFlagsAdd('1', ['\\Answered'])
    lock.release()
    await sync()
    assert.equal((await localMails('INBOX')).length, 4)
    const subjects = (await remoteMails('INBOX')).map(
      ({ source }) => /^Subject: .*/m.exec(String(source))?.[0],
    )
    assert.deepEqual(subjects.slice(2), ['Subject: down', 'Subject: both'])
    assert.ok((await localMails('INBOX')).some((name) => name.endsWith(':2,FRS')))
  })

  test('what is deleted on one side is expunged on the other', async () => {
    const lock = await alice.getMailboxLock('INBOX')
    await alice.messageDelete('1')
    lock.release()
    await sync()
    assert.equal((await localMails('INBOX')).length, 3)

    const [gone = ''] = await localMails('INBOX')
    await unlink(home.path(`mail/INBOX/${gone}`))
    await sync()
    assert.equal((await remoteMails('INBOX')).length, 2)
    assert.equal((await localMails('INBOX')).length, 2)
  })

  test('mails that arrive while it syncs come once, and none is missed', async () => {
    const before = (await remoteMails('INBOX')).length
    using smtp = await openSmtp(world.at('smtp'))
    const subjects = Array.from({ length: 40 }, (_, index) => `arrives ${index}`)
    let sending = true
    const sent = (async () => {
      for (const subject of subjects) {
        await smtp.send('someone@elsewhere.test', [ALICE], plainMail(subject))
      }
      sending = false
    })()
    while (sending) await sync()
    await sent
    await untilInboxHas(alice, before + subjects.length)
    await sync()

    const arrived: string[] = []
    for (const mail of await localMails('INBOX')) {
      const content = String(await home.read(`mail/INBOX/${mail}`))
      const [, subject] = /^Subject: (arrives \d+)$/m.exec(content) ?? []
      if (subject !== undefined) arrived.push(subject)
    }
    assert.deepEqual(arrived.sort(), subjects.sort())
  })

  test('a mailbox that is deleted on one side goes on the other', async () => {
    // mbsync deletes no mailbox that has mails.
    const lock = await alice.getMailboxLock('請求書/2026年')
    await alice.messageDelete('1:*')
    lock.release()
    for (const mail of await localMails('&kAFP4Q-')) {
      await unlink(home.path(`mail/&kAFP4Q-/${mail}`))
    }
    await sync()
    await alice.mailboxDelete('請求書/2026年')
    await rm(home.path('mail/&kAFP4Q-'), { recursive: true })
    await sync()
    await assert.rejects(readdir(home.path('mail/&istsQmb4-/2026&XnQ-/cur')), { code: 'ENOENT' })
    assert.deepEqual(await remoteNames(), ['INBOX', '請求書'])
  })
})
