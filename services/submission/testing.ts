/** What submission's tests share: real listeners with rules that they make themselves, and a client. */

import { createHash, createHmac, pbkdf2Sync } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as connectTls, type SecureContext } from 'node:tls'
import { Fault } from '#lib/base/fault.ts'
import type { Overload } from '#lib/base/pressure.ts'
import { formatAddress } from '#lib/mail/address.ts'
import type { Envelope } from '#lib/mail/envelope.ts'
import type { Resolution } from '#lib/mail/resolution.ts'
import { systemClock, systemRandom } from '#lib/node/clock.ts'
import { DialogueClient } from '#lib/node/incoming/testing.ts'
import { parseAddress, parseCidrs } from '#lib/node/setting.ts'
import { recordTelemetry } from '#lib/node/testing.ts'
import { loadTls } from '#lib/node/tls.ts'
import { reply } from '#lib/smtp/reply.ts'
import { AccountPlaces } from './account-places.ts'
import type { Admit, Admitted, Question } from './admission.ts'
import { submissionEvents } from './events.ts'
import { listenSubmission } from './io/listener.ts'
import type { SessionLimits } from './io/server.ts'
import type { Account, Credentials } from './log-in.ts'
import type { MessageRules } from './message.ts'
import type { RecipientRules } from './recipient.ts'
import type { SenderRules } from './sender.ts'

export const ALICE: Account = {
  ...{ id: 'a1', tenant: 't1', login: 'alice@example.test', domain: 'example.test' },
}
const PASSWORD = 'secret'
const SALT = Buffer.from('salt of alice')
const ITERATIONS = 4096
const HOME: Resolution = {
  kind: 'accounts',
  targets: [{ account: 'a2', tenant: 't1', domain: 'example.test', quotas: [] }],
  forwards: [],
}
/** By local part; everything else at example.test is unknown. */
const RESOLUTIONS: Readonly<Record<string, Resolution>> = {
  alice: HOME,
  bob: HOME,
  'a..b': HOME,
  '.a': HOME,
  'a.': HOME,
  postmaster: HOME,
  suspended: { kind: 'disabled' },
}
const ADMITTED: Admitted = {
  class: 'personal',
  tenant: 't1',
  sizeBytesMax: Number.POSITIVE_INFINITY,
  recipientsMax: Number.POSITIVE_INFINITY,
  hideClient: false,
}
const LIMITS: SessionLimits = {
  lineBytesMax: 10_000,
  commandBytesMax: 16_384,
  errorsMax: 10,
  failedLogInsMax: 3,
  logInMs: 60_000,
  commandTimeoutMs: 60_000,
  dataTimeoutMs: 60_000,
  temporaryFolder: undefined,
}

export interface Published {
  readonly envelope: Envelope
  readonly body: Buffer
}

export interface WorldOptions {
  readonly limits?: Partial<SessionLimits>
  readonly sender?: Partial<SenderRules>
  readonly recipient?: Partial<RecipientRules>
  readonly message?: Partial<MessageRules>
  readonly credentials?: Partial<Credentials>
  readonly admitted?: Partial<Admitted>
  readonly cramMd5?: boolean
  readonly dataPerAccount?: number
  readonly connectionsMax?: number
  readonly proxyFrom?: string
  readonly graceMs?: number
  readonly publish?: (mail: Published) => Promise<void>
  readonly over?: () => Overload | undefined
}

/** Both listeners on free ports, and what was handed to the spool. */
export async function openSubmission(options: WorldOptions = {}) {
  const published: Published[] = []
  const asked: Question[] = []
  const telemetry = recordTelemetry()
  const events = submissionEvents(telemetry)
  const keep = async (mail: Published) => void published.push(mail)
  const admit: Admit = async (question) => {
    asked.push(question)
    return admitAlice(question, { ...ADMITTED, ...options.admitted })
  }
  const hostname = 'smtp.example.test'
  const own = { clock: systemClock, random: systemRandom, hostname }
  const listen = (name: 'submission' | 'submissions') =>
    listenSubmission(parseAddress('127.0.0.1:0'), name, {
      hostname,
      limits: { ...LIMITS, ...options.limits },
      proxyFrom: parseCidrs(options.proxyFrom ?? 'none'),
      connectionsMax: options.connectionsMax ?? Number.POSITIVE_INFINITY,
      perAddressMax: Number.POSITIVE_INFINITY,
      telemetry,
      graceMs: options.graceMs ?? 60_000,
      sessions: new Set(),
      secureContext,
      rules: {
        events,
        over: options.over ?? (() => undefined),
        places: new AccountPlaces(options.dataPerAccount ?? 4),
        logIn: {
          ...own,
          credentials: { ...CREDENTIALS, ...options.credentials },
          cramMd5: options.cramMd5 ?? false,
        },
        sender: { admit, sizeBytesMax: 1_000_000, recipientsMax: 5, ...options.sender },
        recipient: {
          resolve: async ({ local, domain }) =>
            domain === 'example.test'
              ? (RESOLUTIONS[local] ?? { kind: 'unknown' })
              : { kind: 'elsewhere' },
          ...options.recipient,
        },
        message: {
          ...{ ...own, events, admit, hideClient: false, receivedMax: 100 },
          publish: async (envelope, body) => {
            const pieces = await Array.fromAsync<Uint8Array>(body)
            await (options.publish ?? keep)({ envelope, body: Buffer.concat(pieces) })
          },
          ...options.message,
        },
      },
    })
  const [clear, secure] = [await listen('submission'), await listen('submissions')]
  const portOf = (address: string) => Number(address.split(':').at(-1))
  const close = async () => {
    await Promise.all([clear[Symbol.asyncDispose](), secure[Symbol.asyncDispose]()])
  }
  return {
    published,
    asked,
    told: telemetry.told,
    /** Where STARTTLS is to come. */
    connect: () => openClient(portOf(clear.address)),
    /** Over TLS. */
    connectTls: () => openTlsClient(portOf(secure.address)),
    port: portOf(secure.address),
    close,
    [Symbol.asyncDispose]: close,
  }
}

