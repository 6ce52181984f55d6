import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compare, type Expected, type Found, formatTxt } from './compare.ts'

const EXPECTED: Expected = {
  domain: 'example.test',
  hosts: ['mail.isp.test'],
  addresses: ['192.0.2.1', '2001:db8::1'],
  dkim: [
    {
      state: 'active',
      recordName: 'a._domainkey.example.test',
      recordText: 'v=DKIM1; k=rsa; p=QUJD',
    },
    { state: 'retired', recordName: 'b._domainkey.example.test', recordText: 'v=DKIM1; p=REVG' },
  ],
}
const FOUND: Found = {
  mx: ['mail.isp.test'],
  txt: ['other', 'v=spf1 ip4:192.0.2.1 ip6:2001:db8::1 ~all'],
  dmarc: ['v=DMARC1; p=reject; rua=mailto:x@example.test'],
  spf: new Map([
    ['192.0.2.1', 'pass'],
    ['2001:db8::1', 'pass'],
  ]),
  ptr: new Map([
    ['192.0.2.1', [{ name: 'mail.isp.test', addresses: ['192.0.2.1'] }]],
    ['2001:db8::1', [{ name: 'mail.isp.test', addresses: ['2001:db8::1'] }]],
  ]),
  dkim: new Map([['a._domainkey.example.test', ['v=DKIM1;k=rsa;p=QU JD']]]),
}

function told(expected: Partial<Expected>, found: Partial<Found>): string[] {
  return compare({ ...EXPECTED, ...expected }, { ...FOUND, ...found })
    .filter(({ verdict }) => verdict !== 'ok')
    .map(({ record, verdict, text }) => `${record} ${verdict}: ${text}`)
}

test('a domain with everything right has nothing to publish', () => {
  const findings = compare(EXPECTED, FOUND)
  assert.deepEqual(
    findings.map(({ record, verdict }) => `${record} ${verdict}`),
    ['MX ok', 'SPF ok', 'DKIM ok', 'DMARC ok', 'PTR ok', 'PTR ok'],
  )
  assert(findings.every(({ publish }) => publish.length === 0))
})

test('each record that is missing or wrong is told', () => {
  const cases: [found: Partial<Found>, text: string][] = [
    [{ mx: [] }, 'MX wrong: There is no MX record'],
    [{ mx: [''] }, 'MX wrong: A null MX says that the domain takes no mail'],
    [{ mx: ['mx.other.test'] }, 'MX wrong: Mail goes to mx.other.test, not to us'],
    [{ mx: ['MAIL.isp.test', 'b.test'] }, 'MX warning: Some mail may go to b.test'],
    [{ txt: [] }, 'SPF wrong: There is no SPF record'],
    [{ txt: ['v=spf10 all'] }, 'SPF wrong: There is no SPF record'],
    [
      { txt: ['v=spf1 -all', 'v=spf1 mx'] },
      'SPF wrong: There are several SPF records, which is as good as none',
    ],
    [
      { txt: ['v=spf1 -all'], spf: new Map([['192.0.2.1', 'fail']]) },
      'SPF wrong: It does not let us send from 192.0.2.1 (fail), 2001:db8::1 (none): v=spf1 -all',
    ],
    [{ dkim: new Map() }, 'DKIM wrong: a._domainkey.example.test is not there'],
    [
      { dkim: new Map([['a._domainkey.example.test', ['v=DKIM1; p=WFla']]]) },
      'DKIM wrong: a._domainkey.example.test holds another key',
    ],
    [{ dmarc: [] }, 'DMARC warning: There is no DMARC record'],
    [{ dmarc: ['v=DMARC1; sp=none'] }, 'DMARC wrong: It has no policy: v=DMARC1; sp=none'],
  ]
  for (const [found, text] of cases) assert.deepEqual(told({}, found), [text])
  assert.deepEqual(
    told({}, { ptr: new Map([['192.0.2.1', [{ name: 'x.test', addresses: [] }]]]) }),
    [
      'PTR wrong: 192.0.2.1 is x.test, which does not lead back to it',
      'PTR wrong: 2001:db8::1 has no name',
    ],
  )
  assert.deepEqual(told({ dkim: [] }, {}), [
    'DKIM warning: We have no keys to sign with: hikyaku dkim make DOMAIN',
  ])
})

test('what is to be published can go into a zone as it is', () => {
  const empty: Found = {
    ...{ mx: [], txt: [], dmarc: [] },
    ...{ spf: new Map(), ptr: new Map(), dkim: new Map() },
  }
  assert.deepEqual(
    compare(EXPECTED, empty).flatMap(({ publish }) => publish),
    [
      'example.test. IN MX 10 mail.isp.test.',
      'example.test. IN TXT "v=spf1 ip4:192.0.2.1 ip6:2001:db8::1 ~all"',
      'a._domainkey.example.test. IN TXT "v=DKIM1; k=rsa; p=QUJD"',
      '_dmarc.example.test. IN TXT "v=DMARC1; p=none"',
    ],
  )
  const long = `v=DKIM1; p=${'A'.repeat(392)}`
  const strings = /IN TXT "(.{255})" "(.{148})"$/.exec(formatTxt('x', long)) ?? []
  assert.equal(strings.slice(1).join(''), long)
})
