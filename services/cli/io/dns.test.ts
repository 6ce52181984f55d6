import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startDnsServer } from '../../../test/clients/dns-server.ts'
import { openDns } from './dns.ts'

test('SPF is evaluated over the name servers that are named, with what it includes', async () => {
  await using server = await startDnsServer({
    'example.test': { txt: ['v=spf1 include:isp.test -all'], mx: [[10, 'mail.isp.test']] },
    'isp.test': { txt: ['v=spf1 a:mail.isp.test ip6:2001:db8::/32 ~all'] },
    'mail.isp.test': { a: ['192.0.2.1'] },
    'loop.test': { txt: ['v=spf1 include:loop.test -all'] },
    'away.test': { fails: 'servfail' },
  })
  const dns = openDns({ NAME_SERVERS: server.address })
  const cases: [domain: string, address: string, result: string][] = [
    ['example.test', '192.0.2.1', 'pass'],
    ['example.test', '2001:db8::7', 'pass'],
    ['example.test', '192.0.2.2', 'fail'],
    ['isp.test', '192.0.2.2', 'softfail'],
    ['nothing.test', '192.0.2.1', 'none'],
    ['loop.test', '192.0.2.1', 'permerror'],
    ['away.test', '192.0.2.1', 'temperror'],
  ]
  for (const [domain, address, result] of cases) {
    assert.equal(await dns.spf(domain, address), result, `${domain} ${address}`)
  }
  const [mx] = await dns.mx('example.test')
  assert.equal(mx?.exchange, 'mail.isp.test')
  // Else it would be told as if the platform were away.
  await assert.rejects(dns.txt('away.test'), { code: 'busy' })
})