/** Alice may write as herself, and as a..b; a mail from the null sender is held. */
function admitAlice({ sender, mail }: Question, admitted: Admitted): Awaited<ReturnType<Admit>> {
  const own = ['alice@example.test', 'a..b@example.test']
  const claimed = [...(sender ? [sender] : []), ...(mail?.authors ?? [])].map(formatAddress)
  const foreign = claimed.find((address) => !own.includes(address))
  if (foreign === undefined) return { kind: 'admitted', admitted }
  return { kind: 'refused', reply: reply(550, '5.7.1', `You may not send as ${foreign}`) }
}

const salted = pbkdf2Sync(PASSWORD, SALT, ITERATIONS, 32, 'sha256')
const hmac = (key: Uint8Array, text: string) => createHmac('sha256', key).update(text).digest()
const wrong = () => new Fault('unauthenticated', 'No')

const CREDENTIALS: Credentials = {
  async authenticate(login, password) {
    if (login === ALICE.login && password === PASSWORD) return ALICE
    throw wrong()
  },
  startScram: async () => ({ salt: SALT, iterations: ITERATIONS }),
  async finishScram(login, { message, proof }) {
    const stored = createHash('sha256').update(hmac(salted, 'Client Key')).digest()
    const key = hmac(stored, message).map((byte, at) => byte ^ (proof[at] ?? 0))
    if (login !== ALICE.login || !createHash('sha256').update(key).digest().equals(stored)) {
      throw wrong()
    }
    return { account: ALICE, signature: hmac(hmac(salted, 'Server Key'), message) }
  },
  async authenticateCramMd5(login, { challenge, digest }) {
    const right = createHmac('md5', PASSWORD).update(challenge).digest('hex')
    if (login === ALICE.login && digest === right) return ALICE
    throw wrong()
  },
}

/** The client's last message in SCRAM, and what the server must prove. RFC 5802 §3 */
export function proveScram(password: string, bare: string, serverFirst: string, gs2 = 'n,,') {
  const [, nonce, salt = '', iterations] = /^r=(.*),s=(.*),i=(.*)$/.exec(serverFirst) ?? []
  const key = pbkdf2Sync(password, Buffer.from(salt, 'base64'), Number(iterations), 32, 'sha256')
  const withoutProof = `c=${base64(gs2)},r=${nonce}`
  const message = `${bare},${serverFirst},${withoutProof}`
  const clientKey = hmac(key, 'Client Key')
  const signature = hmac(createHash('sha256').update(clientKey).digest(), message)
  const proof = Buffer.from(clientKey.map((byte, at) => byte ^ (signature[at] ?? 0)))
  return {
    final: `${withoutProof},p=${proof.toString('base64')}`,
    signature: hmac(hmac(key, 'Server Key'), message).toString('base64'),
  }
}

export function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}

export const PLAIN = base64(`\0${ALICE.login}\0${PASSWORD}`)

/** A user's program. */
export class Client extends DialogueClient {
  /** Over TLS: greets and logs in. */
  async logIn(): Promise<void> {
    await this.play(`S: 220\nC: EHLO x\nS: 250\nC: AUTH PLAIN ${PLAIN}\nS: 235`)
  }

  /** Logs in and goes as far as the 354. */
  async begin(recipient = 'bob@example.test'): Promise<void> {
    await this.logIn()
    await this.play(`
      C: MAIL FROM:<alice@example.test>
      S: 250 2.1.0
      C: RCPT TO:<${recipient}>
      S: 250 2.1.5
      C: DATA
      S: 354
    `)
  }

  /** After the 220 of STARTTLS. */
  async startTls(): Promise<void> {
    this.socket.removeAllListeners('data')
    const socket = connectTls({ socket: this.socket, rejectUnauthorized: false })
    await once(socket, 'secureConnect')
    this.listen(socket)
  }
}

async function openClient(port: number): Promise<Client> {
  const socket = connect({ port, host: '127.0.0.1' })
  await once(socket, 'connect')
  return new Client(socket)
}

export async function openTlsClient(port: number): Promise<Client> {
  const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false })
  const client = new Client(socket)
  await Promise.race([once(socket, 'secureConnect'), once(socket, 'close')])
  return client
}

const folder = mkdtempSync(join(tmpdir(), 'hk-submission-'))
const tls = await loadTls({ selfSignedFolder: folder, hosts: ['smtp.example.test'] })
rmSync(folder, { recursive: true })

function secureContext(): SecureContext {
  return tls.context()
}
