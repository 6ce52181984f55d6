import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findVersion, isAtLeast } from './version.js'

test('a version is found in what programs print', () => {
  const cases: [text: string, version: string | undefined][] = [
    ['nats-server: v2.15.2\n', '2.15.2'],
    ['v26.10.0', '26.10.0'],
    ['nats-server: v2.10.29-dev', '2.10.29'],
    ['2.9', '2.9'],
    ['', undefined],
    ['unknown', undefined],
  ]
  for (const [text, version] of cases) assert.equal(findVersion(text), version, text)
})

test('versions are compared by number, not by letter', () => {
  const cases: [version: string, minimum: string, enough: boolean][] = [
    ['2.9.11', '2.10', false],
    ['2.10', '2.10', true],
    ['2.10.0', '2.10', true],
    ['2.15.2', '2.10', true],
    ['3.0', '2.10', true],
    ['1.99', '2.10', false],
    ['20.0.0', '20', true],
    ['18.20.8', '20', false],
  ]
  for (const [version, minimum, enough] of cases) {
    assert.equal(isAtLeast(version, minimum), enough, `${version} ≥ ${minimum}`)
  }
})
