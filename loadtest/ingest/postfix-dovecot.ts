/**
 * The peer: Postfix and Dovecot from Debian, with folders and loopback ports of their own, LMTP between them,
 * Maildir with Dovecot's usual fsync. Needs root, since Postfix's master does.
 */

import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { processesUnder } from './cpu.ts'
import { loginsFor, type Target } from './target.ts'

const SMTP_PORT = 25_925
const IMAP_PORT = 25_943
const PASSWORD = 'benchmark-password'
const MAIL_ID = 8 // uid and gid of Debian's user and group mail

export async function startPostfixDovecot(mailboxes: number): Promise<Target> {
  if (process.getuid?.() !== 0) throw new Error('The peer needs root: Postfix does')
  const folder = mkdtempSync(join(tmpdir(), 'hikyaku-peer-'))
  chmodSync(folder, 0o755)
  const dovecot = writeDovecot(folder)
  const postfix = writePostfix(folder)
  const dovecotMaster = spawn('dovecot', ['-F', '-c', dovecot], { stdio: 'ignore' })
  execFileSync('postfix', ['-c', postfix, 'start'], { stdio: 'ignore' })
  await untilOpen(SMTP_PORT)
  await untilOpen(IMAP_PORT)
  const postfixMaster = Number(
    execFileSync('cat', [join(folder, 'queue/pid/master.pid')], { encoding: 'utf8' }).trim(),
  )
  return {
    name: 'postfix-dovecot',
    smtp: { host: '127.0.0.1', port: SMTP_PORT },
    imap: { host: '127.0.0.1', port: IMAP_PORT },
    logins: loginsFor(mailboxes),
    password: PASSWORD,
    processes: async () =>
      new Map([
        ['postfix', processesUnder(postfixMaster)],
        ['dovecot', processesUnder(dovecotMaster.pid ?? 0)],
      ]),
    async [Symbol.asyncDispose]() {
      execFileSync('postfix', ['-c', postfix, 'stop'], { stdio: 'ignore' })
      const ended = new Promise((resolve) => dovecotMaster.once('exit', resolve))
      dovecotMaster.kill('SIGTERM')
      await ended
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function writeDovecot(folder: string): string {
  const file = join(folder, 'dovecot.conf')
  mkdirSync(join(folder, 'mail'))
  chownSync(join(folder, 'mail'), MAIL_ID, MAIL_ID)
  writeFileSync(
    file,
    `base_dir = ${folder}/dovecot
state_dir = ${folder}/dovecot-state
log_path = ${folder}/dovecot.log
protocols = imap lmtp
ssl = no
disable_plaintext_auth = no
first_valid_uid = 1
mail_location = maildir:${folder}/mail/%u
mail_max_userip_connections = 1000
passdb {
  driver = static
  args = password=${PASSWORD}
}
userdb {
  driver = static
  args = uid=${MAIL_ID} gid=${MAIL_ID} home=${folder}/mail/%u allow_all_users=yes
}
service imap-login {
  inet_listener imap {
    address = 127.0.0.1
    port = ${IMAP_PORT}
  }
  inet_listener imaps {
    port = 0
  }
}
service imap {
  process_limit = 1000
}
service lmtp {
  unix_listener ${folder}/lmtp {
    mode = 0666
  }
}
`,
  )
  return file
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

async function untilOpen(port: number): Promise<void> {
  for (;;) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1')
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
      socket.once('close', () => undefined).unref()
      socket.once('connect', () => socket.destroy())
    })
    if (open) return
    await sleep(50)
  }
}
