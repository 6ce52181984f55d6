/**
 * IMAP clients that change their mailboxes through every fault, one change after the other, and know after each what must be
 * there. Of what was not answered OK either state is right, at any later time: such a message is left alone.
 */

import type { Platform } from './ground.ts'
import type { History } from './history.ts'
import { type Answer, kindOf, type LineImap, logIn, Silence } from './line-imap.ts'
import { idOf, isWhole, mailOf } from './mail.ts'
import { pause } from './senders.ts'

export interface Writing {
  readonly world: Platform
  readonly history: History
  readonly login: string
  readonly stop: AbortSignal
  random(): number
}

type Place = 'INBOX' | 'Archive'

/** Where a message is, with which flags: `INBOX:F`; sorted, and empty when it is nowhere. */
type State = string

interface Kept {
  readonly id: string
  /** More than one: it is not known which. */
  possible: State[]
  readonly uids: Partial<Record<Place, number>>
}

const ANSWER_MS_MAX = 45_000
const CHANGE_EVERY_MS = 100
const LIVE_MAX = 150
/** How often what one node has answered is asked of another. */
const READ_BACK_EVERY = 10

/** What a writer has done; `check` compares it with what is there. */
export class Writer {
  readonly #writing: Writing
  readonly #kept = new Map<string, Kept>()
  readonly #lastUid: Record<Place, number> = { INBOX: 0, Archive: 0 }
  #client: LineImap | undefined
  #selected: Place | undefined
  #changes = 0
  #looks = 0
  /** What was changed last, and is known. */
  #latest: Kept | undefined

  constructor(writing: Writing) {
    this.#writing = writing
  }

  /** Works until it is told to stop. */
  async run(): Promise<void> {
    const { stop, history } = this.#writing
    while (!stop.aborted) {
      try {
        await this.#change()
        await this.#readBackNow()
      } catch (error) {
        if (!(error instanceof Silence)) throw error
        history.error('imap', error.kind)
        this.#hangUp()
        await pause(200, stop)
      }
      await pause(CHANGE_EVERY_MS, stop)
    }
    this.#hangUp()
  }

  /** Reads both mailboxes, and tells what is not as it must be. */
  async check(): Promise<string[]> {
    const { world, login } = this.#writing
    using client = await logIn(world.at('imaps'), login, ANSWER_MS_MAX)
    const found = new Map<string, string[]>()
    const wrong: string[] = []
    for (const place of ['INBOX', 'Archive'] as const) {
      await client.command(`SELECT ${place}`)
      const { lines } = await client.command('UID FETCH 1:* (UID FLAGS BODY.PEEK[])')
      let last = 0
      for (const { uid, flags, bytes } of lines.flatMap(parseFetch)) {
        const id = idOf(bytes)
        if (uid <= last) wrong.push(`${login} ${place}: UID ${uid} after ${last}`)
        last = uid
        if (id === undefined || !this.#kept.has(id)) continue
        if (!isWhole(bytes)) wrong.push(`${login} ${place}: ${id} is not whole`)
        found.set(id, [...(found.get(id) ?? []), `${place}:${flags}`])
      }
    }
    for (const { id, possible } of this.#kept.values()) {
      const state = (found.get(id) ?? []).sort().join(',')
      if (possible.includes(state)) continue
      wrong.push(`${login}: ${id} is “${state}”, and should be “${possible.join('” or “')}”`)
    }
    return wrong
  }

  async #change(): Promise<void> {
    const { random } = this.#writing
    const certain = [...this.#kept.values()].filter(
      ({ possible }) => possible.length === 1 && possible[0] !== '',
    )
    const one = certain[Math.floor(random() * certain.length)]
    const chance = random()
    if (one === undefined || (chance < 0.4 && certain.length < LIVE_MAX)) return this.#append()
    if (chance < 0.55) return this.#flag(one)
    if (chance < 0.7) return this.#copy(one)
    if (chance < 0.85) return this.#move(one)
    return this.#expunge(one)
  }

