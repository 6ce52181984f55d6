import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openImap, readInbox, untilInboxHas } from '../clients/imap.ts'
import { greetSmtp, openSmtp } from '../clients/smtp.ts'
import { startWorld, type World } from '../world.ts'

const SIZE_MAX = 200_000

let world: World
before(async () => {
  world = await startWorld({ env: { EDGE_MESSAGE_SIZE: String(SIZE_MAX) } })
  await world.addAccounts([{ login: 'alice@example.test' }])
})
after(() => world[Symbol.asyncDispose]())

/** After whatever a client did, the next one is served, and nothing but its mail is in the mailbox. */
async function assertStillServes(): Promise<void> {
  await using client = await openImap(world, 'alice@example.test')
  const before = (await readInbox(client)).length
  using smtp = await openSmtp(world.at('smtp'))
  const marker = Buffer.from('Subject: still here\r\n\r\n\r\n')
  assert.equal((await smtp.send('', ['alice@example.test'], marker)).code, 250)
  await untilInboxHas(client, before + 1)
  const read = await readInbox(client)
  assert.equal(read.length, before + 1)
  for (const { source } of read) assert.match(String(source), /^Subject: still here\r$/m)
}

test('an unknown recipient is refused for good, a foreign one as relaying', async () => {
  using smtp = await openSmtp(world.at('smtp'))
  await smtp.command('MAIL FROM:<someone@elsewhere.test>')
  const unknown = await smtp.command('RCPT TO:<nobody@example.test>')
  assert.match(`${unknown.code} ${unknown.text}`, /^550 5\.1\.1 /)
  const foreign = await smtp.command('RCPT TO:<someone@elsewhere.test>')
  assert.match(`${foreign.code} ${foreign.text}`, /^55\d 5\.7\.1 /)
  assert.equal((await smtp.command('RCPT TO:<ALICE@Example.Test>')).code, 250)
  assert.equal((await smtp.command('RSET')).code, 250)
  await assertStillServes()
})

test('SIZE is announced, and a mail that declares more is refused before its bytes travel', async () => {
  using smtp = await greetSmtp(world.at('smtp'))
  const { text } = await smtp.command('EHLO client.elsewhere.test')
  assert.match(text, new RegExp(`^SIZE ${SIZE_MAX}$`, 'm'))
  const refused = await smtp.command(`MAIL FROM:<a@elsewhere.test> SIZE=${SIZE_MAX + 1}`)
  assert.match(`${refused.code} ${refused.text}`, /^552 5\.3\.4 /)
})

test('a mail that is larger than it may be, undeclared, is refused and not kept', async () => {
  using smtp = await openSmtp(world.at('smtp'))
  const line = `${'x'.repeat(98)}\r\n`
  const message = Buffer.from(`Subject: fat\r\n\r\n${line.repeat(3000)}`)
  const { code, text } = await smtp.send('a@elsewhere.test', ['alice@example.test'], message)
  assert.match(`${code} ${text}`, /^552 5\.3\.4 /)
  await assertStillServes()
})

test('half a message and a dropped connection leave nothing behind', async () => {
  {
    using smtp = await openSmtp(world.at('smtp'))
    await smtp.command('MAIL FROM:<a@elsewhere.test>')
    await smtp.command('RCPT TO:<alice@example.test>')
    await smtp.command('DATA')
    await smtp.write('Subject: half\r\n\r\nThis is only ha')
  }
  await assertStillServes()
})

test('garbage gets 5xx answers, and too much of it the door', async () => {
  using smtp = await greetSmtp(world.at('smtp'))
  for (const line of [
    'HELLO?',
    'MAIL FROM',
    'RCPT TO:<alice@example.test>',
    'DATA',
    '\u0000\u0001',
  ]) {
    const { code } = await smtp.command(line)
    assert.ok(code >= 500 && code < 600, `${JSON.stringify(line)}: ${code}`)
  }
  for (const line of ['MAIL FROM:<@>', 'MAIL FROM:<a@b@c>', 'MAIL FROM:a b', 'MAIL FROM:<>>']) {
    await smtp.command('EHLO client.elsewhere.test').catch(() => undefined)
    const { code } = await smtp.command(line)
    assert.ok(code >= 500 && code < 600, `${line}: ${code}`)
  }
  await assertStillServes()
})

test('a command line of a megabyte is refused when it ends, and the session goes on', async () => {
  using smtp = await openSmtp(world.at('smtp'))
  const { code } = await smtp.command('A'.repeat(1_000_000))
  assert.equal(code, 500)
  assert.equal((await smtp.command('NOOP')).code, 250)
})

test('no line end but CRLF ends a message: nothing is smuggled. RFC 5321 §4.1.1.4', async () => {
  const endings = ['\n.\n', '\n.\r\n', '\r.\r', '\r\n.\n', '\r.\r\n', '\r\n.\r']
  for (const ending of endings) {
    using smtp = await openSmtp(world.at('smtp'))
    await smtp.command('MAIL FROM:<a@elsewhere.test>')
    await smtp.command('RCPT TO:<alice@example.test>')
    await smtp.command('DATA')
    const smuggled =
      'MAIL FROM:<b@elsewhere.test>\r\nRCPT TO:<alice@example.test>\r\nDATA\r\nSubject: smuggled\r\n\r\nx\r\n.\r\n'
    await smtp.write(`Subject: still here\r\n\r\nHello${ending}${smuggled}`)
    const replies: number[] = [(await smtp.reply()).code]
    // Either all of it is one message, or none of it is taken; never two.
    await smtp.write('QUIT\r\n')
    while (!replies.includes(221)) {
      const reply = await smtp.reply().catch(() => ({ code: 221 }))
      replies.push(reply.code)
    }
    const accepted = replies.filter((code) => code === 250).length
    assert.ok(accepted <= 1, `${JSON.stringify(ending)}: ${replies.join(' ')}`)
  }
  await using client = await openImap(world, 'alice@example.test')
  for (const { source } of await readInbox(client)) {
    assert.doesNotMatch(String(source).split('\r\n\r\n')[0] ?? '', /smuggled/)
  }
})
