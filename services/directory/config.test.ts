import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigError, readConfig } from '#lib/node/config.ts'
import { Config, sendingDefaults } from './config.ts'

const GIVEN = { CLUSTER_SECRET: 'a secret of this cluster', DIRECTORY_DATABASE: 'sqlite::memory:' }

test('the settings have defaults, and limits can be off', () => {
  const config = readConfig(Config, { ...GIVEN, DIRECTORY_GUESSES_PER_LOGIN: 'off' })
  assert.equal(config.DIRECTORY_PASSWORD_MEMORY, 19 * 1024 ** 2)
  assert.equal(config.DIRECTORY_GUESSES_PER_LOGIN, Number.POSITIVE_INFINITY)
})

test('what could not work is refused at the start', () => {
  const bad = {
    DIRECTORY_PASSWORD_MEMORY: '1k',
    DIRECTORY_PASSWORD_PASSES: '0',
    DIRECTORY_HASHES_AT_ONCE: '0',
  }
  assert.throws(
    () => readConfig(Config, { ...GIVEN, ...bad }),
    (error) => {
      assert(error instanceof ConfigError)
      assert.equal(error.problems.length, 3)
      return true
    },
  )
})

test('a limit on sending that is off is 0, as sending rules have it', () => {
  const config = readConfig(Config, { ...GIVEN, DIRECTORY_SEND_MESSAGES_PER_DAY: 'off' })
  const { messagesPerHour, messagesPerDay, tenantMessagesPerDay } = sendingDefaults(config)
  assert.deepEqual([messagesPerHour, messagesPerDay, tenantMessagesPerDay], [200, 0, 0])
})
