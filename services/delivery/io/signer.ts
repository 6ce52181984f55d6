import { createPrivateKey } from 'node:crypto'
import type { Clock } from '#lib/base/clock.ts'
import { Fault } from '#lib/base/fault.ts'
import { Outage } from '#lib/base/outage.ts'
import { RecentMap } from '#lib/base/recent-map.ts'
import type { Telemetry } from '#lib/base/telemetry.ts'
import {
  type DkimHeader,
  type DkimKey,
  findFromDomain,
  formatDkimSignature,
  RelaxedBodyHash,
} from '#lib/mime/dkim.ts'
import { parseHeader } from '#lib/mime/header.ts'
import type { DirectoryClient } from '#lib/node/clients.ts'
import type { SigningKey__Output } from '#proto/types/hikyaku/directory/SigningKey.ts'
import type { Sign, SignedMail } from '../outbound/transport.ts'

export interface SignerParts {
  readonly directory: Pick<DirectoryClient, 'signingKeys'>
  readonly clock: Pick<Clock, 'now' | 'monotonic'>
  readonly telemetry: Pick<Telemetry, 'warn'>
}

/** A longer header is signed by nobody, and read by few. */
const HEADER_BYTES_MAX = 512 * 1024
const DOMAINS_MAX = 20_000
const BODIES_MAX = 20_000
const FRESH_MS = 60_000
/** How long a question may take; and for as long a directory that did not answer is not asked for every mail. */
const ANSWER_MS = 5000
/** How long keys outlive it. */
const STALE_MS = 86_400_000

const NOTHING = new Uint8Array()

/**
 * Signs mail of our users, and of ourselves, with all keys that the domain in its From has: several signatures, since not
 * everybody reads ed25519. Mail of others, of several authors, or of a domain without keys goes as it is.
 *
 * While the directory is away the keys of up to a day ago sign. Later, and where it was never asked, mail waits: unsigned,
 * its domain's own policy might have it refused for good. Only what had no keys within a day goes as it is.
 */
export function openSigner({ directory, clock, telemetry }: SignerParts): Sign {
  const keys = new KeyCache({ directory, clock, telemetry })
  // A mail is signed again for each destination and each attempt; its body stays what it is.
  const hashes = new RecentMap<string, string>(BODIES_MAX)
  return async (mail) => {
    if (!mail.authenticated) return NOTHING
    const known = hashes.get(mail.mailId)
    const reader = new MessageHash(known === undefined)
    const header = await reader.readHeader(mail)
    const domain = header && findFromDomain(header.fields)
    if (!header || domain === undefined) return await reader.leave()
    let found: readonly DkimKey[]
    try {
      found = await keys.find(domain)
    } catch (error) {
      await reader.leave()
      throw error
    }
    if (found.length === 0) return await reader.leave()
    const bodyHash = known ?? (await reader.readBody())
    await reader.leave()
    hashes.set(mail.mailId, bodyHash)
    const time = clock.now()
    const signatures = await Promise.all(
      found.map((key) => formatDkimSignature(header, bodyHash, key, time)),
    )
    return Buffer.from(signatures.join(''), 'latin1')
  }
}

/** Reads a message from its start, no further than needed. */
class MessageHash {
  readonly #hash: RelaxedBodyHash | undefined
  #source: AsyncIterator<Uint8Array> | undefined
  /** Of the body, what came with the header; of a domain without keys nothing is hashed. */
  #begun: Uint8Array = NOTHING

  constructor(hashing: boolean) {
    this.#hash = hashing ? new RelaxedBodyHash() : undefined
  }

  /** Undefined when it is too long. */
  async readHeader(mail: SignedMail): Promise<DkimHeader | undefined> {
    this.#source = mail.stream()[Symbol.asyncIterator]()
    let bytes = Buffer.alloc(0)
    let searched = 0
    while (bytes.length <= HEADER_BYTES_MAX) {
      const { done, value } = await this.#source.next()
      if (done !== true) bytes = Buffer.concat([bytes, value])
      if (done === true || hasEmptyLine(bytes, searched)) {
        const { fields, end } = parseHeader(bytes)
        if (end > HEADER_BYTES_MAX) return undefined
        this.#begun = bytes.subarray(end)
        return { bytes, fields }
      }
      searched = bytes.length
    }
    return undefined
  }

