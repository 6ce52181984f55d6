/** What the outbound benchmark can be run against: both take mail over TLS, sync it, and hand it to one host. */

import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startWorld } from '../../test/world.ts'
import { processesUnder } from '../ingest/cpu.ts'
import { startPostfix } from '../ingest/postfix.ts'
import { makeAccounts, NO_SENDING_LIMITS, PASSWORD, processesOf } from '../platform.ts'

export interface Outlet extends AsyncDisposable {
  readonly name: string
  /** SMTP over TLS. */
  readonly door: { readonly host: string; readonly port: number }
  readonly user: { readonly login: string; readonly password?: string }
  processes(): Promise<ReadonlyMap<string, readonly number[]>>
}

const LOGIN = 'load@example.test'
const POSTFIX_PORT = 25_965

/** The whole platform as `npm start` runs it; every limit that a load would meet is off. */
export async function startHikyaku(sinkPort: number): Promise<Outlet> {
  const world = await startWorld({
    env: {
      LOG_LEVEL: 'warn',
      SUBMISSION_CONNECTIONS_PER_ADDRESS: 'off',
      SUBMISSION_DATA_PER_ACCOUNT: 'off',
      ...NO_SENDING_LIMITS,
      DELIVERY_SMART_HOST: `127.0.0.1:${sinkPort}`,
    },
  })
  await makeAccounts(world, { tenant: 'bench', domain: 'example.test', logins: [LOGIN] })
  return {
    name: 'hikyaku',
    door: world.at('submissions'),
    user: { login: LOGIN, password: PASSWORD },
    processes: () => processesOf(world),
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  }
}

/** It knows its clients by their address instead of a password. */
export async function startPeer(sinkPort: number): Promise<Outlet> {
  const folder = mkdtempSync(join(tmpdir(), 'hikyaku-peer-'))
  chmodSync(folder, 0o755)
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')]
  const subject = ['-nodes', '-days', '2', '-subj', '/CN=mx.example.test']
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1']
  const files = ['-keyout', key, '-out', certificate]
  execFileSync('openssl', ['req', '-x509', ...curve, ...subject, ...files], { stdio: 'ignore' })
  const settings = `mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_tls_cert_file = ${certificate}
smtpd_tls_key_file = ${key}
relayhost = [127.0.0.1]:${sinkPort}
smtp_tls_security_level = may
`
  const smtpd = ' -o smtpd_tls_wrappermode=yes'
  const postfix = await startPostfix({ folder, port: POSTFIX_PORT, settings, smtpd })
  return {
    name: 'postfix',
    door: { host: '127.0.0.1', port: POSTFIX_PORT },
    user: { login: LOGIN },
    processes: async () => new Map([['postfix', processesUnder(postfix.pid)]]),
    async [Symbol.asyncDispose]() {
      postfix[Symbol.dispose]()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
