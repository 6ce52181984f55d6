/** A directory of a test: in memory, with cheap hashes and a clock that the test moves. */

import { randomBytes } from 'node:crypto'
import { FairPlaces } from '#lib/base/fair-places.ts'
import { openDatabase } from '#lib/db/open.ts'
import { recordTelemetry } from '#lib/node/testing.ts'
import type { AccountChange } from './add-account.ts'
import type { EffectiveRules } from './admission/sending-rules.ts'
import { type Attempt, type Authenticator, authenticate } from './authenticate.ts'
import { openCollections } from './collections.ts'
import { addDomain } from './domains.ts'
import { directoryEvents } from './events.ts'
import { GuessLimit, type GuessLimits } from './guess-limit.ts'
import { Sealer } from './keys/sealer.ts'
import { passwordHasher } from './password-hasher.ts'
import { RecentPasswords } from './recent-passwords.ts'
import type { Change, Registry } from './registry.ts'
import { addTenant } from './tenants.ts'

export const DAY_MS = 24 * 3_600_000

/** Stands still until it is moved; far ahead, so that no server clears away what expires meanwhile. */
export function testClock(start = Date.UTC(2040, 0, 1)) {
  let now = start
  return {
    now: () => now,
    monotonic: () => now,
    sleep: () => Promise.reject(new Error('nobody sleeps here')),
    move(ms: number): void {
      now += ms
    },
  }
}

export const cheap = { memoryKib: 16, passes: 1, lanes: 1 }

/** Sending rules where none are set. */
export const DEFAULTS: EffectiveRules = {
  messagesPerHour: 200,
  messagesPerDay: 1000,
  recipientsPerHour: 500,
  recipientsPerDay: 2000,
  recipientsPerMessage: 100,
  sizeBytes: 50_000_000,
  hideClient: false,
  cramMd5: false,
  hold: false,
  tenantMessagesPerHour: 0,
  tenantMessagesPerDay: 0,
  tenantRecipientsPerHour: 0,
  tenantRecipientsPerDay: 0,
}

let databaseUrl = 'sqlite::memory:'

/** Another database than one in memory for all tests from here on; each finds it empty. */
export function useDatabase(url: string): void {
  databaseUrl = url
}

/** An empty directory. */
export async function openTestDirectory() {
  const clock = testClock()
  const database = await openDatabase(databaseUrl, { clock })
  const collections = await openCollections(database)
  for (const collection of Object.values(collections)) await collection.deleteMany({})
  const telemetry = recordTelemetry()
  const announced: Change[] = []
  const events = directoryEvents(telemetry)
  const registry: Registry = {
    collections,
    clock,
    random: randomBytes,
    keepDeletedMs: 30 * DAY_MS,
    announce: (change) => void announced.push(change),
    events,
    who: 'test',
    keeping: {
      sealer: new Sealer('a key of at least 32 characters, for tests', randomBytes),
      random: randomBytes,
      scramIterations: 4096,
      decoyKey: 'the same in all processes',
      defaults: DEFAULTS,
    },
  }
  const hasher = passwordHasher(
    cheap,
    new FairPlaces({ running: 2, waiting: 100, perTenant: 1, perAccount: 1 }),
    randomBytes,
  )
  return {
    ...registry,
    registry,
    hasher,
    clock,
    telemetry,
    events,
    announced,
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  }
}

export type TestDirectory = Awaited<ReturnType<typeof openTestDirectory>>

/** With the tenant `example`, its domains example.test and example.jp, and another tenant's other.test. */
export async function openExample(): Promise<TestDirectory> {
  const directory = await openTestDirectory()
  const { registry } = directory
  for (const name of ['example', 'other']) await addTenant(tenant(name), registry)
  for (const name of ['example.test', 'example.jp']) {
    await addDomain({ ...DOMAIN, name, tenant: 'example' }, registry)
  }
  await addDomain({ ...DOMAIN, name: 'other.test', tenant: 'other' }, registry)
  return directory
}

const UNLIMITED = { quotaBytes: undefined, quotaMessages: undefined }

export const DOMAIN = {
  suspended: undefined,
  reuse: false,
  aliasOf: undefined,
  plus: undefined,
  ...UNLIMITED,
}

export function tenant(name: string) {
  return { id: '', name, title: '', suspended: undefined, ...UNLIMITED }
}

/** A change of an account that says nothing but what is given. */
export function change(login: string, more: Partial<AccountChange> = {}): AccountChange {
  return {
    login,
    title: undefined,
    password: undefined,
    passwordHash: undefined,
    ...UNLIMITED,
    suspended: undefined,
    forwards: undefined,
    keepsCopy: undefined,
    sendAs: undefined,
    addresses: [],
    request: '',
    reuse: false,
    ...more,
  }
}

/** Log-ins on a test's directory; `hashed` counts how often a hash was computed for them. */
export function openAuthenticator(
  { collections, hasher, events, clock, keeping }: TestDirectory,
  limits: Partial<GuessLimits> = {},
) {
  let hashed = 0
  const authenticator: Authenticator = {
    collections,
    hasher: {
      ...hasher,
      verify(password, stored) {
        hashed++
        return hasher.verify(password, stored)
      },
    },
    recent: new RecentPasswords(300_000, clock, randomBytes),
    guesses: new GuessLimit(
      { perLogin: 5, perAddress: 20, windowMs: 600_000, ...limits },
      clock,
      collections.guesses,
    ),
    events,
    defaultDomain: 'example.test',
    keeping,
  }
  return {
    authenticator,
    get hashed() {
      return hashed
    },
    logIn: (login: string, password: string, more: Partial<Attempt> = {}) =>
      authenticate(
        { login, password, protocol: 'imap', clientAddress: '192.0.2.1', ...more },
        authenticator,
      ),
  }
}
