/** Everybody who uses the platform during a drill. */

import { Admin } from './admin.ts'
import type { Platform } from './ground.ts'
import type { History } from './history.ts'
import { type Errand, probeSteadily, type Sending, sendSteadily } from './senders.ts'
import { probeImap, Watcher } from './watchers.ts'
import { Writer } from './writers.ts'

export interface Load {
  readonly strangers: number
  readonly users: number
  readonly writers: number
  readonly readers: number
  /** Between two mails of one sender. */
  readonly mailEveryMs: number
  readonly probeEveryMs: number
  readonly adminEveryMs: number
}

export const LOADS = {
  full: {
    ...{ strangers: 4, users: 3, writers: 2, readers: 4 },
    ...{ mailEveryMs: 150, probeEveryMs: 200, adminEveryMs: 5000 },
  },
  light: {
    ...{ strangers: 2, users: 2, writers: 1, readers: 2 },
    ...{ mailEveryMs: 200, probeEveryMs: 200, adminEveryMs: 5000 },
  },
} as const satisfies Record<string, Load>

export interface TrafficOptions {
  readonly world: Platform
  readonly history: History
  readonly load: Load
  /** What the accounts of this drill begin with. */
  readonly tag: string
  /** The domains of other hosts. */
  readonly domains: readonly string[]
  random(): number
}

export interface Traffic {
  readonly watchers: readonly Watcher[]
  readonly writers: readonly Writer[]
  readonly aliases: ReadonlyMap<string, string>
  /** Everybody stops sending and changing; who watches goes on. */
  stop(): Promise<void>
  /** And then the watchers. */
  stopWatching(): Promise<void>
}

const STRANGER = 'stranger@elsewhere.test'
const LARGE_OF = 150
const SEVERAL_OF = 8

/** Makes the accounts, and begins. */
export async function startTraffic(options: TrafficOptions): Promise<Traffic> {
  const { world, history, load, tag, random } = options
  const named = (kind: string, count: number) =>
    Array.from({ length: count }, (_, n) => `${tag}-${kind}-${n + 1}@example.test`)
  const readers = named('reader', load.readers)
  const users = named('user', load.users)
  const writing = named('writer', load.writers)
  const everybody = [...readers, ...users, ...writing]
  await world.addAccounts(everybody.map((login) => ({ login })))

  const sending = new AbortController()
  const watching = new AbortController()
  const stop = sending.signal
  const admin = new Admin({ world, history, stop, tag, logins: readers })
  const watchers = [...readers, ...users].map(
    (login) => new Watcher({ world, history, login, stop: watching.signal }),
  )
  const writers = writing.map((login) => new Writer({ world, history, login, stop, random }))

  const inside = () => chooseInside(readers, admin.aliases, random)
  const fromStranger: Sending = {
    ...{ world, history, stop, protocol: 'smtp' },
    next: () => errand(STRANGER, inside()),
  }
  const fromUser: Sending = {
    ...{ world, history, stop, protocol: 'submission' },
    next: (user = '') => {
      const outside = `to@${options.domains[Math.floor(random() * options.domains.length)]}`
      const both = random() < 1 / SEVERAL_OF
      return { ...errand(user, [outside, ...(both ? inside() : [])]), large: false }
    },
  }
  function errand(sender: string, recipients: readonly string[]): Errand {
    return { sender, recipients, large: Math.floor(random() * LARGE_OF) === 0 }
  }

  const { mailEveryMs, probeEveryMs, adminEveryMs } = load
  const workers = [
    ...Array.from({ length: load.strangers }, () =>
      sendSteadily(fromStranger, undefined, mailEveryMs),
    ),
    ...users.map((user) => sendSteadily(fromUser, user, mailEveryMs * 2)),
    probeSteadily(fromStranger, [undefined], probeEveryMs),
    probeSteadily(fromUser, users, probeEveryMs),
    probeImap({ world, history, login: readers[0] ?? '', stop }, probeEveryMs),
    ...writers.map((writer) => writer.run()),
    admin.run(adminEveryMs),
  ]
  const looking = watchers.map((watcher) => watcher.run())
  const failed = Promise.all([...workers, ...looking])
  failed.catch((error) => history.breach(`A client of the drill itself failed: ${error.stack}`))
  return {
    ...{ watchers, writers, aliases: admin.aliases },
    async stop() {
      sending.abort()
      await Promise.allSettled(workers)
    },
    async stopWatching() {
      watching.abort()
      await Promise.allSettled(looking)
    },
  }
}

/** One or several accounts, none twice; some by an alias that was made just now. */
function chooseInside(
  readers: readonly string[],
  aliases: ReadonlyMap<string, string>,
  random: () => number,
): string[] {
  const first = Math.floor(random() * readers.length)
  const several = random() < 1 / SEVERAL_OF
  const chosen = readers.filter((_, n) => n === first || several)
  const newest = [...aliases].at(-1)
  if (newest === undefined || random() < 0.7) return chosen
  const [alias, login] = newest
  return [alias, ...chosen.filter((one) => one !== login)]
}
