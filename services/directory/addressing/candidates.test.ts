import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseAddress } from '#lib/mail/address.ts'
import { candidatesOf, keysOf } from './candidates.ts'

test('an address is looked for by its very name, then as a plus address, then as one that does not exist', () => {
  const cases: [address: string, plus: string | undefined, keys: string][] = [
    ['alice@b.test', undefined, 'alice@ @'],
    ['Alice+Shop@b.test', undefined, 'alice+shop@ alice@ @'],
    ['a+b+c@b.test', undefined, 'a+b+c@ a+b@ a@ @'],
    ['+shop@b.test', undefined, '+shop@ @'],
    ['alice+@b.test', undefined, 'alice+@ alice@ @'],
    ['alice+shop@b.test', '', 'alice+shop@ @'],
    ['alice+shop@b.test', '-', 'alice+shop@ @'],
    ['mary-ann-shop@b.test', '-', 'mary-ann-shop@ mary-ann@ mary@ @'],
    ['alice--shop@b.test', '--', 'alice--shop@ alice@ @'],
    // What has more of them is no plus address of anybody.
    [`a${'+'.repeat(9)}@b.test`, '+', `a${'+'.repeat(9)}@ @`],
  ]
  for (const [address, plus, keys] of cases) {
    const home = { _id: 'home.test', ...(plus !== undefined && { plus }) }
    const found = keysOf(candidatesOf(parseAddress(address), home))
    assert.equal(found.join(' ').replaceAll('home.test', ''), keys, address)
  }
})
