import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { type Guest, Guests } from './guests.ts'

/** Time that stands still until it is moved. */
function openClock() {
  let now = 0
  const sleepers = new Set<{ at: number; wake: () => void }>()
  return {
    monotonic: () => now,
    sleep: (ms: number, signal?: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        const sleeper = { at: now + ms, wake: resolve }
        sleepers.add(sleeper)
        signal?.addEventListener('abort', () => sleepers.delete(sleeper) && reject(signal.reason))
      }),
    /** Moves on, from one sleeper to the next. */
    async to(ms: number) {
      for (;;) {
        await turn()
        const [next] = [...sleepers].filter(({ at }) => at <= ms).sort((a, b) => a.at - b.at)
        if (next === undefined) break
        now = Math.max(now, next.at)
        sleepers.delete(next)
        next.wake()
      }
      now = ms
    },
  }
}

interface Crowd {
  readonly idle?: (name: number) => boolean
  readonly stays?: (name: number) => boolean
}

function open(count: number, { idle = () => true, stays = () => false }: Crowd = {}) {
  const clock = openClock()
  const guests = new Guests<Guest>(clock)
  const told: string[] = []
  const guest = (name: number): Guest => {
    const tell = (what: string, goes: boolean) => () => {
      told.push(`${what} ${name} at ${Math.round(clock.monotonic())}`)
      if (goes) guests.remove(one)
    }
    const one: Guest = {
      idle: idle(name),
      leave: tell('leave', !stays(name)),
      cut: tell('cut', false),
      destroy: tell('destroy', true),
    }
    return one
  }
  const all = Array.from({ length: count }, (_, name) => guest(name))
  for (const one of all) guests.add(one)
  return { clock, guests, told, all, guest }
}

const nobody = Promise.resolve()

test('goodbyes are spread over the time there is, the idle first', async () => {
  const { clock, guests, told } = open(4, { idle: (name) => name % 2 === 1 })
  const ended = guests.end(nobody, { graceMs: 12_000, gapMs: 60_000 })
  await clock.to(100_000)
  await ended
  // Ten seconds until the cut, four fifths of them for goodbyes.
  assert.deepEqual(told, ['leave 1 at 0', 'leave 3 at 2000', 'leave 0 at 4000', 'leave 2 at 6000'])
})

test('ten thousand do not go within one second', async () => {
  const { clock, guests, told } = open(10_000)
  const ended = guests.end(nobody, { graceMs: 8000, gapMs: 50 })
  await clock.to(1000)
  assert.ok(told.length > 2000 && told.length < 2200, String(told.length))
  await clock.to(4800)
  await ended
  assert.equal(told.length, 10_000)
})

test('a few do not take all the time that many would', async () => {
  const { clock, guests, told } = open(3)
  const ended = guests.end(nobody, { graceMs: 3_600_000, gapMs: 50 })
  await clock.to(100)
  await ended
  assert.equal(told.at(-1), 'leave 2 at 100')
})

test('without a gap all go at once', async () => {
  const { guests, told } = open(3)
  await guests.end(nobody, { graceMs: 8000 })
  assert.deepEqual(told, ['leave 0 at 0', 'leave 1 at 0', 'leave 2 at 0'])
})

test('who stays is cut, and then destroyed', async () => {
  const { clock, guests, told } = open(2, { stays: (name) => name === 1 })
  const ended = guests.end(nobody, { graceMs: 8000 })
  await clock.to(8000)
  await ended
  assert.deepEqual(told, ['leave 0 at 0', 'leave 1 at 0', 'cut 1 at 6000', 'destroy 1 at 8000'])
})

test('who goes before is not told; who comes after is told at once, and waited for', async () => {
  const { clock, guests, told, all, guest } = open(2)
  const arrivals = Promise.withResolvers<void>()
  let over = false
  const ended = guests.end(arrivals.promise, { graceMs: 8000, gapMs: 100 }).then(() => {
    over = true
  })
  await clock.to(50)
  guests.remove(all[1] as Guest)
  await clock.to(1000)
  assert.equal(over, false)
  guests.add(guest(7))
  arrivals.resolve()
  await ended
  assert.deepEqual(told, ['leave 0 at 0', 'leave 7 at 1000'])
})
