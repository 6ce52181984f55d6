import { startWorld } from '../../test/world.ts'
import { makeAccounts, PASSWORD, processesOf } from '../platform.ts'
import { loginsFor, type Target } from './target.ts'

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
  await makeAccounts(world, { tenant: 'bench', domain: 'example.test', logins })
  return {
    name: 'hikyaku',
    smtp: world.at('smtp'),
    imap: world.at('imap'),
    logins,
    password: PASSWORD,
    processes: () => processesOf(world),
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  }
}
