import type { Nats } from '#lib/node/nats.ts'

/**
 * Hears on NATS which mailboxes change. However many sessions have a mailbox selected, there is one
 * subscription for it. Announcements may be lost; whoever listens has to look now and then as well.
 */
export class Announcements {
  readonly #nats: Pick<Nats, 'subscribe'>
  readonly #watched = new Map<string, { listeners: Set<() => void>; subscription: Disposable }>()

  constructor(nats: Pick<Nats, 'subscribe'>) {
    this.#nats = nats
  }

  watch(mailbox: string, changed: () => void): Disposable {
    const watched = this.#watched.get(mailbox) ?? this.#subscribe(mailbox)
    // A function of its own: the same one may be handed in twice.
    const listener = () => changed()
    watched.listeners.add(listener)
    return {
      [Symbol.dispose]: () => {
        if (!watched.listeners.delete(listener) || watched.listeners.size > 0) return
        this.#watched.delete(mailbox)
        watched.subscription[Symbol.dispose]()
      },
    }
  }

  #subscribe(mailbox: string) {
    const listeners = new Set<() => void>()
    const subscription = this.#nats.subscribe(`mailbox.changed.${mailbox}`, () => {
      for (const listener of listeners) listener()
    })
    const watched = { listeners, subscription }
    this.#watched.set(mailbox, watched)
    return watched
  }
}
