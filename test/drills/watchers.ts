/**
 * IMAP clients that look at an INBOX to which only deliveries write: by IDLE, through every fault, reconnecting as mail
 * programs do. What they have seen must stay, and nothing may appear below it.
 */

import type { Platform } from './ground.ts'
import type { History } from './history.ts'
import { kindOf, type LineImap, logIn, Silence } from './line-imap.ts'
import { isWhole } from './mail.ts'
import { pause } from './senders.ts'
import { parseFetch } from './writers.ts'

export interface Watching {
  readonly world: Platform
  readonly history: History
  readonly login: string
  readonly stop: AbortSignal
}

const ANSWER_MS_MAX = 45_000
/** A mail program renews its IDLE; here often, since it is also how a watcher at a silent node gets away. */
const IDLE_MS = 3000
const RECONNECT_MS = 200
const READ_AT_A_TIME = 200
const SECOND_MS = 1000

export class Watcher {
  readonly login: string
  /** When each mail was first seen. */
  readonly seen = new Map<string, number>()
  readonly #watching: Watching
  readonly #uids = new Set<number>()
  #highest = 0
  #uidValidity: string | undefined

  constructor(watching: Watching) {
    this.#watching = watching
    this.login = watching.login
  }

  /** Looks until it is told to stop. */
  async run(): Promise<void> {
    const { stop, history } = this.#watching
    while (!stop.aborted) {
      try {
        await this.#session()
      } catch (error) {
        if (!(error instanceof Silence)) throw error
        history.error('imap', error.kind)
        await pause(RECONNECT_MS, stop)
      }
    }
  }

  /** Reads everything there is: how often each mail, by id, and what is wrong. */
  async readAll(): Promise<{ counts: Map<string, number>; bounces: string[]; wrong: string[] }> {
    const { world } = this.#watching
    using client = await logIn(world.at('imaps'), this.login, ANSWER_MS_MAX)
    await this.#select(client)
    const uids = await searchAll(client)
    const counts = new Map<string, number>()
    const bounces: string[] = []
    const wrong: string[] = []
    for (const uid of this.#uids) {
      if (!uids.includes(uid)) wrong.push(`${this.login}: UID ${uid} was seen, and is gone`)
    }
    for (let from = 0; from < uids.length; from += READ_AT_A_TIME) {
      const set = uids.slice(from, from + READ_AT_A_TIME).join(',')
      const { lines } = await client.command(`UID FETCH ${set} (UID FLAGS BODY.PEEK[])`)
      for (const { uid, bytes } of lines.flatMap(parseFetch)) {
        const text = bytes.toString('latin1', 0, 8192)
        const id = /^X-Drill: (.*)\r$/m.exec(text)?.[1]
        if (/^Content-Type: multipart\/report/im.test(text)) bounces.push(bytes.toString('latin1'))
        else if (id !== undefined) {
          counts.set(id, (counts.get(id) ?? 0) + 1)
          if (!isWhole(bytes)) wrong.push(`${this.login}: UID ${uid}, ${id}, is not whole`)
        }
      }
    }
    return { counts, bounces, wrong }
  }

  async #session(): Promise<void> {
    const { world, history, stop } = this.#watching
    using client = await logIn(world.at('imaps'), this.login, ANSWER_MS_MAX)
    await this.#select(client)
    await this.#compare(client)
    for (let looks = 1; !stop.aborted; looks++) {
      await this.#look(client)
      history.success('imap')
      if (looks % 20 === 0) await this.#compare(client)
      const told = await client.idle(IDLE_MS)
      if (told.some((line) => /^\* \d+ EXPUNGE/.test(line))) {
        history.breach(`${this.login}: EXPUNGE, though nobody expunges`)
      }
    }
  }

  async #select(client: LineImap): Promise<void> {
    const answer = await client.command('SELECT INBOX')
    if (answer.status !== 'OK') throw new Silence(`SELECT ${kindOf(answer)}`)
    const uidValidity = /UIDVALIDITY (\d+)/.exec(answer.lines.join('\n'))?.[1]
    this.#uidValidity ??= uidValidity
    if (uidValidity !== this.#uidValidity) {
      this.#watching.history.breach(`${this.login}: UIDVALIDITY changed`)
    }
  }

  /** What is new: above all that was seen. */
  async #look(client: LineImap): Promise<void> {
    const { history } = this.#watching
    const header = 'BODY.PEEK[HEADER.FIELDS (X-Drill)]'
    const answer = await client.command(`UID FETCH ${this.#highest + 1}:* (UID FLAGS ${header})`)
    if (answer.status !== 'OK') throw new Silence(`FETCH ${kindOf(answer)}`)
    const now = history.now()
    for (const { uid, bytes } of answer.lines.flatMap(parseFetch)) {
      // `n:*` has the last message even when it is below n. RFC 9051 §9
      if (this.#uids.has(uid)) continue
      if (uid < this.#highest) {
        history.breach(`${this.login}: UID ${uid} appeared after ${this.#highest}`)
      }
      this.#uids.add(uid)
      this.#highest = Math.max(this.#highest, uid)
      const id = /^X-Drill: (.*)\r$/m.exec(bytes.toString('latin1'))?.[1]
      if (id !== undefined && !this.seen.has(id)) this.seen.set(id, now)
    }
  }

  /** Whether something appeared below, or is gone. */
  async #compare(client: LineImap): Promise<void> {
    const { history } = this.#watching
    const highest = this.#highest
    const uids = new Set(await searchAll(client))
    for (const uid of uids) {
      if (uid > highest || this.#uids.has(uid)) continue
      history.breach(`${this.login}: UID ${uid} appeared below ${highest}`)
      this.#uids.add(uid)
    }
    for (const uid of this.#uids) {
      if (!uids.has(uid)) history.breach(`${this.login}: UID ${uid} is not there any more`)
    }
  }
}

/** Logs in anew every so often, whatever becomes of those before: what finds the gaps. */
export async function probeImap(
  { world, history, login, stop }: Watching,
  everyMs: number,
): Promise<void> {
  const under = new Set<Promise<void>>()
  const probe = async () => {
    try {
      using client = await logIn(world.at('imaps'), login, 10 * SECOND_MS)
      const answer = await client.command('STATUS INBOX (MESSAGES UIDNEXT)')
      if (answer.status === 'OK') history.success('imap')
      else history.error('imap', `STATUS ${kindOf(answer)}`)
      await client.command('LOGOUT')
    } catch (error) {
      // Of LOGOUT nobody waits for the answer.
      if (!(error instanceof Silence)) throw error
      if (error.kind !== 'BYE') history.error('imap', error.kind)
    }
  }
  while (!stop.aborted) {
    if (under.size < 100) {
      const one = probe()
      under.add(one)
      void one.finally(() => under.delete(one))
    }
    await pause(everyMs, stop)
  }
  await Promise.all(under)
}

async function searchAll(client: LineImap): Promise<number[]> {
  const answer = await client.command('UID SEARCH ALL')
  if (answer.status !== 'OK') throw new Silence(`SEARCH ${kindOf(answer)}`)
  const found = answer.lines.find((line) => line.startsWith('* SEARCH')) ?? ''
  return found.split(' ').slice(2).filter(Boolean).map(Number)
}
