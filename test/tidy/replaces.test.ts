import assert from 'node:assert/strict'
import { test } from 'node:test'
import { houseFiles, readText } from './files.ts'

/**
 * Who replaces a whole document takes away what a newer release has put into it: only what is a cache or a lease of minutes, or
 * begins a new life under an old name, may be replaced.
 */
const MAY_REPLACE: Readonly<Record<string, string>> = {
  'services/delivery/outbound/shares.ts': 'leases of seconds, which everybody writes anew',
  'services/directory/claim.ts': "the address is another owner's now: nothing of the old one stays",
  'services/mailbox-store/commit/snapshot.ts': 'a cache, in a form of its own that is checked',
}

test('documents are updated field by field, so that those of a newer release survive', () => {
  const files = houseFiles(/^services\/.*\.ts$/).filter(
    (file) => !/\.test\.ts$|testing\.ts$|\/model\//.test(file),
  )
  const replacing = files.filter((file) => /\breplaceOne\(|kind: 'replace'/.test(readText(file)))
  assert.deepEqual(replacing.sort(), Object.keys(MAY_REPLACE).sort())
})
