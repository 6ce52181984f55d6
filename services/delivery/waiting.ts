/** The spool keeps giving out new mails only while not too many are given out and unsettled. */
const MAILS_MAX = 5000

/**
 * Which mails wait for a full mailbox or a suspended account. They stay in the spool meanwhile, so that one
 * customer's thousands must not become what everybody waits behind.
 */
export class Waiting {
  readonly #mails = new Set<string>()
  readonly #mailsMax: number

  constructor(mailsMax = MAILS_MAX) {
    this.#mailsMax = mailsMax
  }

  /** False when there is no room for another mail. */
  admit(mailId: string): boolean {
    if (this.#mails.size >= this.#mailsMax && !this.#mails.has(mailId)) return false
    this.#mails.add(mailId)
    return true
  }

  leave(mailId: string): void {
    this.#mails.delete(mailId)
  }
}
