import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { ImapFlow } from 'imapflow'
import { openImap, readMailbox, untilInboxHas } from '../clients/imap.ts'
import { passwordOf, startWorld, type World } from '../world.ts'
import { JAPANESE, plainMail, WITH_PARTS } from './mails.ts'
import { certificateOf, type Home, needs, openHome } from './program.ts'

const ALICE = 'alice@example.test'
const BOB = 'bob@example.test'

describe('mutt', needs('mutt', 'script'), () => {
  let world: World
  let home: Home
  let alice: ImapFlow & AsyncDisposable
  before(async () => {
    home = await openHome()
    world = await startWorld()
    await world.addAccounts([{ login: ALICE }, { login: BOB }])
    alice = await openImap(world, ALICE)
    for (const mail of [JAPANESE, WITH_PARTS, plainMail('third'), plainMail('fourth')]) {
      await alice.append('INBOX', mail)
    }
    await home.write('muttrc', configuration())
  })
  after(async () => {
    await alice?.[Symbol.asyncDispose]()
    await world?.[Symbol.asyncDispose]()
    await home[Symbol.asyncDispose]()
  })

  function configuration(): string {
    return `
set folder="imaps://localhost:${world.at('imaps').port}/"
set spoolfile="+INBOX"
set imap_user="${ALICE}"
set imap_pass="${passwordOf(ALICE)}"
set certificate_file="${certificateOf(world)}"
set smtp_url="smtp://localhost:${world.at('smtp').port}/"
set ssl_starttls=yes
set ssl_force_tls=yes
set from="${ALICE}"
set record="+Sent"
set charset="utf-8"
set send_charset="utf-8"
set header_cache=""
set sort=mailbox-order
set confirmappend=no
set confirmcreate=no
set delete=yes
set quit=yes
set move=no
set mark_old=no
set wait_key=no
set sleep_time=0
set pipe_decode=yes
unset help
`
  }

  /** Types these keys into mutt at a terminal; the last must be those that quit it. */
  async function type(mailbox: string, keys: string): Promise<string> {
    const command = `mutt -n -F '${home.path('muttrc')}' -f '${mailbox}' -e 'push "${keys}"'`
    const { code, stdout } = await home.run('script', ['-qec', command, '/dev/null'])
    assert.equal(code, 0, stdout)
    return stdout
  }

  const remoteMails = (mailbox: string) => readMailbox(alice, mailbox)

  test('a mail is read, decoded, and is seen from then on', async () => {
    const decoded = home.path('decoded')
    await type(
      '+INBOX',
      `1<enter><pipe-message>cat > ${decoded}<enter><display-message><exit><quit>`,
    )
    assert.match(
      String(await home.read('decoded')),
      /^From: 山田 [\s\S]+^お世話になっております。$/m,
    )
    const flags = (await remoteMails('INBOX')).map((mail) => [...(mail.flags ?? [])].join())
    assert.deepEqual(flags, ['\\Seen', '', '', ''])
  })

  test('the index shows Japanese subjects', async () => {
    const screen = await type('+INBOX', '<quit>')
    assert.match(screen, /日本語/)
    assert.match(screen, /third/)
  })

  test('tagged mails are copied to a mailbox that mutt makes', async () => {
    await type(
      '+INBOX',
      '<tag-pattern>~s\\"third|fourth\\"<enter><tag-prefix><copy-message>+保存<enter><quit>',
    )
    const sources = (await remoteMails('保存')).map(({ source }) => String(source))
    assert.deepEqual(sources, [String(plainMail('third')), String(plainMail('fourth'))])
    assert.equal((await remoteMails('INBOX')).length, 4)
  })

  test('a mail is saved elsewhere, flagged and deleted', async () => {
    await type('+INBOX', '2<enter><save-message>+保存<enter><flag-message><sync-mailbox><quit>')
    assert.equal((await remoteMails('保存')).length, 3)
    await type('+INBOX', '<delete-pattern>~s fourth<enter><quit>')
    const left = await remoteMails('INBOX')
    const subjects = left.map(({ source }) => /^Subject: .*$/m.exec(String(source))?.[0])
    assert.deepEqual(subjects, ['Subject: 請求書の件', 'Subject: third'])
    assert.ok(left.some(({ flags }) => flags?.has('\\Flagged')))
  })

  test('a search on the server finds what the index does not show', async () => {
    await type('+INBOX', '<tag-pattern>=b \\"text of third\\"<enter><tag-prefix><set-flag>!<quit>')
    const [, third] = await remoteMails('INBOX')
    assert.ok(third?.flags?.has('\\Flagged'))
  })

  test('a mail that is sent is kept in Sent', async () => {
    await using bob = await openImap(world, BOB)
    const options = ['-n', '-F', home.path('muttrc'), '-s', '御連絡', '-a', home.path('muttrc')]
    const sent = await home.run('mutt', [...options, '--', BOB], '本文です。\n')
    assert.equal(sent.code, 0, sent.stdout + sent.stderr)
    await untilInboxHas(bob, 1)
    const [copy] = await remoteMails('Sent')
    assert.ok(copy?.flags?.has('\\Seen'))
    const lock = await bob.getMailboxLock('INBOX')
    const received = await bob.fetchOne('1', { envelope: true, bodyStructure: true })
    lock.release()
    assert.ok(received)
    assert.equal(received.envelope?.subject, '御連絡')
    assert.equal(received.bodyStructure?.childNodes?.length, 2)
  })
})
