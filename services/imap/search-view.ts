/** Answers searches that a session's view can answer by itself, and prepares the others for the store. */
import type { SearchKey } from '#lib/imap/search-key.ts'
import { toUidSet } from '#lib/mail/uid-set.ts'
import type { SessionView } from './session-view.ts'

/** Whether a message, given by its sequence number, is what is looked for. */
type Test = (sequence: number) => boolean

/**
 * The sequence numbers that fit, when flags and numbers decide it: what most clients ask most of the time.
 * Undefined when messages have to be looked at.
 */
export function searchView(key: SearchKey, view: SessionView): number[] | undefined {
  const test = testOf(key, view)
  if (test === undefined) return undefined
  const found: number[] = []
  for (let sequence = 1; sequence <= view.exists; sequence++) {
    if (test(sequence)) found.push(sequence)
  }
  return found
}

function testOf(key: SearchKey, view: SessionView): Test | undefined {
  switch (key.kind) {
    case 'all':
      return () => true
    case 'none':
      return () => false
    case 'flag':
      return view.flagTest(key.flag)
    case 'messages': {
      const wanted = new Uint8Array(view.exists + 1)
      for (const sequence of view.resolve(key.messages)) wanted[sequence] = 1
      return (sequence) => wanted[sequence] === 1
    }
    case 'not': {
      const test = testOf(key.key, view)
      return test && ((sequence) => !test(sequence))
    }
    case 'and':
    case 'or': {
      const tests = testsOf(key.keys, view)
      if (tests === undefined) return undefined
      return key.kind === 'and'
        ? (sequence) => tests.every((test) => test(sequence))
        : (sequence) => tests.some((test) => test(sequence))
    }
    default:
      return undefined
  }
}

function testsOf(keys: readonly SearchKey[], view: SessionView): Test[] | undefined {
  const tests: Test[] = []
  for (const key of keys) {
    const test = testOf(key, view)
    if (test === undefined) return undefined
    tests.push(test)
  }
  return tests
}

/** The same search with sequence numbers and `*` replaced: the store knows neither. */
export function withUids(key: SearchKey, view: SessionView): SearchKey {
  switch (key.kind) {
    case 'messages': {
      const ranges = toUidSet(view.uidsOf(view.resolve(key.messages)))
      return ranges.length === 0
        ? { kind: 'none' }
        : { kind: 'messages', messages: { byUid: true, ranges } }
    }
    case 'not':
      return { kind: 'not', key: withUids(key.key, view) }
    case 'and':
    case 'or':
      return { kind: key.kind, keys: key.keys.map((inner) => withUids(inner, view)) }
    default:
      return key
  }
}
