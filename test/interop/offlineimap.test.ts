import assert from 'node:assert/strict'
import { mkdir, readdir, readFile, rename, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { ImapFlow } from 'imapflow'
import { openImap, readMailbox } from '../clients/imap.ts'
import { passwordOf, startWorld, type World } from '../world.ts'
import { JAPANESE, plainMail, WITH_PARTS } from './mails.ts'
import { certificateOf, type Home, needs, openHome } from './program.ts'

const ALICE = 'alice@example.test'

describe('offlineimap', needs('offlineimap'), () => {
  let world: World
  let home: Home
  let alice: ImapFlow & AsyncDisposable
  before(async () => {
    home = await openHome()
    world = await startWorld()
    await world.addAccounts([{ login: ALICE }])
    alice = await openImap(world, ALICE)
    await mkdir(home.path('mail'))
    await home.write('offlineimaprc', configuration())
  })
  after(async () => {
    await alice?.[Symbol.asyncDispose]()
    await world?.[Symbol.asyncDispose]()
    await home[Symbol.asyncDispose]()
  })

  function configuration(): string {
    return `
[general]
accounts = world
metadata = ${home.path('metadata')}
ui = basic
[Account world]
localrepository = local
remoterepository = remote
utf8foldernames = yes
[Repository local]
type = Maildir
localfolders = ${home.path('mail')}
[Repository remote]
type = IMAP
remotehost = localhost
remoteport = ${world.at('imaps').port}
remoteuser = ${ALICE}
remotepass = ${passwordOf(ALICE)}
ssl = yes
sslcacertfile = ${certificateOf(world)}
`
  }

  async function sync(): Promise<string> {
    const arguments_ = ['-c', home.path('offlineimaprc'), '-o']
    const { code, stdout, stderr } = await home.run('offlineimap', arguments_)
    assert.equal(code, 0, `${stdout}${stderr}`)
    assert.doesNotMatch(stdout + stderr, /ERROR/)
    return stdout + stderr
  }

  /** The paths of a local mailbox's mails. */
  async function localMails(mailbox: string): Promise<string[]> {
    const mails: string[] = []
    for (const folder of ['new', 'cur']) {
      const path = home.path(join('mail', mailbox, folder))
      mails.push(...(await readdir(path)).map((name) => join(path, name)))
    }
    return mails
  }

  const remoteMails = (mailbox: string) => readMailbox(alice, mailbox)

  test('a first sync brings everything, a second one changes nothing', async () => {
    await alice.append('INBOX', JAPANESE, ['\\Seen', '\\Flagged'])
    await alice.append('INBOX', WITH_PARTS)
    await alice.mailboxCreate('請求書')
    await alice.append('請求書', plainMail('bill'), ['\\Answered'])
    await sync()

    const inbox = await localMails('INBOX')
    assert.equal(inbox.length, 2)
    const [flagged = ''] = inbox.filter((path) => path.endsWith(':2,FS'))
    assert.equal(String(await readFile(flagged)), String(JAPANESE).replaceAll('\r\n', '\n'))
    const bills = await localMails('請求書')
    assert.match(bills.join(' '), /:2,R$/)

    const remote = [await remoteMails('INBOX'), await remoteMails('請求書')]
    const output = await sync()
    assert.doesNotMatch(output, /Copy|Add|Delet|Creat/)
    assert.deepEqual(await localMails('INBOX'), inbox)
    assert.deepEqual([await remoteMails('INBOX'), await remoteMails('請求書')], remote)
  })

  test('mails, flags and deletions go both ways', async () => {
    const inbox = await localMails('INBOX')
    const [seen = ''] = inbox.filter((path) => path.endsWith(':2,FS'))
    const [unseen = ''] = inbox.filter((path) => !path.endsWith(':2,FS'))
    await unlink(seen)
    await rename(unseen, unseen.replace(/\/new\/(.*?)(:2,)?$/, '/cur/$1:2,FS'))
    await home.write('mail/INBOX/new/1.up', String(plainMail('up')).replaceAll('\r\n', '\n'))
    const lock = await alice.getMailboxLock('請求書')
    await alice.messageDelete('1')
    lock.release()
    await alice.append('請求書', plainMail('down'))
    await sync()

    const remote = await remoteMails('INBOX')
    const subjects = remote.map(({ source }) => /^Subject: .*/m.exec(String(source))?.[0])
    assert.deepEqual(subjects, ['Subject: =?ISO-2022-JP?B?GyRCRnxLXDhsGyhC?=', 'Subject: up'])
    assert.deepEqual([...(remote[0]?.flags ?? [])].sort(), ['\\Flagged', '\\Seen'])
    const [down = '', ...others] = await localMails('請求書')
    assert.deepEqual(others, [])
    assert.match(String(await readFile(down)), /^Subject: down$/m)
  })
})
