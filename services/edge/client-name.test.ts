import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '#lib/base/fault.ts'
import { findClientName, type NameSource } from './client-name.ts'

const DNS: NameSource = {
  ptr: async (address) =>
    ({
      '192.0.2.1': ['liar.example.test', 'mail.example.test'],
      '192.0.2.2': ['liar.example.test'],
      '2001:db8::1': ['six.example.test'],
    })[address] ?? [],
  a: async (name) => (name === 'mail.example.test' ? ['192.0.2.1'] : ['192.0.2.99']),
  aaaa: async () => ['2001:db8::1'],
}

test('a name is believed when it leads back to the address', async () => {
  assert.equal(await findClientName('192.0.2.1', DNS), 'mail.example.test')
  assert.equal(await findClientName('2001:db8::1', DNS), 'six.example.test')
  assert.equal(await findClientName('192.0.2.2', DNS), undefined)
  assert.equal(await findClientName('192.0.2.3', DNS), undefined)
})

test('a DNS that gives no answer costs the name, not the mail', async () => {
  const away = async () => Promise.reject(new Fault('unavailable', 'No answer'))
  assert.equal(await findClientName('192.0.2.1', { ...DNS, ptr: away }), undefined)
  assert.equal(await findClientName('192.0.2.1', { ...DNS, a: away }), undefined)
})

test('nobody asks the world for the names of private addresses', async () => {
  const never = () => assert.fail('asked')
  const dns = { ptr: never, a: never, aaaa: never }
  for (const address of ['127.0.0.1', '10.1.2.3', '172.16.0.1', '192.168.1.1', '::1', 'fd00::1']) {
    assert.equal(await findClientName(address, dns), undefined)
  }
})
