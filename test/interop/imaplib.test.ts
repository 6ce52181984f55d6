import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { passwordOf, startWorld, type World } from '../world.ts'
import { certificateOf, type Home, needs, openHome } from './program.ts'

const LOGINS = ['alice', 'bob', 'carol', 'dave'].map((name) => `${name}@example.test`)

describe("Python's imaplib and smtplib", needs('python3'), () => {
  let world: World
  let home: Home
  before(async () => {
    home = await openHome()
    world = await startWorld()
    await world.addAccounts(LOGINS.map((login) => ({ login })))
    await home.write('world.py', prelude())
  })
  after(async () => {
    await world?.[Symbol.asyncDispose]()
    await home[Symbol.asyncDispose]()
  })

  function prelude(): string {
    return `
import imaplib, smtplib, ssl, time
tls = ssl.create_default_context(cafile='${certificateOf(world)}')
IMAP, IMAPS, SMTP = ${world.at('imap').port}, ${world.at('imaps').port}, ${world.at('smtp').port}
PASSWORDS = ${JSON.stringify(Object.fromEntries(LOGINS.map((login) => [login, passwordOf(login)])))}

class Mail(imaplib.IMAP4_SSL):
    def __init__(self, login=None):
        super().__init__('localhost', IMAPS, ssl_context=tls)
        if login: self.ok(self.login(login, PASSWORDS[login]))

    def ok(self, answer):
        assert answer[0] == 'OK', answer
        return answer[1]

    def no(self, answer):
        assert answer[0] == 'NO', answer
        return answer[1]

    def say(self, data):
        self.send(data)

    def hear(self, start):
        """The lines up to the first that begins so."""
        lines = []
        while True:
            line = self.readline()
            assert line, (start, lines)
            lines.append(line.rstrip(b'\\r\\n'))
            if line.startswith(start): return lines

    def subjects(self, mailbox):
        self.ok(self.select(mailbox, readonly=True))
        found = self.ok(self.fetch('1:*', '(BODY.PEEK[HEADER.FIELDS (SUBJECT)])'))
        return [part[1].decode().strip()[9:] for part in found if isinstance(part, tuple)]

def refused(code, call, *arguments):
    try: call(*arguments)
    except imaplib.IMAP4.error as error: assert code in str(error), error
    else: raise AssertionError((call, arguments, 'was not refused'))

def mail(subject, text='Text\\r\\n'):
    return ('From: Someone <someone@elsewhere.test>\\r\\nSubject: %s\\r\\n'
            'Content-Type: text/plain; charset=utf-8\\r\\n\\r\\n%s' % (subject, text)).encode()
`
  }

  async function python(program: string): Promise<void> {
    await home.write('program.py', `from world import *\n${program}`)
    const { code, stdout, stderr } = await home.run('python3', ['program.py'])
    assert.equal(code, 0, stdout + stderr)
  }

  test('logging in works by LOGIN, AUTHENTICATE and after STARTTLS, and not in clear text', () =>
    python(`
login, password = 'alice@example.test', PASSWORDS['alice@example.test']
m = Mail()
m.ok(m.authenticate('PLAIN', lambda _: b'\\0' + login.encode() + b'\\0' + password.encode()))
assert m.logout()[0] == 'BYE'

m = imaplib.IMAP4('localhost', IMAP)
assert 'LOGINDISABLED' in m.capabilities and 'STARTTLS' in m.capabilities, m.capabilities
refused('PRIVACYREQUIRED', m.login, login, password)
m.starttls(tls)
assert 'LOGINDISABLED' not in m.capabilities, m.capabilities
refused('AUTHENTICATIONFAILED', m.login, login, 'wrong')
refused('AUTHENTICATIONFAILED', m.login, 'nobody@example.test', password)
m.login(login, password)
m.logout()
`))

  test('every command of a session answers OK', () =>
    python(`
m = Mail('alice@example.test')
m.ok(m.capability()); m.ok(m.noop()); m.ok(m.namespace())
assert m.ok(m.xatom('ID', '("name" "imaplib" "version" NIL)')) is not None
m.ok(m.create('Drafts')); m.ok(m.create('"With space"')); m.ok(m.create('Deep/er/est'))
m.ok(m.subscribe('Drafts')); m.ok(m.subscribe('INBOX'))
assert sorted(line.split()[-1] for line in m.ok(m.lsub())) == [b'Drafts', b'INBOX'], m.lsub()
m.ok(m.unsubscribe('Drafts'))
assert [line.split()[-1] for line in m.ok(m.lsub())] == [b'INBOX']
names = [line.split(b' "/" ')[1] for line in m.ok(m.list())]
assert sorted(names) == [b'"With space"', b'Deep', b'Deep/er', b'Deep/er/est', b'Drafts', b'INBOX'], names
assert [line.split()[-1] for line in m.ok(m.list('Deep/', '%'))] == [b'Deep/er']
assert m.ok(m.list('""', '""'))[0].endswith(b'"/" ""'), m.list('""', '""')

m.ok(m.append('Drafts', '(\\\\Draft \\\\Seen)', '"01-Jan-2009 08:30:00 +0900"', mail('first')))
m.ok(m.append('Drafts', None, None, mail('second')))
status = m.ok(m.status('Drafts', '(MESSAGES RECENT UIDNEXT UIDVALIDITY UNSEEN)'))[0]
assert b'MESSAGES 2' in status and b'UIDNEXT 3' in status and b'UNSEEN 1' in status, status

assert m.ok(m.select('Drafts')) == [b'2']
date = imaplib.Internaldate2tuple(m.ok(m.fetch('1', 'INTERNALDATE'))[0])
assert time.mktime(date) == 1230766200, date
assert m.ok(m.fetch('2', '(RFC822)'))[0][1] == mail('second')
assert m.ok(m.search(None, 'UNDRAFT')) == [b'2']
m.ok(m.store('2', '+FLAGS', '(\\\\Deleted)'))
m.ok(m.check())
assert m.ok(m.expunge()) == [b'2']
m.ok(m.copy('1', 'Deep')); m.ok(m.uid('MOVE', '1', 'Deep/er'))
assert m.subjects('Deep') == ['first'] and m.subjects('Deep/er') == ['first']
m.ok(m.select('Deep')); m.ok(m.store('1', 'FLAGS.SILENT', '\\\\Deleted')); m.ok(m.close())
assert b'MESSAGES 0' in m.ok(m.status('Deep', '(MESSAGES)'))[0]
m.ok(m.select('Deep/er')); m.ok(m.unselect())
m.ok(m.delete('Deep/er/est'))
m.no(m.delete('INBOX')); m.no(m.select('Nowhere'))
assert m.logout()[0] == 'BYE'
`))

  test('EXAMINE changes nothing: neither flags nor mails', () =>
    python(`
m = Mail('alice@example.test')
m.ok(m.create('Exhibit')); m.ok(m.append('Exhibit', None, None, mail('exhibit')))
m.ok(m.select('Exhibit', readonly=True))
assert m.ok(m.fetch('1', '(RFC822)'))[0][1] == mail('exhibit')
m.no(m.store('1', '+FLAGS', '(\\\\Deleted)')); m.no(m.expunge()); m.no(m.uid('MOVE', '1', 'INBOX'))
assert m.ok(m.fetch('1', '(FLAGS)')) == [b'1 (FLAGS ())']
m.ok(m.close())
assert b'MESSAGES 1' in m.ok(m.status('Exhibit', '(MESSAGES)'))[0]
`))

  test('renaming takes the children along, and renaming INBOX empties it', () =>
    python(`
m = Mail('bob@example.test')
for name in ('a', 'a/b', 'a/b/c', 'ab'): m.ok(m.create(name))
m.ok(m.append('a/b', None, None, mail('kept')))
m.ok(m.rename('a', 'z/a'))
names = [line.split(b' "/" ')[1] for line in m.ok(m.list())]
assert sorted(names) == [b'INBOX', b'ab', b'z', b'z/a', b'z/a/b', b'z/a/b/c'], names
assert m.subjects('z/a/b') == ['kept']
m.no(m.rename('ab', 'z')); m.no(m.rename('nowhere', 'somewhere'))

m.ok(m.append('INBOX', None, None, mail('old')))
m.ok(m.rename('INBOX', 'Old'))
assert m.subjects('Old') == ['old']
assert m.ok(m.select('INBOX')) == [b'0']
`))

  test('lower case, literals for everything and pipelined commands are understood', () =>
    python(`
m = Mail()
password = PASSWORDS['carol@example.test'].encode()
m.say(b'a1 login {18}\\r\\n'); m.hear(b'+')
m.say(b'carol@example.test {%d}\\r\\n' % len(password)); m.hear(b'+')
m.say(password + b'\\r\\n'); m.hear(b'a1 OK')
m.say(b'a2 create {5+}\\r\\nlower\\r\\na3 append {5+}\\r\\nlower (\\\\seen) {%d+}\\r\\n' % len(mail('one')) + mail('one') + b'\\r\\n')
m.hear(b'a2 OK'); m.hear(b'a3 OK')
m.say(b'a4 select {5+}\\r\\nlower\\r\\na5 fetch 1 (flags body.peek[header.fields ({7+}\\r\\nsubject)])\\r\\n'
      b'a6 search subject {3+}\\r\\none from {7+}\\r\\nsomeone\\r\\na7 uid store 1 +flags.silent (\\\\answered)\\r\\n'
      b'a8 uid copy 1 {5+}\\r\\ninbox\\r\\na9 status {5+}\\r\\nInBoX (messages)\\r\\nb1 list {0+}\\r\\n {1+}\\r\\n%\\r\\n'
      b'b2 noop\\r\\nb3 capability\\r\\n')
m.hear(b'a4 OK')
lines = m.hear(b'a5 OK')
assert any(b'Subject: one' in line for line in lines) and b'Seen' in lines[0], lines
assert b'* SEARCH 1' in m.hear(b'a6 OK')
assert len(m.hear(b'a7 OK')) == 1  # SILENT
m.hear(b'a8 OK')
assert any(b'MESSAGES 1' in line for line in m.hear(b'a9 OK'))
assert any(b'INBOX' in line for line in m.hear(b'b1 OK'))
m.hear(b'b2 OK'); m.hear(b'b3 OK')
m.say(b'b4 NONSENSE\\r\\nb5 noop \\r\\n'); m.hear(b'b4 BAD'); m.hear(b'b5 OK')
m.say(b'b6 APPEND lower {99999999999}\\r\\n'); m.hear(b'b6 NO')
m.say(b'b7 noop\\r\\n'); m.hear(b'b7 OK')
`))

  test('a search speaks the charset that the client names', () =>
    python(`
m = Mail('alice@example.test')
m.ok(m.create('Japanese'))
m.ok(m.append('Japanese', None, None, mail('請求書の件', 'お世話になっております\\r\\n')))
m.ok(m.append('Japanese', None, None, mail('=?ISO-2022-JP?B?GyRCQEE1YT1xGyhC?=')))
m.ok(m.append('Japanese', None, None, mail('other')))
m.ok(m.select('Japanese'))
for charset in ('UTF-8', 'ISO-2022-JP', 'SHIFT_JIS', 'EUC-JP'):
    m.literal = '請求書'.encode(charset)
    assert m.ok(m.uid('SEARCH', 'CHARSET', charset, 'SUBJECT')) == [b'1 2'], charset
m.literal = 'お世話'.encode()
assert m.ok(m.uid('SEARCH', 'CHARSET', 'UTF-8', 'BODY')) == [b'1']
assert m.ok(m.search('US-ASCII', 'SUBJECT', '"other"')) == [b'3']
m.literal = b'x'
assert b'BADCHARSET' in m.no(m.uid('SEARCH', 'CHARSET', 'X-NONE', 'SUBJECT'))[0]
assert m.ok(m.uid('SEARCH', '3:1', 'NOT', '(UID 2)')) == [b'1 3']
`))

  test('IDLE tells of what another session does, and ends with DONE', () =>
    python(`
m, other = Mail('dave@example.test'), Mail('dave@example.test')
m.ok(m.select('INBOX')); other.ok(other.select('INBOX'))
m.say(b'i1 IDLE\\r\\n'); m.hear(b'+')
other.ok(other.append('INBOX', '(\\\\Seen)', None, mail('one')))
assert m.hear(b'* 1 EXISTS')
other.ok(other.store('1', '+FLAGS.SILENT', '(Later)'))
assert b'Later' in m.hear(b'* 1 FETCH')[-1]
other.ok(other.store('1', '+FLAGS.SILENT', '(\\\\Deleted)')); other.ok(other.expunge())
assert m.hear(b'* 1 EXPUNGE')
m.say(b'DONE\\r\\ni2 noop\\r\\n'); m.hear(b'i1 OK'); m.hear(b'i2 OK')
`))

  test('smtplib sends over STARTTLS, to some of the recipients when others are refused', () =>
    python(`
s = smtplib.SMTP('localhost', SMTP, local_hostname='client.elsewhere.test')
s.starttls(context=tls)
s.ehlo()
assert s.has_extn('size') and s.has_extn('8bitmime') and s.has_extn('smtputf8') and not s.has_extn('starttls')
refusals = s.sendmail('someone@elsewhere.test', ['bob@example.test', 'nobody@example.test'], mail('請求書'), ['BODY=8BITMIME'])
assert list(refusals) == ['nobody@example.test'] and refusals['nobody@example.test'][0] == 550, refusals
assert s.noop()[0] == 250 and s.rset()[0] == 250
assert s.docmd('VRFY', 'bob@example.test')[0] in (250, 252) and s.docmd('EXPN', 'all')[0] >= 250
assert s.docmd('HELP')[0] in (211, 214, 500, 502)
assert s.quit()[0] == 221

m = Mail('bob@example.test')
m.ok(m.select('INBOX'))
m.say(b'i1 IDLE\\r\\n'); m.hear(b'+')
while m.untagged_responses.get('EXISTS', [b'0'])[-1] == b'0':
    line = m.readline()
    if b'EXISTS' in line and not line.startswith(b'* 0'): break
m.say(b'DONE\\r\\n'); m.hear(b'i1 OK')
assert m.ok(m.fetch('1', '(RFC822)'))[0][1].endswith(mail('請求書'))
`))
})
