import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openImap, untilInboxHas } from '../clients/imap.ts'
import { greetSmtp, openSmtp } from '../clients/smtp.ts'
import { passwordOf, startWorld, type World } from '../world.ts'
import { type Answer, type ImapLines, openLines } from './imap-lines.ts'
import { JAPANESE, largeMail, plainMail, WITH_PARTS } from './mails.ts'

const ALICE = 'alice@example.test'
const BOB = 'bob@example.test'
const ODD = 'odd@example.test'
const ODD_PASSWORD = 'a "quoted" back\\slash 日本'
const LARGE = largeMail(50_000)

let world: World
before(async () => {
  world = await startWorld()
  await world.addAccounts([{ login: ALICE }, { login: BOB }])
  const odd = JSON.stringify({ login: ODD, password: ODD_PASSWORD })
  const imported = await world.cli(['account', 'import', '-', '--format', 'jsonl'], `${odd}\n`)
  assert.equal(imported.code, 0, imported.stderr)
  await using alice = await openImap(world, ALICE)
  for (const mail of [JAPANESE, WITH_PARTS, LARGE]) await alice.append('INBOX', mail)
})
after(async () => {
  await world?.[Symbol.asyncDispose]()
})

async function logIn(login = ALICE): Promise<ImapLines> {
  const client = await openLines(world)
  assertOk(await client.command(`LOGIN "${login}" "${passwordOf(login)}"`))
  return client
}

function assertOk(answer: Answer, command = ''): readonly string[] {
  assert.match(answer.result, /^OK /, `${command}: ${answer.result}`)
  return answer.untagged
}

/** Runs commands that must all be answered OK; returns the untagged lines of the last. */
async function allOk(client: ImapLines, commands: readonly string[]): Promise<string> {
  let untagged: readonly string[] = []
  for (const command of commands) untagged = assertOk(await client.command(command), command)
  return untagged.join('\n')
}

