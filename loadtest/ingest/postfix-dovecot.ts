/**
 * The peer: Postfix and Dovecot from Debian, with folders and loopback ports of their own, LMTP between them,
 * Maildir with Dovecot's usual fsync. Needs root, since Postfix's master does.
 */

import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { processesUnder } from './cpu.ts'
import { DOVECOT_PASSWORD, startDovecot, untilOpen } from './dovecot.ts'
import { loginsFor, type Target } from './target.ts'

const SMTP_PORT = 25_925
const IMAP_PORT = 25_943

export async function startPostfixDovecot(mailboxes: number): Promise<Target> {
  if (process.getuid?.() !== 0) throw new Error('The peer needs root: Postfix does')
  const folder = mkdtempSync(join(tmpdir(), 'hikyaku-peer-'))
  chmodSync(folder, 0o755)
  const postfix = writePostfix(folder)
  const dovecot = await startDovecot(folder, IMAP_PORT)
  execFileSync('postfix', ['-c', postfix, 'start'], { stdio: 'ignore' })
  await untilOpen(SMTP_PORT)
  const postfixMaster = Number(
    execFileSync('cat', [join(folder, 'queue/pid/master.pid')], { encoding: 'utf8' }).trim(),
  )
  return {
    name: 'postfix-dovecot',
    smtp: { host: '127.0.0.1', port: SMTP_PORT },
    imap: { host: '127.0.0.1', port: IMAP_PORT },
    logins: loginsFor(mailboxes),
    password: DOVECOT_PASSWORD,
    processes: async () =>
      new Map([
        ['postfix', processesUnder(postfixMaster)],
        ['dovecot', processesUnder(dovecot.pid)],
      ]),
    async [Symbol.asyncDispose]() {
      execFileSync('postfix', ['-c', postfix, 'stop'], { stdio: 'ignore' })
      await dovecot[Symbol.asyncDispose]()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function writePostfix(folder: string): string {
  const config = join(folder, 'postfix')
  mkdirSync(config)
  mkdirSync(join(folder, 'queue'))
  mkdirSync(join(folder, 'postfix-data'))
  const postfixId = Number(execFileSync('id', ['-u', 'postfix'], { encoding: 'utf8' }))
  chownSync(join(folder, 'postfix-data'), postfixId, 0)
  writeFileSync(
    join(config, 'main.cf'),
    `compatibility_level = 3.6
queue_directory = ${folder}/queue
data_directory = ${folder}/postfix-data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
myhostname = mx.example.test
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
maillog_file = ${folder}/queue/postfix.log
maillog_file_prefixes = ${folder}
virtual_mailbox_domains = example.test
virtual_transport = lmtp:unix:${folder}/lmtp
smtpd_client_connection_count_limit = 0
smtpd_client_connection_rate_limit = 0
default_process_limit = 200
`,
  )
  writeFileSync(join(config, 'master.cf'), MASTER)
  execFileSync('postfix', ['-c', config, 'set-permissions', 'create-missing'], { stdio: 'ignore' })
  return config
}

const MASTER = `127.0.0.1:${SMTP_PORT} inet n - n - - smtpd
postlog unix-dgram n - n - 1 postlogd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
`