  async #append(): Promise<void> {
    const { login } = this.#writing
    const kept: Kept = { id: `${login}-${++this.#changes}`, possible: [''], uids: {} }
    this.#kept.set(kept.id, kept)
    const bytes = mailOf(kept.id, login)
    const answer = await this.#attempt(kept, 'INBOX:', undefined, (client) =>
      client.command('APPEND INBOX', bytes),
    )
    if (answer !== undefined) this.#arrived(kept, 'INBOX', /APPENDUID \d+ (\d+)/.exec(answer.text))
  }

  async #flag(kept: Kept): Promise<void> {
    const [copy = '', ...others] = statesOf(kept)
    const place = placeOf(copy)
    const after = [copy.endsWith(':') ? `${place}:F` : `${place}:`, ...others].sort().join(',')
    const sign = copy.endsWith(':') ? '+' : '-'
    await this.#attempt(kept, after, place, (client) =>
      client.command(`UID STORE ${kept.uids[place]} ${sign}FLAGS (\\Flagged)`),
    )
  }

  async #copy(kept: Kept): Promise<void> {
    const [copy = '', ...others] = statesOf(kept)
    const place = placeOf(copy)
    if (others.length > 0) return this.#expunge(kept)
    const target = otherThan(place)
    const after = [copy, copy.replace(place, target)].sort().join(',')
    const answer = await this.#attempt(kept, after, place, (client) =>
      client.command(`UID COPY ${kept.uids[place]} ${target}`),
    )
    if (answer !== undefined) this.#arrived(kept, target, copyUid(answer))
  }

  async #move(kept: Kept): Promise<void> {
    const [copy = '', ...others] = statesOf(kept)
    const place = placeOf(copy)
    if (others.length > 0) return this.#expunge(kept)
    const target = otherThan(place)
    const answer = await this.#attempt(kept, copy.replace(place, target), place, (client) =>
      client.command(`UID MOVE ${kept.uids[place]} ${target}`),
    )
    if (answer !== undefined) this.#arrived(kept, target, copyUid(answer))
  }

  /** Takes one copy away, in the two steps that clients take. */
  async #expunge(kept: Kept): Promise<void> {
    const [copy = '', ...others] = statesOf(kept)
    const place = placeOf(copy)
    const deleted = [`${copy}D`, ...others].sort().join(',')
    const marked = await this.#attempt(kept, deleted, place, (client) =>
      client.command(`UID STORE ${kept.uids[place]} +FLAGS (\\Deleted)`),
    )
    if (marked === undefined) return
    await this.#attempt(kept, others.join(','), place, (client) =>
      client.command(`UID EXPUNGE ${kept.uids[place]}`),
    )
  }

  /** Undefined when it was not answered OK, and the message may be in either state from now on. */
  async #attempt(
    kept: Kept,
    after: State,
    place: Place | undefined,
    run: (client: LineImap) => Promise<Answer>,
  ): Promise<Answer | undefined> {
    const { history } = this.#writing
    const client = await this.#open(place)
    if (client === undefined) return undefined
    const before = kept.possible
    kept.possible = [...before, after]
    const answer = await run(client)
    if (answer.status !== 'OK') {
      history.error('imap', kindOf(answer))
      return undefined
    }
    kept.possible = [after]
    history.success('imap')
    this.#changes += 1
    this.#latest = kept
    return answer
  }

  /** Undefined when it cannot be selected now. */
  async #open(place: Place | undefined): Promise<LineImap | undefined> {
    const { world, login, history } = this.#writing
    if (this.#client === undefined) {
      this.#client = await logIn(world.at('imaps'), login, ANSWER_MS_MAX)
      const made = await this.#client.command('CREATE Archive')
      if (made.status !== 'OK' && !made.text.startsWith('[ALREADYEXISTS]')) {
        throw new Silence(`CREATE ${kindOf(made)}`)
      }
    }
    if (place === undefined || this.#selected === place) return this.#client
    this.#selected = undefined
    const answer = await this.#client.command(`SELECT ${place}`)
    if (answer.status !== 'OK') {
      history.error('imap', kindOf(answer))
      return undefined
    }
    this.#selected = place
    return this.#client
  }

  #arrived(kept: Kept, place: Place, match: RegExpExecArray | null): void {
    const { history, login } = this.#writing
    const uid = Number(match?.[1])
    kept.uids[place] = uid
    if (uid > this.#lastUid[place]) this.#lastUid[place] = uid
    else history.breach(`${login} ${place}: UID ${uid} after ${this.#lastUid[place]}`)
  }

  /** What was answered OK is seen by whoever asks next, at whatever node. */
  async #readBackNow(): Promise<void> {
    const latest = this.#latest
    if (latest === undefined || ++this.#looks % READ_BACK_EVERY !== 0) return
    this.#latest = undefined
    const { uids, possible } = latest
    if (possible.length > 1) return
    const [state = ''] = possible
    const { world, history, login } = this.#writing
    using client = await logIn(world.at('imaps'), login, ANSWER_MS_MAX)
    for (const place of ['INBOX', 'Archive'] as const) {
      if (uids[place] === undefined) continue
      const selected = await client.command(`SELECT ${place}`)
      const answer = await client.command(`UID FETCH ${uids[place]} (UID FLAGS BODY.PEEK[])`)
      if (selected.status !== 'OK' || answer.status !== 'OK') {
        history.error('imap', kindOf(selected.status === 'OK' ? answer : selected))
        return
      }
      const found = answer.lines.flatMap(parseFetch).map(({ flags }) => `${place}:${flags}`)
      const wanted = state.split(',').filter((copy) => placeOf(copy) === place)
      if (found.join() !== wanted.join()) {
        const was = `UID ${uids[place]} is “${found}” elsewhere`
        history.breach(`${login} ${place}: ${was}, and “${wanted}” was answered OK`)
      }
    }
  }

  #hangUp(): void {
    this.#client?.[Symbol.dispose]()
    this.#client = undefined
    this.#selected = undefined
  }
}

interface Fetched {
  readonly uid: number
  /** F for \Flagged, D for \Deleted. */
  readonly flags: string
  readonly bytes: Buffer
}

/** A line of FETCH that has UID; any other is nothing. */
export function parseFetch(line: string): Fetched[] {
  const uid = /^\* \d+ FETCH \(.*?UID (\d+)/.exec(line)?.[1]
  if (uid === undefined) return []
  const flags = /FLAGS \((.*?)\)/.exec(line)?.[1] ?? ''
  const letters = ['\\Flagged', '\\Deleted'].map((flag, n) => (flags.includes(flag) ? 'FD'[n] : ''))
  const literal = /\{(\d+)\}\r\n/.exec(line)
  const from = literal === null ? 0 : literal.index + literal[0].length
  const bytes = Buffer.from(line.slice(from, from + Number(literal?.[1] ?? 0)), 'latin1')
  return [{ uid: Number(uid), flags: letters.join(''), bytes }]
}

function statesOf({ possible: [state = ''] }: Kept): string[] {
  return state.split(',')
}

function placeOf(copy: string): Place {
  return copy.startsWith('Archive') ? 'Archive' : 'INBOX'
}

function otherThan(place: Place): Place {
  return place === 'INBOX' ? 'Archive' : 'INBOX'
}

function copyUid({ text, lines }: Answer): RegExpExecArray | null {
  const pattern = /COPYUID \d+ \d+ (\d+)/
  return pattern.exec(text) ?? pattern.exec(lines.join('\n'))
}
