import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '#lib/base/fault.ts'
import { formatQuota, formatSize, parseMessageQuota, parseQuota } from './quota.ts'

test('quotas are read and written', () => {
  const cases: [text: string, bytes: number, written: string][] = [
    ['5G', 5 * 1024 ** 3, '5G'],
    ['500M', 500 * 1024 ** 2, '500M'],
    ['1.5g', 1.5 * 1024 ** 3, '1536M'],
    ['10 GB', 10 * 1024 ** 3, '10G'],
    ['10GiB', 10 * 1024 ** 3, '10G'],
    ['2048', 2048, '2k'],
    ['1000', 1000, '1000'],
    ['0', 0, '-'],
    ['off', 0, '-'],
  ]
  for (const [text, bytes, written] of cases) {
    assert.equal(parseQuota(text), bytes, text)
    assert.equal(formatQuota(bytes), written, text)
  }
  for (const text of ['', '-1', '5X', 'G', '1e3', '99999999T']) {
    assert.throws(() => parseQuota(text), Fault, text)
  }
})

test('numbers of messages are read', () => {
  const cases: [text: string, messages: number][] = [
    ['100000', 100_000],
    ['20k', 20_000],
    ['2M', 2_000_000],
    ['0', 0],
    ['none', 0],
  ]
  for (const [text, messages] of cases) assert.equal(parseMessageQuota(text), messages, text)
  for (const text of ['', '-1', '1.5k', '5G', '1e3', '99999999999999999']) {
    assert.throws(() => parseMessageQuota(text), Fault, text)
  }
})

test('what is used is written in the unit that is read best', () => {
  const cases: [bytes: number, written: string][] = [
    [0, '0'],
    [1023, '1020'],
    [1536, '1.5k'],
    [5 * 1024 ** 3 + 1, '5G'],
    [1234 * 1024 ** 4, '1230T'],
  ]
  for (const [bytes, written] of cases) assert.equal(formatSize(bytes), written)
})
