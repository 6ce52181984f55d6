/** The view that a process keeps of one mailbox, and how it comes to stand for the mailbox as it is now. */

import type { MailboxDocument } from '../documents.ts'
import { agrees, catchUp, type ReadView, readView, type ViewPorts } from './changes.ts'
import { wordsFor } from './flag-words.ts'
import type { Plan } from './plan.ts'
import type { View } from './view.ts'

/** What changes all the time is written down, too, once it has changed so many times as much as that asks for. */
const BUSY_FACTOR = 4

export class KeptView {
  readonly #ports: ViewPorts
  #view: View | undefined
  #modSeq = 0
  /** Of another time than the mailbox, and not yet compared with what that counts. */
  #doubted = false
  /** Messages changed, as far as this process knows, since the view was written down last. */
  #changes = 0
  /** Of the mailbox when it was last looked at whether to write it down. */
  #seenModSeq = 0

  constructor(ports: ViewPorts) {
    this.#ports = ports
  }

  /** As last brought somewhere; undefined when none is kept. */
  get current(): View | undefined {
    return this.#view
  }

  /** Memory held. */
  get bytes(): number {
    return this.#view?.bytes ?? 0
  }

  drop(): void {
    this.#view = undefined
  }

  /** Does to the view what the commit does to the documents. */
  follow(plan: Plan): void {
    const expunged = plan.expungedUids
    this.#changes += plan.flagged.size + expunged.size + plan.messages.length
    if (this.#view === undefined || this.#modSeq !== plan.before.modSeq) return
    for (const [index, flags] of plan.flagged) this.#view.setFlags(index, flags, plan.modSeq)
    if (expunged.size > 0) this.#view.remove(expunged)
    for (const message of plan.messages) this.#view.put({ ...message, modSeq: plan.modSeq })
    this.#view.widen(wordsFor(plan.keywords.length))
    this.#modSeq = plan.modSeq
  }

  /**
   * Makes the view stand for the mailbox as given. Answers false when another replica was faster: then it wants a
   * newer mailbox document, and is closer to it.
   */
  async bringTo(mailbox: MailboxDocument): Promise<boolean> {
    if (this.#view === undefined || this.#modSeq !== mailbox.modSeq) {
      if (!(await this.#advance(mailbox))) return false
    }
    this.#view?.widen(wordsFor(mailbox.keywords.length))
    return true
  }

  /**
   * Writes the view down when so much has changed since the last time that a reader would need long. To be called now
   * and then while nobody works on the mailbox; they may, while this goes on. A view that is not kept is read for it.
   */
  async saveSnapshot(mailbox: MailboxDocument): Promise<void> {
    const { snapshots } = this.#ports
    const quiet = this.#seenModSeq === mailbox.modSeq
    this.#seenModSeq = mailbox.modSeq
    const changes = this.#changes
    if (!snapshots.wants(mailbox, quiet ? changes : changes / BUSY_FACTOR)) return
    await snapshots.oneOfFew(async () => {
      const known = this.#standingFor(mailbox) ?? (await readView(mailbox, this.#ports))
      // Otherwise another process has written one, or is changing it: then it is not tried again soon.
      const wanted = snapshots.wants(mailbox, known.changes)
      if (wanted && known.exact) {
        await snapshots.save(mailbox, known)
        this.#ports.events.snapshotWritten()
      }
      this.#changes = Math.max(0, this.#changes - changes) + (wanted ? 0 : known.changes)
    })
  }

  #standingFor({ modSeq }: MailboxDocument): ReadView | undefined {
    if (this.#view === undefined || this.#modSeq !== modSeq || this.#doubted) return undefined
    return { view: this.#view, modSeq, exact: true, changes: this.#changes }
  }

  /** Answers whether the view stands for the mailbox now. Half-way it stands for nothing: if this fails, it is gone. */
  async #advance(mailbox: MailboxDocument): Promise<boolean> {
    const view = this.#view
    this.#view = undefined
    if (view !== undefined) {
      const { outcome, changes } = await catchUp(
        view,
        this.#modSeq,
        mailbox,
        this.#ports.collections,
      )
      this.#changes += changes
      if (outcome === 'newer') return this.#keep(view, this.#modSeq, true)
      if (outcome === 'exact' && (!this.#doubted || agrees(view, mailbox))) {
        return this.#keep(view, mailbox.modSeq, false)
      }
    }
    const read = await readView(mailbox, this.#ports)
    this.#changes = read.changes
    return this.#keep(read.view, read.modSeq, !read.exact)
  }

  #keep(view: View, modSeq: number, doubted: boolean): boolean {
    this.#view = view
    this.#modSeq = modSeq
    this.#doubted = doubted
    return !doubted
  }
}
