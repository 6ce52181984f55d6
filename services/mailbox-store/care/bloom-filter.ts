/**
 * Remembers ids in bounded memory: never forgets one that was added, and now and then takes a stranger for one of them.
 */

import { createHash } from 'node:crypto'

/** Bits per id. */
const HASHES = 4
/** Six bytes make one bit's place: enough for any filter that fits into memory. */
const HASH_BYTES = 6
const LAYER_BYTES_MIN = 64 * 1024
/** With so much room for each id, one stranger in a hundred is taken for one. */
const BITS_PER_ID = 10

interface Layer {
  readonly bits: Uint8Array
  /** Ids that it may take before the next layer is begun. */
  room: number
}

/**
 * It begins small and adds layers, each twice as large as the one before, until it holds `bytesMax`; what comes then still
 * finds its place, at the price of more mistakes. The salt decides which strangers are mistaken: with another one,
 * others are.
 */
export class BloomFilter {
  readonly #salt: Uint8Array
  #bytesLeft: number
  readonly #layers: Layer[] = []

  constructor(bytesMax: number, salt: Uint8Array) {
    this.#salt = salt
    this.#bytesLeft = bytesMax
  }

  get bytes(): number {
    return this.#layers.reduce((sum, { bits }) => sum + bits.length, 0)
  }

  add(id: string): void {
    const hash = this.#hash(id)
    if (this.#layers.some(({ bits }) => isIn(bits, hash))) return
    const { bits } = this.#lastLayer()
    for (let i = 0; i < HASHES; i++) {
      const place = placeOf(bits, hash, i)
      const at = Math.floor(place / 8)
      bits[at] = (bits[at] ?? 0) | (1 << (place % 8))
    }
  }

  has(id: string): boolean {
    const hash = this.#hash(id)
    return this.#layers.some(({ bits }) => isIn(bits, hash))
  }

  #lastLayer(): Layer {
    const last = this.#layers.at(-1)
    if (last && (last.room > 0 || this.#bytesLeft < 1)) {
      last.room--
      return last
    }
    const wanted = last ? 2 * last.bits.length : LAYER_BYTES_MIN
    // What would be left for yet another layer is better in this one.
    const bytes = this.#bytesLeft < 2 * wanted ? Math.max(Math.floor(this.#bytesLeft), 1) : wanted
    this.#bytesLeft -= bytes
    const layer = { bits: new Uint8Array(bytes), room: Math.floor((bytes * 8) / BITS_PER_ID) - 1 }
    this.#layers.push(layer)
    return layer
  }

  #hash(id: string): Buffer {
    return createHash('sha256').update(this.#salt).update(id).digest()
  }
}

function isIn(bits: Uint8Array, hash: Buffer): boolean {
  for (let i = 0; i < HASHES; i++) {
    const place = placeOf(bits, hash, i)
    if (((bits[Math.floor(place / 8)] ?? 0) & (1 << (place % 8))) === 0) return false
  }
  return true
}

function placeOf(bits: Uint8Array, hash: Buffer, i: number): number {
  return hash.readUIntLE(i * HASH_BYTES, HASH_BYTES) % (bits.length * 8)
}
