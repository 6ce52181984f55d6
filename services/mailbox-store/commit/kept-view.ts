/** The view that a process keeps of one mailbox, and how it comes to stand for the mailbox as it is now. */

import type { Collections, MailboxDocument } from '../documents.ts'
import { catchUp, fill } from './changes.ts'
import { wordsFor } from './flag-words.ts'
import type { Plan } from './plan.ts'
import { View } from './view.ts'

export class KeptView {
  readonly #collections: Pick<Collections, 'messages' | 'vanished'>
  #view: View | undefined
  #modSeq = 0

  constructor(collections: Pick<Collections, 'messages' | 'vanished'>) {
    this.#collections = collections
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
    if (this.#view === undefined || this.#modSeq !== plan.before.modSeq) return
    for (const [index, flags] of plan.flagged) this.#view.setFlags(index, flags, plan.modSeq)
    const expunged = plan.expungedUids
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

  async #advance(mailbox: MailboxDocument): Promise<boolean> {
    const view = this.#view
    // Half-way, the view stands for nothing: if this fails, it is read anew.
    this.#view = undefined
    const result = view && (await catchUp(view, this.#modSeq, mailbox, this.#collections))
    if (view !== undefined && result !== 'lost') {
      this.#view = view
      if (result === 'exact') this.#modSeq = mailbox.modSeq
      return result === 'exact'
    }
    const fresh = new View(mailbox.exists)
    const exact = await fill(fresh, mailbox, this.#collections)
    this.#view = fresh
    // Also when part of what was read is newer: catching up from here reads just that part again.
    this.#modSeq = mailbox.modSeq
    return exact
  }
}
