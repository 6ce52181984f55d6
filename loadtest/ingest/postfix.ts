/**
 * Postfix from Debian, with a folder and a loopback port of its own. Needs root, since its master does. It syncs a
 * queue file before its 250, as it always does.
 */

import { execFileSync } from 'node:child_process'
import { chownSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { untilOpen } from './dovecot.ts'

export interface Postfix extends Disposable {
  /** Of its master. */
  readonly pid: number
}

export interface PostfixOptions {
  readonly folder: string
  readonly port: number
  /** Lines of main.cf on top of the usual ones. */
  readonly settings: string
  /** Its smtpd's options in master.cf. */
  readonly smtpd?: string
}

export async function startPostfix({
  folder,
  port,
  settings,
  smtpd = '',
}: PostfixOptions): Promise<Postfix> {
  if (process.getuid?.() !== 0) throw new Error('The peer needs root: Postfix does')
  const config = join(folder, 'postfix')
  for (const name of ['postfix', 'queue', 'postfix-data']) mkdirSync(join(folder, name))
  const postfixId = Number(execFileSync('id', ['-u', 'postfix'], { encoding: 'utf8' }))
  chownSync(join(folder, 'postfix-data'), postfixId, 0)
  writeFileSync(join(config, 'main.cf'), mainSettings(folder) + settings)
  const door = `127.0.0.1:${port} inet n - n - - smtpd${smtpd}\n`
  writeFileSync(join(config, 'master.cf'), door + MASTER)
  const postfix = (...args: string[]) =>
    execFileSync('postfix', ['-c', config, ...args], { stdio: 'ignore' })
  postfix('set-permissions', 'create-missing')
  postfix('start')
  await untilOpen(port)
  const pidFile = join(folder, 'queue/pid/master.pid')
  const pid = Number(execFileSync('cat', [pidFile], { encoding: 'utf8' }).trim())
  return { pid, [Symbol.dispose]: () => void postfix('stop') }
}

function mainSettings(folder: string): string {
  return `compatibility_level = 3.6
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
smtpd_client_connection_count_limit = 0
smtpd_client_connection_rate_limit = 0
default_process_limit = 200
`
}

const MASTER = `postlog unix-dgram n - n - 1 postlogd
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
smtp unix - - n - - smtp
relay unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
`
