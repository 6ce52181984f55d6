/** The peer: Postfix and Dovecot from Debian, LMTP between them, Maildir with Dovecot's usual fsync. */

import { chmodSync, mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { processesUnder } from './cpu.ts'
import { DOVECOT_PASSWORD, startDovecot } from './dovecot.ts'
import { startPostfix } from './postfix.ts'
import { loginsFor, type Target } from './target.ts'

const SMTP_PORT = 25_925
const IMAP_PORT = 25_943

export async function startPostfixDovecot(mailboxes: number): Promise<Target> {
  const folder = mkdtempSync(join(tmpdir(), 'hikyaku-peer-'))
  chmodSync(folder, 0o755)
  const dovecot = await startDovecot(folder, IMAP_PORT)
  const settings = `virtual_mailbox_domains = example.test
virtual_transport = lmtp:unix:${folder}/lmtp
`
  const postfix = await startPostfix({ folder, port: SMTP_PORT, settings })
  return {
    name: 'postfix-dovecot',
    smtp: { host: '127.0.0.1', port: SMTP_PORT },
    imap: { host: '127.0.0.1', port: IMAP_PORT },
    logins: loginsFor(mailboxes),
    password: DOVECOT_PASSWORD,
    processes: async () =>
      new Map([
        ['postfix', processesUnder(postfix.pid)],
        ['dovecot', processesUnder(dovecot.pid)],
      ]),
    async [Symbol.asyncDispose]() {
      postfix[Symbol.dispose]()
      await dovecot[Symbol.asyncDispose]()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