test('passwords with quotes, backslashes and Japanese are read from quoted strings and literals', async () => {
  const escaped = ODD_PASSWORD.replaceAll(/["\\]/g, '\\$&')
  const bytes = Buffer.byteLength(ODD_PASSWORD)
  for (const command of [
    `LOGIN ${ODD} "${escaped}"`,
    `login "${ODD}" "${escaped}" `,
    `LOGIN "${ODD}" {${bytes}+}\r\n${ODD_PASSWORD}`,
  ]) {
    using client = await openLines(world)
    assertOk(await client.command(command), command)
  }
})

test('mechanisms that we do not have are refused so that the client can take LOGIN', async () => {
  using client = await openLines(world)
  for (const mechanism of ['LOGIN', 'CRAM-MD5', 'NTLM', 'GSSAPI', 'DIGEST-MD5']) {
    assert.match((await client.command(`AUTHENTICATE ${mechanism}`)).result, /^NO /)
  }
  assert.match((await client.command('AUTHENTICATE PLAIN', '*')).result, /^BAD /)
  const plain = Buffer.from(`\0${ALICE}\0${passwordOf(ALICE)}`).toString('base64')
  assertOk(await client.command('AUTHENTICATE PLAIN', plain))
})

test('Outlook: lists, makes "Sent Items", and asks for UIDs, headers and whole mails', async () => {
  using client = await logIn()
  const listed = await allOk(client, [
    ...['ID NIL', 'NAMESPACE', 'CREATE "Sent Items"', 'SUBSCRIBE "Sent Items"'],
    ...['CREATE "Junk E-mail/"', 'LSUB "" "*"', 'LIST "" "Sent Items"', 'LIST "" "*"'],
  ])
  assert.match(listed, /^\* LIST \(.*\) "\/" "Sent Items"$/m)
  assert.match(listed, /^\* LIST \(.*\) "\/" "Junk E-mail"$/m)
  const mail = plainMail('sent')
  assertOk(await client.command(`APPEND "Sent Items" (\\Seen) {${mail.length}}`, mail.toString()))
  const uids = await allOk(client, ['SELECT "INBOX"', 'UID FETCH 1:* (UID FLAGS)'])
  assert.deepEqual(
    [...uids.matchAll(/^\* (\d+) FETCH \(UID (\d+) FLAGS \(.*\)\)$/gm)].map((found) => found[2]),
    ['1', '2', '3'],
  )
  const headers = await allOk(client, [
    'UID FETCH 1:* (UID RFC822.SIZE FLAGS INTERNALDATE BODY.PEEK[HEADER.FIELDS (Received Date Subject To From Cc Message-ID X-Priority Content-Type)])',
  ])
  assert.match(headers, /^Message-ID: <parts@elsewhere\.test>$/m)
  assert.match(headers, new RegExp(`RFC822\\.SIZE ${WITH_PARTS.length} `))
  const whole = await allOk(client, ['UID FETCH 2 (BODY.PEEK[] UID)'])
  assert.match(whole, new RegExp(`BODY\\[\\] \\{${WITH_PARTS.length}\\}`))
  await allOk(client, [
    'UID STORE 1,2 +FLAGS.SILENT (\\Seen)',
    'UID STORE 1:2 -FLAGS.SILENT (\\Seen)',
  ])
  assert.match(await allOk(client, ['UID SEARCH UNDELETED UNSEEN']), /^\* SEARCH 1 2 3$/m)
})

test('Outlook Express: quoted field names, macros, UIDs alone', async () => {
  using client = await logIn()
  const fetched = await allOk(client, [
    'SELECT "INBOX"',
    'UID FETCH 1:* UID',
    'FETCH 1:3 (BODY.PEEK[HEADER.FIELDS ("References" "X-Ref" "X-Priority" "From" "Subject")] ENVELOPE RFC822.SIZE UID FLAGS INTERNALDATE)',
  ])
  assert.match(fetched, /BODY\[HEADER\.FIELDS \("?References"? /)
  assert.match(fetched, /ENVELOPE \("Sat, 21 Nov 2026 11:00:00 \+0900" "=\?ISO-2022-JP\?B\?/)
})

test('Thunderbird: flags of all, many header fields, and the body in chunks', async () => {
  using client = await logIn()
  const fields =
    'From To Cc Bcc Subject Date Message-ID Priority X-Priority References Newsgroups In-Reply-To Content-Type Reply-To'
  const headers = await allOk(client, [
    'SELECT "INBOX"',
    'UID fetch 1:* (FLAGS)',
    `UID fetch 1:3 (UID RFC822.SIZE FLAGS BODY.PEEK[HEADER.FIELDS (${fields})])`,
  ])
  assert.match(headers, new RegExp(`BODY\\[HEADER\\.FIELDS \\(${fields}\\)\\] \\{\\d+\\}`))

  let read = ''
  for (let offset = 0; offset < LARGE.length; offset += 20_480) {
    const lines = await allOk(client, [
      `UID fetch 3 (UID RFC822.SIZE BODY.PEEK[]<${offset}.20480>)`,
    ])
    const [head = '', bytes] = /^\* 3 FETCH \(.*BODY\[\]<\d+> \{(\d+)\}$/m.exec(lines) ?? []
    const start = lines.indexOf(head) + head.length + 1
    const text = lines.slice(start).replaceAll('\n', '\r\n')
    read += text.slice(0, Number(bytes))
  }
  assert.equal(read, LARGE.toString())
  await allOk(client, [
    'UID fetch 3 (BODY.PEEK[]<1000000.20480>)',
    'UID fetch 3 (BODY.PEEK[]<0.1>)',
  ])
  assert.match(
    await allOk(client, ['STATUS "INBOX" (UIDNEXT MESSAGES UNSEEN RECENT)']),
    /MESSAGES 3/,
  )
})

test('phones and Apple Mail: structures, beginnings of parts, what is not deleted', async () => {
  using client = await logIn()
  await allOk(client, ['EXAMINE INBOX', 'FETCH 1:* (FLAGS UID)', 'UID SEARCH 1:* NOT DELETED'])
  const structure = await allOk(client, ['UID FETCH 1:3 (BODYSTRUCTURE UID BODY)'])
  assert.match(structure, /"APPLICATION" "PDF"|"application" "pdf"/)
  const part = await allOk(client, [
    'UID FETCH 2 (BODY.PEEK[1.MIME] BODY.PEEK[1]<0.5> BODY.PEEK[TEXT]<0.1024>)',
  ])
  assert.match(part, /BODY\[1\]<0> \{5\}\nPlain/)
  const some = ['UID SEARCH UID 1:* UNDELETED SINCE 1-Nov-2009', 'UID SEARCH SINCE "1-Nov-2009"']
  for (const command of some) assert.match(await allOk(client, [command]), /^\* SEARCH 1 2 3$/m)
})

test('macros and the attributes of before 1996 still answer, and mark as read what they did then', async () => {
  using client = await logIn()
  await allOk(client, ['SELECT INBOX', 'STORE 1:* FLAGS ()'])
  for (const macro of ['FAST', 'ALL', 'FULL', 'fast']) {
    const lines = await allOk(client, [`FETCH 1:* ${macro}`])
    assert.equal(lines.match(/^\* \d FETCH \(FLAGS /gm)?.length, 3, macro)
  }
  assert.match(await allOk(client, ['FETCH 2 RFC822.HEADER']), /RFC822\.HEADER \{/)
  assert.match(await allOk(client, ['SEARCH UNSEEN']), /^\* SEARCH 1 2 3$/m)
  assert.match(await allOk(client, ['FETCH 2 RFC822.TEXT']), /RFC822\.TEXT \{/)
  assert.match(await allOk(client, ['FETCH 1 (RFC822 FLAGS)']), /RFC822 \{/)
  assert.match(await allOk(client, ['SEARCH SEEN']), /^\* SEARCH 1 2$/m)
  await allOk(client, [
    'FETCH 3 BODY[HEADER.FIELDS.NOT (Received Subject)]',
    'STORE 3 -FLAGS \\Seen',
  ])
})

test('LSUB shows what was subscribed to, also what is gone', async () => {
  using client = await logIn(BOB)
  const all = await allOk(client, [
    ...[
      'CREATE a/b',
      'SUBSCRIBE a/b',
      'CREATE gone',
      'SUBSCRIBE gone',
      'DELETE gone',
      'SUBSCRIBE INBOX',
    ],
    'LSUB "" "*"',
  ])
  const names = [...all.matchAll(/^\* LSUB \(.*\) "\/" (.*)$/gm)].map(([, name]) => name)
  assert.deepEqual(names.sort(), ['INBOX', 'a/b', 'gone'])
  const top = await allOk(client, ['LSUB "" "%"'])
  assert.match(top, /^\* LSUB \(\\Noselect\) "\/" a$/im)
})

test('a client that polls with NOOP hears of new mail, and of what others flag and expunge', async () => {
  using client = await logIn(BOB)
  await using other = await openImap(world, BOB)
  await allOk(client, ['SELECT "INBOX"', 'NOOP'])
  using smtp = await openSmtp(world.at('smtp'))
  await smtp.send('someone@elsewhere.test', [BOB], plainMail('new'))
  await untilInboxHas(other, 1)
  assert.match(await allOk(client, ['NOOP']), /^\* 1 EXISTS$/m)
  const lock = await other.getMailboxLock('INBOX')
  await other.messageFlagsAdd('1', ['\\Flagged'])
  assert.match(await allOk(client, ['CHECK']), /^\* 1 FETCH \(.*\\Flagged/m)
  await other.messageDelete('1')
  lock.release()
  assert.match(await allOk(client, ['noop ']), /^\* 1 EXPUNGE$/m)
})

test('a client that deletes or renames the mailbox that it has selected goes on', async () => {
  using client = await logIn(BOB)
  const mail = plainMail('here')
  const append = `APPEND Here {${mail.length}+}\r\n${mail}`
  const flags = ['CREATE Here', append, 'SELECT Here', 'RENAME Here There', 'FETCH 1 (FLAGS)']
  assert.match(await allOk(client, flags), /^\* 1 FETCH /m)
  await allOk(client, ['DELETE There', 'NOOP', 'SELECT INBOX', 'NOOP'])
})

test('spaces at the end of lines, bare LF and sets that reach too far do no harm', async () => {
  using client = await logIn()
  await allOk(client, [
    ...['SELECT INBOX ', 'NOOP ', 'LIST "" "*" ', 'STATUS INBOX (MESSAGES) ', 'FETCH 1 (FLAGS) '],
    ...['SEARCH ALL ', 'STORE 1 +FLAGS (\\Seen) ', 'UID FETCH 1:* FLAGS ', 'CAPABILITY '],
    ...['UID FETCH 4294967295 (FLAGS)', 'UID FETCH 100:* (FLAGS)', 'UID STORE 999 +FLAGS (\\Seen)'],
    ...['UID COPY 999 "Sent Items"', 'SEARCH CHARSET UTF-8 ALL', 'SEARCH ON 1-Jan-2009'],
  ])
  client.write('lf NOOP\n')
  assert.match(await client.line(), /^lf OK /)
  client.write('\r\n\r\n')
  await allOk(client, ['NOOP', 'CREATE Empty', 'SELECT Empty', 'FETCH 1:* (FLAGS)'])
  await allOk(client, ['UID FETCH 1:* (FLAGS)', 'SEARCH ALL', 'CLOSE', 'DELETE Empty', 'LOGOUT'])
})

test('SMTP as old programs speak it: spaces, source routes, lower case, HELO', async () => {
  using smtp = await greetSmtp(world.at('smtp'))
  for (const [line, code] of [
    ['helo [127.0.0.1]', 250],
    ['mail from: <someone@elsewhere.test>', 250],
    [`rcpt to: <${BOB}>`, 250],
    ['rset', 250],
    ['MAIL FROM:<someone@elsewhere.test> ', 250],
    [`RCPT TO:<@relay.elsewhere.test:${BOB}>`, 250],
    ['RSET ', 250],
    ['EHLO Taro-no-PC', 250],
    ['MAIL FROM:<someone@elsewhere.test> SIZE=1000 BODY=8BITMIME', 250],
    [`Rcpt To:<${BOB.toUpperCase()}>`, 250],
    ['DATA', 354],
  ] as const) {
    assert.equal((await smtp.command(line)).code, code, line)
  }
  await smtp.write('Subject: old\r\n\r\n..\r\n.\r\n')
  assert.equal((await smtp.reply()).code, 250)
  assert.equal((await smtp.command('NOOP')).code, 250)
  assert.equal((await smtp.command('QUIT')).code, 221)
})
