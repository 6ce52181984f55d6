import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addressesOf, type Dns, look } from './look.ts'

test('everything that is compared is asked, each of its own name', async () => {
  const dns: Dns = {
    mx: async (domain) => [{ exchange: `mx.${domain}` }],
    a: async (name) => (name === 'mail.isp.test' ? ['192.0.2.1'] : []),
    aaaa: async () => ['2001:db8::1'],
    txt: async (name) => [`text of ${name}`],
    ptr: async () => ['mail.isp.test'],
    spf: async (domain, address) => `${domain} ${address}`,
  }
  assert.deepEqual(await addressesOf('mail.isp.test', dns), ['192.0.2.1', '2001:db8::1'])
  const found = await look(
    {
      domain: 'example.test',
      hosts: ['mail.isp.test'],
      addresses: ['192.0.2.1'],
      dkim: [{ state: 'active', recordName: 'a._domainkey.example.test', recordText: '' }],
    },
    dns,
  )
  assert.deepEqual(found, {
    mx: ['mx.example.test'],
    txt: ['text of example.test'],
    dmarc: ['text of _dmarc.example.test'],
    spf: new Map([['192.0.2.1', 'example.test 192.0.2.1']]),
    ptr: new Map([
      ['192.0.2.1', [{ name: 'mail.isp.test', addresses: ['192.0.2.1', '2001:db8::1'] }]],
    ]),
    dkim: new Map([['a._domainkey.example.test', ['text of a._domainkey.example.test']]]),
  })
})
