import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { openImap, untilInboxHas } from '../clients/imap.ts'
import { passwordOf, startWorld, type World } from '../world.ts'
import { JAPANESE, largeMail, WITH_PARTS } from './mails.ts'
import { certificateOf, type Home, needs, openHome } from './program.ts'

const ALICE = 'alice@example.test'
const BOB = 'bob@example.test'
const LARGE = largeMail(12_000_000)

describe('curl', needs('curl'), () => {
  let world: World
  let home: Home
  before(async () => {
    home = await openHome()
    world = await startWorld()
    await world.addAccounts([{ login: ALICE }, { login: BOB }])
  })
  after(async () => {
    await world?.[Symbol.asyncDispose]()
    await home[Symbol.asyncDispose]()
  })

  /** Alternates between STARTTLS and implicit TLS only by the URL; the certificate is checked on both. */
  async function curl(listener: 'imap' | 'imaps', path: string, ...more: string[]) {
    const { stdout, stderr, code } = await home.run('curl', [
      ...['--silent', '--show-error', '--cacert', certificateOf(world), '--ssl-reqd'],
      ...['--user', `${ALICE}:${passwordOf(ALICE)}`, ...more],
      `${listener}://localhost:${world.at(listener).port}/${path}`,
    ])
    assert.equal(code, 0, `${path} ${more.join(' ')}: ${stderr}`)
    return stdout
  }

  test('what it appends it reads again, byte for byte: 8-bit Japanese, parts, 12 MB', async () => {
    for (const [index, mail] of [JAPANESE, WITH_PARTS, LARGE].entries()) {
      const file = await home.write('mail.eml', mail)
      await curl(index === 1 ? 'imaps' : 'imap', 'INBOX', '--upload-file', file)
      const copy = home.path('copy.eml')
      await curl(index === 1 ? 'imap' : 'imaps', `INBOX;UID=${index + 1}`, ...['--output', copy])
      assert.ok((await home.read('copy.eml')).equals(mail), `mail ${index} differs`)
    }
  })

  test('it lists mailboxes, also those with Japanese names', async () => {
    await curl('imap', '', '--request', 'CREATE &ZeVnLIqe-')
    await curl('imap', '', '--request', 'CREATE Work/2026')
    const listed = await curl('imaps', '')
    const names = [...listed.matchAll(/^\* LIST \([^)]*\) "\/" (.*?)\r?$/gm)].map(
      ([, name]) => name,
    )
    assert.deepEqual(names.sort(), ['&ZeVnLIqe-', 'INBOX', 'Work', 'Work/2026'])
    assert.match(await curl('imaps', '', '--request', 'EXAMINE INBOX'), /^\* 3 EXISTS/m)
    const file = await home.write('mail.eml', JAPANESE)
    await curl('imaps', '%26ZeVnLIqe-', '--upload-file', file)
    const status = await curl('imap', '', '--request', 'STATUS &ZeVnLIqe- (MESSAGES UIDNEXT)')
    assert.match(status, /^\* STATUS &ZeVnLIqe- \(MESSAGES 1 UIDNEXT 2\)/)
  })

  test('it fetches headers, a part, and a part of a part', async () => {
    const header = WITH_PARTS.subarray(0, WITH_PARTS.indexOf('\r\n\r\n') + 4).toString()
    assert.equal(await curl('imaps', 'INBOX;UID=2;SECTION=HEADER'), header)
    assert.equal(await curl('imaps', 'INBOX;UID=2;SECTION=1'), 'Plain text')
    assert.equal(await curl('imap', 'INBOX;MAILINDEX=2;SECTION=2'), 'JVBERi0xLjQK')
    assert.equal(await curl('imap', 'INBOX;UID=2;SECTION=1;PARTIAL=6.100'), 'text')
    assert.equal(await curl('imap', 'INBOX;UID=2;SECTION=1;PARTIAL=100.10'), '')
    const body = LARGE.subarray(LARGE.indexOf('\r\n\r\n') + 4)
    const middle = body.subarray(6_000_000, 6_000_100).toString()
    assert.equal(await curl('imaps', 'INBOX;UID=3;SECTION=TEXT;PARTIAL=6000000.100'), middle)
    const subject = 'Subject: 請求書の件\r\n\r\n'
    assert.equal(await curl('imaps', 'INBOX;UID=1;SECTION=HEADER.FIELDS%20(subject)'), subject)
  })

  test('it searches, in Japanese too', async () => {
    const search = async (query: string) =>
      (await curl('imaps', 'INBOX', '--request', query)).trimEnd()
    assert.equal((await curl('imap', 'INBOX?LARGER%201000000')).trimEnd(), '* SEARCH 3')
    assert.equal(await search('UID SEARCH CHARSET UTF-8 SUBJECT "請求書"'), '* SEARCH 1')
    assert.equal(await search('SEARCH CHARSET UTF-8 SUBJECT "日本語"'), '* SEARCH 2')
    assert.equal(await search('SEARCH CHARSET UTF-8 BODY "お世話"'), '* SEARCH 1')
    assert.equal(await search('SEARCH OR FROM suzuki LARGER 1000000'), '* SEARCH 2 3')
    assert.equal(await search('SEARCH SENTON 21-Nov-2026 NOT SUBJECT "x"'), '* SEARCH 1 2')
    assert.equal(await search('SEARCH SUBJECT "nothing like it"'), '* SEARCH')
  })

  test('it stores flags, copies and expunges', async () => {
    const request = (line: string) => curl('imaps', 'INBOX', '--request', line)
    const stored = await request('STORE 1 +FLAGS (\\Flagged $Important)')
    assert.match(stored, /^\* 1 FETCH \(FLAGS \(.*\\Flagged.*\$Important.*\)\)/)
    await request('UID COPY 1:2 Work')
    await request('UID STORE 2 +FLAGS.SILENT (\\Deleted)')
    assert.match(await request('EXPUNGE'), /^\* 2 EXPUNGE/)
    assert.equal((await curl('imap', 'INBOX?ALL')).trimEnd(), '* SEARCH 1 2')
    const copied = await curl('imaps', 'Work', '--request', 'UID FETCH 1:* (FLAGS)')
    assert.match(copied, /UID 1 FLAGS \(.*\\Flagged.*\$Important.*\)/)
    assert.match(copied, /UID 2 FLAGS \(/)
  })

  test('it sends mail, over TLS or not, and hears of recipients that do not exist', async () => {
    await using bob = await openImap(world, BOB)
    const file = await home.write('mail.eml', JAPANESE)
    const send = (recipients: string[], ...more: string[]) =>
      home.run('curl', [
        ...['--silent', '--show-error', '--cacert', certificateOf(world), ...more],
        ...['--mail-from', 'someone@elsewhere.test', '--upload-file', file],
        ...recipients.flatMap((recipient) => ['--mail-rcpt', recipient]),
        `smtp://localhost:${world.at('smtp').port}/client.elsewhere.test`,
      ])
    assert.deepEqual(await send([BOB], '--ssl-reqd'), { code: 0, stdout: '', stderr: '' })
    assert.equal((await send([BOB])).code, 0)
    const refused = await send(['nobody@example.test'], '--ssl-reqd')
    assert.match(refused.stderr, /RCPT failed: 550/)
    const partly = await send(['nobody@example.test', BOB], '--mail-rcpt-allowfails')
    assert.equal(partly.code, 0, partly.stderr)
    await untilInboxHas(bob, 3)
    const read = await bob.fetchAll('1:*', { source: true })
    for (const { source } of read) {
      assert.ok(source?.includes(JAPANESE), 'the bytes that were sent are in what arrived')
    }
  })

  test('a wrong password, and any password in clear text, is refused', async () => {
    const attempt = (password: string, ...more: string[]) =>
      home.run('curl', [
        ...['--silent', '--cacert', certificateOf(world), ...more],
        ...['--user', `${ALICE}:${password}`],
        `imap://localhost:${world.at('imap').port}/`,
      ])
    const denied = 67
    assert.equal((await attempt('wrong', '--ssl-reqd')).code, denied)
    assert.equal((await attempt(passwordOf(ALICE))).code, denied)
  })
})
