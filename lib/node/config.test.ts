import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import {
  address,
  Base,
  ConfigError,
  cidrs,
  describeConfig,
  duration,
  flag,
  limit,
  mergeSettingsFile,
  NatsLinks,
  readConfig,
  secretOf,
} from './config.ts'

const SECRET = 'sixteen characters'

const Config = Base.extend({
  ...NatsLinks.shape,
  IMAP_LISTEN: address.default('0.0.0.0:143').describe('Where to serve IMAP'),
  IMAP_IDLE_TIMEOUT: duration.default('30m').describe('Silence after which we hang up'),
  PROXY_FROM: cidrs.default('127.0.0.0/8,::1').describe('Whose header is believed'),
  CLEAR_TEXT: flag.default('no').describe('Log-in without TLS'),
  SESSIONS_MAX: limit.describe('Sessions'),
})

const GOOD = { CLUSTER_SECRET: SECRET, SESSIONS_MAX: 'off' }

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    readConfig(Config, env)
  } catch (error) {
    assert(error instanceof ConfigError)
    return error.problems
  }
  return []
}

function tempFile(t: TestContext, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'hk-config-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'file')
  writeFileSync(file, text)
  return file
}

test('what is not given has its default; an empty value is not given', () => {
  const config = readConfig(Config, { ...GOOD, IMAP_LISTEN: '', NATS_TOKEN: '' })
  assert.deepEqual(config.IMAP_LISTEN, { host: '0.0.0.0', port: 143 })
  assert.equal(config.IMAP_IDLE_TIMEOUT, 1_800_000)
  assert.equal(config.SESSIONS_MAX, Number.POSITIVE_INFINITY)
  assert.equal(config.CLEAR_TEXT, false)
  assert.equal(config.NATS_TOKEN, undefined)
  assert.deepEqual(config.NATS_SERVERS, [{ host: '127.0.0.1', port: 4222 }])
})

test('everything that is wrong is told at once, and no secret', () => {
  const env = { CLUSTER_SECRET: 'hunter2', IMAP_LISTEN: 'here', PROXY_FROM: '10.0.0.0/33' }
  assert.deepEqual(problemsOf(env), [
    'CLUSTER_SECRET: must have at least 16 characters',
    "IMAP_LISTEN: 'here' is not an address (host:port or unix:/path)",
    "PROXY_FROM: '10.0.0.0/33' is not a network (192.0.2.0/24, 2001:db8::/32)",
    'SESSIONS_MAX: is required',
  ])
})

test('a secret may lie in a file', (t) => {
  const file = tempFile(t, `${SECRET}\n`)
  const { CLUSTER_SECRET: _, ...rest } = GOOD
  assert.equal(readConfig(Config, { ...rest, CLUSTER_SECRET_FILE: file }).CLUSTER_SECRET, SECRET)
  assert.match(problemsOf({ ...GOOD, CLUSTER_SECRET_FILE: file }).join(), /given twice/)
  assert.match(problemsOf({ ...rest, CLUSTER_SECRET_FILE: `${file}x` }).join(), /cannot be read/)
})

test('settings may lie in a YAML file; the environment wins over it', (t) => {
  const file = tempFile(
    t,
    `CLUSTER_SECRET: ${SECRET}\nSESSIONS_MAX: 12\nCLEAR_TEXT: true\nPROXY_FROM: []\nIMAP_IDLE_TIMEOUT: 5m\n`,
  )
  const config = readConfig(Config, { CONFIG_FILE: file, IMAP_IDLE_TIMEOUT: '7m' })
  assert.equal(config.SESSIONS_MAX, 12)
  assert.equal(config.CLEAR_TEXT, true)
  assert.deepEqual(config.PROXY_FROM, [])
  assert.equal(config.IMAP_IDLE_TIMEOUT, 420_000)
  const secretFile = tempFile(t, `another ${SECRET}`)
  const env = { CONFIG_FILE: file, CLUSTER_SECRET_FILE: secretFile }
  assert.equal(readConfig(Config, env).CLUSTER_SECRET, `another ${SECRET}`)
})

test('who starts others reads their settings from the file too, for them to check', (t) => {
  const file = tempFile(t, 'IMAP_IDLE_TIMEOUT: 5m\nEDGE_ERRORS: 3\n')
  const env = mergeSettingsFile({ CONFIG_FILE: file, EDGE_ERRORS: '4', HOME: '/root' })
  assert.deepEqual(env, {
    IMAP_IDLE_TIMEOUT: '5m',
    EDGE_ERRORS: '4',
    HOME: '/root',
    CONFIG_FILE: undefined,
  })
  assert.throws(() => mergeSettingsFile({ CONFIG_FILE: `${file}x` }), ConfigError)
})

test('a name in the YAML file that is no setting is an error, with a guess', (t) => {
  const file = tempFile(t, 'IMAP_LISTN: 0.0.0.0:1\nWHATEVER: 1\n')
  assert.deepEqual(problemsOf({ ...GOOD, CONFIG_FILE: file }), [
    'IMAP_LISTN: is no setting of this service; is IMAP_LISTEN meant?',
    'WHATEVER: is no setting of this service',
  ])
})

test('a file that is no YAML is told by its line, without its text', (t) => {
  const file = tempFile(t, 'SESSIONS_MAX: 1\nCLUSTER_SECRET: "hunter2\n')
  const [problem = '', ...others] = problemsOf({ ...GOOD, CONFIG_FILE: file })
  assert.match(problem, /^CONFIG_FILE: is not YAML: .* in line [23]$/)
  assert.deepEqual(others, [])
  const list = tempFile(t, '- a\n')
  assert.match(problemsOf({ ...GOOD, CONFIG_FILE: list }).join(), /NAME: value/)
  assert.match(problemsOf({ ...GOOD, CONFIG_FILE: `${file}x` }).join(), /cannot be read/)
})

test('settings describe themselves', () => {
  const rows = describeConfig(Config.extend({ KEY: secretOf(3).optional().describe('A key') }))
  const byName = new Map(rows.map((row) => [row.name, row]))
  assert.deepEqual(byName.get('IMAP_LISTEN'), {
    name: 'IMAP_LISTEN',
    description: 'Where to serve IMAP',
    default: '0.0.0.0:143',
    required: false,
    secret: false,
  })
  assert.equal(byName.get('CLUSTER_SECRET')?.required, true)
  assert.equal(byName.get('CLUSTER_SECRET')?.secret, true)
  assert.equal(byName.get('KEY')?.required, false)
  assert.equal(byName.get('KEY')?.secret, true)
  assert.equal(byName.get('SESSIONS_MAX')?.required, true)
  assert.ok(rows.every(({ description }) => description !== ''))
})
