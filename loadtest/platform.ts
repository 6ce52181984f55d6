/** What benchmarks that start the whole platform share. */

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { World } from '../test/world.ts'

export const PASSWORD = 'benchmark-password'

/** What one may send is another question than how fast it goes. */
export const NO_SENDING_LIMITS = {
  DIRECTORY_SEND_MESSAGES_PER_HOUR: 'off',
  DIRECTORY_SEND_MESSAGES_PER_DAY: 'off',
  DIRECTORY_SEND_RECIPIENTS_PER_HOUR: 'off',
  DIRECTORY_SEND_RECIPIENTS_PER_DAY: 'off',
}

/** Accounts of a new tenant, in a domain of its own; the password of each is `PASSWORD`. */
export async function makeAccounts(
  world: Pick<World, 'cli'>,
  { tenant, domain, logins }: { tenant: string; domain: string; logins: readonly string[] },
): Promise<void> {
  await world.cli(['tenant', 'add', tenant])
  await world.cli(['domain', 'add', domain, '--tenant', tenant])
  const lines = logins.map((login) => JSON.stringify({ login, password: PASSWORD }))
  const imported = await world.cli(
    ['account', 'import', '-', '--format', 'jsonl'],
    `${lines.join('\n')}\n`,
  )
  if (imported.code !== 0) throw new Error(`The accounts were not made: ${imported.stderr}`)
}

/** The processes of a platform by their names, as `cpuSeconds` takes them. */
export async function processesOf({ dataFolder }: Pick<World, 'dataFolder'>) {
  const text = await readFile(join(dataFolder, 'run', 'solo.json'), 'utf8')
  const about = JSON.parse(text) as { pid: number; processes: Record<string, number> }
  const rows = Object.entries(about.processes).map(([name, pid]) => [name, [pid]] as const)
  return new Map<string, readonly number[]>([['solo', [about.pid]], ...rows])
}
