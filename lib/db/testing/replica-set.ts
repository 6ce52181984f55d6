/** What the members of a proxied replica set have in common: who is primary, and which numbered writes are done. */
import { Binary, type Document, Int32, Long, ObjectId } from 'bson'
import type { Frame } from './wire.ts'

const DONE_MAX = 10_000

export class ReplicaSet {
  #hosts: readonly string[] = []
  #primary: number | undefined = 0
  #election = 1
  /** Answers to numbered writes, done or under way. */
  readonly #done = new Map<string, Promise<Frame | undefined>>()

  introduce(hosts: readonly string[]): void {
    this.#hosts = hosts
  }

  elect(member: number | undefined): void {
    this.#primary = member
    if (member !== undefined) this.#election++
  }

  isPrimary(member: number): boolean {
    return member === this.#primary
  }

  /** A server's greeting, as a member's. */
  greeting(body: Document, member: number): Document {
    const isPrimary = this.isPrimary(member)
    const term = this.#election.toString(16).padStart(24, '0')
    return {
      ...body,
      isWritablePrimary: isPrimary,
      ismaster: isPrimary,
      secondary: !isPrimary,
      setName: 'proxied',
      setVersion: new Int32(1),
      hosts: [...this.#hosts],
      me: this.#hosts[member],
      logicalSessionTimeoutMinutes: new Int32(30),
      ...(this.#primary !== undefined && { primary: this.#hosts[this.#primary] }),
      ...(isPrimary && { electionId: new ObjectId(term) }),
    }
  }

  /** The answer to the same write when it was asked for before. */
  answered(body: Document): Promise<Frame | undefined> | undefined {
    const key = keyOf(body)
    return key === undefined ? undefined : this.#done.get(key)
  }

  /** Remembers a write that begins; `answer` is undefined when it came to nothing. */
  begin(body: Document): (answer: Frame | undefined) => void {
    const key = keyOf(body)
    if (key === undefined) return () => undefined
    const { promise, resolve } = Promise.withResolvers<Frame | undefined>()
    this.#done.set(key, promise)
    for (const oldest of this.#done.keys()) {
      if (this.#done.size <= DONE_MAX) break
      this.#done.delete(oldest)
    }
    return (answer) => {
      const done = Number(answer?.body?.ok) === 1
      if (!done) this.#done.delete(key)
      resolve(done ? answer : undefined)
    }
  }
}

/** The session and the number that tell a repeated write. */
function keyOf({ lsid, txnNumber }: Document): string | undefined {
  if (!(txnNumber instanceof Long) || !(lsid?.id instanceof Binary)) return undefined
  return `${lsid.id.toString('hex')} ${txnNumber}`
}
