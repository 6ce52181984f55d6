/** The rules again on a database that is not in memory: a file, and the server that MONGODB_URL names. */

import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { withDatabaseName } from '#lib/db/mongo/url.ts'
import { MongoDatabase } from '#lib/db/mongo.ts'
import { useDatabase } from './testing.ts'

const { HIKYAKU_CONTRACT, MONGODB_URL } = process.env

if (HIKYAKU_CONTRACT !== '1' && MONGODB_URL === undefined) {
  test('the directory on a real database', { skip: 'set HIKYAKU_CONTRACT=1 or MONGODB_URL' })
} else {
  if (MONGODB_URL === undefined) useFile()
  else useServer(MONGODB_URL)
  await import('./add-account.test.ts')
  await import('./admission/admit.test.ts')
  await import('./admission/set-sending.test.ts')
  await import('./authenticate.test.ts')
  await import('./addressing/alias-domain.test.ts')
  await import('./addressing/expand.test.ts')
  await import('./addressing/groups.test.ts')
  await import('./addressing/identity.test.ts')
  await import('./domains.test.ts')
  await import('./guess-limit.test.ts')
  await import('./io/grpc.test.ts')
  await import('./io/sending.test.ts')
  await import('./keys/dkim-keys.test.ts')
  await import('./scram/challenge.test.ts')
}

function useFile(): void {
  const folder = mkdtempSync(join(tmpdir(), 'hikyaku-directory-'))
  useDatabase(`sqlite:${join(folder, 'directory.db')}`)
  after(() => rmSync(folder, { recursive: true }))
}

function useServer(server: string): void {
  const url = withDatabaseName(server, `directory-${randomUUID().slice(0, 8)}`)
  useDatabase(url)
  after(async () => {
    await using database = await MongoDatabase.open(url)
    await database.client.db().dropDatabase()
  })
}
