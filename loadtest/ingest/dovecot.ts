/** Dovecot from Debian, with a folder and a loopback port of its own: Maildir with its usual fsync, IMAP and LMTP. */

import { spawn } from 'node:child_process'
import { chownSync, mkdirSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

export const DOVECOT_PASSWORD = 'benchmark-password'
const MAIL_ID = 8 // uid and gid of Debian's user and group mail

export interface Dovecot extends AsyncDisposable {
  /** Of its master. */
  readonly pid: number
}

/** Any login has its mailbox in `folder`, which also gets the socket `lmtp`. Needs root, to become the user mail. */
export async function startDovecot(folder: string, port: number): Promise<Dovecot> {
  const config = writeDovecot(folder, port)
  const master = spawn('dovecot', ['-F', '-c', config], { stdio: 'ignore' })
  const ended = new Promise((resolve) => master.once('exit', resolve))
  const failed = new Promise<never>((_, reject) => master.once('error', reject))
  await Promise.race([untilOpen(port), failed])
  return {
    pid: master.pid ?? 0,
    async [Symbol.asyncDispose]() {
      master.kill('SIGTERM')
      await ended
    },
  }
}

function writeDovecot(folder: string, port: number): string {
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
  args = password=${DOVECOT_PASSWORD}
}
userdb {
  driver = static
  args = uid=${MAIL_ID} gid=${MAIL_ID} home=${folder}/mail/%u allow_all_users=yes
}
service imap-login {
  inet_listener imap {
    address = 127.0.0.1
    port = ${port}
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

export async function untilOpen(port: number): Promise<void> {
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