  async readBody(): Promise<string> {
    this.#hash?.update(this.#begun)
    for (;;) {
      const next = await this.#source?.next()
      if (!next || next.done === true) break
      this.#hash?.update(next.value)
    }
    return this.#hash?.digest() ?? ''
  }

  /** Lets go of the source; no signature is the answer of whoever leaves early. */
  async leave(): Promise<Uint8Array> {
    await this.#source?.return?.()
    return NOTHING
  }
}

/** Whether there is one that ends behind what was searched before; the header may also end at the very start. */
function hasEmptyLine(bytes: Buffer, searched: number): boolean {
  const from = Math.max(0, searched - 3)
  if (bytes.indexOf('\n\n', from) >= 0 || bytes.indexOf('\n\r\n', from) >= 0) return true
  return bytes[0] === 0x0a || (bytes[0] === 0x0d && bytes[1] === 0x0a)
}

interface Known {
  readonly keys: readonly DkimKey[]
  readonly at: number
  /** Not asked before. */
  readonly askAt: number
}

class KeyCache {
  readonly #parts: SignerParts
  readonly #known = new RecentMap<string, Known>(DOMAINS_MAX)
  readonly #asking = new Map<string, Promise<readonly DkimKey[]>>()
  readonly #outage: Outage

  constructor(parts: SignerParts) {
    this.#parts = parts
    this.#outage = new Outage(parts.clock, ANSWER_MS)
  }

  /** @throws {Fault} unavailable when nobody can tell whether the domain has keys */
  async find(domain: string): Promise<readonly DkimKey[]> {
    const known = this.#known.get(domain)
    if (known && this.#parts.clock.monotonic() < known.askAt) return stillGood(known, this.#now())
    const asking = this.#asking.get(domain)
    if (asking === undefined && known === undefined && this.#outage.on) throw unknown()
    return await (asking ?? this.#ask(domain))
  }

  #ask(domain: string): Promise<readonly DkimKey[]> {
    const asking = this.#fetch(domain).finally(() => this.#asking.delete(domain))
    this.#asking.set(domain, asking)
    return asking
  }

  async #fetch(domain: string): Promise<readonly DkimKey[]> {
    try {
      const { keys } = await this.#outage.ask(() =>
        this.#parts.directory.signingKeys({ domain }, { deadlineMs: ANSWER_MS }),
      )
      const at = this.#now()
      const known = { keys: this.#toKeys(domain, keys), at, askAt: at + FRESH_MS }
      this.#known.set(domain, known)
      return known.keys
    } catch (error) {
      const known = this.#known.get(domain)
      if (!known) {
        this.#parts.telemetry.warn('signing-keys-unknown', { domain, error })
        throw unknown(error)
      }
      const later = { ...known, askAt: this.#now() + ANSWER_MS }
      this.#known.set(domain, later)
      return stillGood(later, this.#now())
    }
  }

  /** A key that cannot be read must not keep the others from signing. */
  #toKeys(domain: string, keys: readonly SigningKey__Output[]): DkimKey[] {
    return keys.flatMap((key) => {
      try {
        return [toKey(domain, key)]
      } catch (error) {
        this.#parts.telemetry.warn('signing-key-bad', { domain, selector: key.selector, error })
        return []
      }
    })
  }

  #now(): number {
    return this.#parts.clock.monotonic()
  }
}

function stillGood({ keys, at }: Known, now: number): readonly DkimKey[] {
  if (now - at < STALE_MS) return keys
  throw unknown()
}

function unknown(cause?: unknown): Fault {
  return new Fault('unavailable', 'The signing keys cannot be had now', { cause })
}

function toKey(domain: string, { selector, algorithm, privateKey }: SigningKey__Output): DkimKey {
  const key = createPrivateKey(privateKey)
  if (algorithm !== 'rsa' && algorithm !== 'ed25519') {
    throw new Fault('invalid', 'An algorithm that nobody knows')
  }
  if (key.asymmetricKeyType !== algorithm) throw new Fault('invalid', 'A key of another algorithm')
  if (!/^[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_])?$/i.test(selector)) {
    throw new Fault('invalid', 'A selector that is none')
  }
  return { domain, selector, algorithm, privateKey: key }
}
