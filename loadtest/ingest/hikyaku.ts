import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startWorld } from '../../test/world.ts'
import { loginsFor, type Target } from './target.ts'

const PASSWORD = 'benchmark-password'

/** The whole platform as `npm start` runs it, in a temporary folder; every limit that a load would meet is off. */
export async function startHikyaku(mailboxes: number): Promise<Target> {
  const logins = loginsFor(mailboxes)
  const world = await startWorld({
    env: {
      LOG_LEVEL: 'warn',
      IMAP_CLEARTEXT_LOGIN: 'yes',
      IMAP_CONNECTIONS_PER_ADDRESS: 'off',
      IMAP_CONNECTIONS_PER_ACCOUNT: 'off',
      EDGE_CONNECTIONS_PER_ADDRESS: 'off',
      EDGE_MESSAGES_PER_MINUTE: 'off',
    },
  })
  await world.cli(['tenant', 'add', 'bench'])
  await world.cli(['domain', 'add', 'example.test', '--tenant', 'bench'])
  const lines = logins.map((login) => JSON.stringify({ login, password: PASSWORD }))
  const imported = await world.cli(
    ['account', 'import', '-', '--format', 'jsonl'],
    `${lines.join('\n')}\n`,
  )
  if (imported.code !== 0) throw new Error(`The accounts were not made: ${imported.stderr}`)
  return {
    name: 'hikyaku',
    smtp: world.at('smtp'),
    imap: world.at('imap'),
    logins,
    password: PASSWORD,
    async processes() {
      const text = await readFile(join(world.dataFolder, 'run', 'solo.json'), 'utf8')
      const about = JSON.parse(text) as { pid: number; processes: Record<string, number> }
      const rows = Object.entries(about.processes).map(([name, pid]) => [name, [pid]] as const)
      return new Map<string, readonly number[]>([['solo', [about.pid]], ...rows])
    },
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  }
}
