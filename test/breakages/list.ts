/**
 * Deliberate breakages of the mailbox-store: each takes away one thing that a promise rests on. `from` is text of the file
 * that occurs once, so that the list cannot rot unnoticed. `test` notices it; without one, the random histories do.
 */

import assert from 'node:assert/strict'
import { COLLECTING } from './collecting.ts'

export interface Breakage {
  readonly name: string
  readonly file: string
  readonly from: string
  readonly to: string
  readonly test?: string
}

const STORE = 'services/mailbox-store'
const APPLY = `${STORE}/commit/apply.ts`
const MAILBOX = `${STORE}/commit/mailbox.ts`
const PLAN = `${STORE}/commit/plan.ts`
const STATE = `${STORE}/commit/state.ts`
const CHANGES = `${STORE}/commit/changes.ts`
const COMPLETE = `${STORE}/move/complete.ts`

/** The file's text with the breakage in it. */
export function breakText(text: string, { name, from, to }: Breakage): string {
  const parts = text.split(from)
  assert.equal(parts.length, 2, `${name}: its text occurs ${parts.length - 1} times, and must once`)
  return parts.join(to)
}

export const BREAKAGES: readonly Breakage[] = [
  {
    name: 'nobody helps an operation that was left',
    file: MAILBOX,
    from: 'await apply(this.key, decodeOperation(pending), this.#ports)',
    to: 'void decodeOperation(pending)',
  },
  {
    name: 'a commit does not compare the MODSEQ',
    file: STATE,
    from: 'const filter = { _id: plan.before._id, modSeq: plan.before.modSeq }',
    to: 'const filter = { _id: plan.before._id }',
  },
  {
    name: 'who loses a compare-and-set answers as if it had won',
    file: STATE,
    from: 'return matched === 1',
    to: 'return matched <= 1',
  },
  {
    name: 'messages are written before the commit',
    file: MAILBOX,
    from: "this.#ports.at('commit')",
    to: "this.#ports.at('commit')\n      await apply(this.key, operation, this.#ports)",
  },
  {
    name: 'the answer goes out before the commit',
    file: MAILBOX,
    from: "this.#ports.at('commit')",
    to: "this.#ports.at('commit')\n      this.#answer(planned)",
  },
  {
    name: 'a commit is announced before it is made',
    file: MAILBOX,
    from: "this.#ports.at('commit')",
    to: "this.#ports.at('commit')\n      this.#ports.announce(plan.after())",
  },
  {
    name: 'nothing is left in the mailbox document for others to help',
    file: STATE,
    from: '    pending,\n',
    to: '',
  },
  {
    name: 'receipts are not written',
    file: APPLY,
    from: 'if (operation.receipts.length > 0) work.push(addReceipts(mailbox, operation, ports))',
    to: 'void addReceipts',
  },
  {
    name: 'receipts are not looked up',
    file: MAILBOX,
    from: 'if (ids.length === 0) return []',
    to: 'if (ids.length >= 0) return []',
  },
  {
    name: 'what was done earlier in the same batch is done again',
    file: PLAN,
    from: 'this.#receipts.set(receiptKey(this.before._id, receipt.key), receipt)',
    to: 'void receiptKey',
  },
  {
    name: 'a change of flags does not carry its MODSEQ',
    file: APPLY,
    from: 'const set = { flags, modSeq: operation.modSeq }',
    to: 'const set = { flags }',
  },
  {
    name: 'a commit does not count MODSEQ up',
    file: PLAN,
    from: 'this.modSeq = before.modSeq + 1',
    to: 'this.modSeq = before.modSeq',
  },
  {
    name: 'the next UID comes from what is there',
    file: PLAN,
    from: 'this.#uidNext = before.uidNext',
    to: 'this.#uidNext = before.exists + 1',
  },
  {
    name: 'an expunged message leaves no tombstone',
    file: APPLY,
    from: '      $set: { modSeq: operation.modSeq, expiresAt },\n',
    to: "      $set: { modSeq: operation.modSeq, expiresAt, mailbox: '', _gone: true },\n",
  },
  {
    name: 'who helps late changes what is newer',
    file: APPLY,
    from: 'const older = { modSeq: { $lt: modSeq }, expiresAt: { $exists: false } }',
    to: 'const older = { expiresAt: { $exists: false } }',
  },
  {
    name: 'a view is kept and not caught up',
    file: `${STORE}/commit/kept-view.ts`,
    from: 'if (!(await this.#advance(mailbox))) return false',
    to: 'if (this.#view === undefined && !(await this.#advance(mailbox))) return false',
  },
  {
    name: 'a view of mixed age is taken for exact',
    file: CHANGES,
    from: 'return message.modSeq <= mailbox.modSeq',
    to: 'return message.modSeq > 0',
  },
  {
    name: 'a gap in what has vanished is not noticed',
    file: CHANGES,
    from: 'if (one.previous > reached) return undefined\n',
    to: '',
  },
  {
    name: 'what has vanished is not written down',
    file: APPLY,
    from: 'work.push(bury(mailbox, operation, ports), addVanished(mailbox, operation, ports))',
    to: 'work.push(bury(mailbox, operation, ports))\n    void addVanished',
  },
  {
    name: 'a conditional change of flags is not conditional',
    file: `${STORE}/store-flags.ts`,
    from: 'plan.modSeqAt(index) > (request.unchangedSince ?? Number.POSITIVE_INFINITY)',
    to: 'plan.modSeqAt(index) > Number.POSITIVE_INFINITY',
  },
  {
    name: 'a conditional change does not see the one before it in the same commit',
    file: PLAN,
    from: 'return this.#flagged.has(index) ? this.modSeq : this.view.modSeqAt(index)',
    to: 'return this.view.modSeqAt(index)',
  },
  {
    name: 'flags set twice in one commit are counted twice',
    file: PLAN,
    from: 'const old = this.flagsAt(index)',
    to: 'const old = this.view.flagsAt(index)',
  },
  {
    name: 'expunge takes what has no \\Deleted',
    file: `${STORE}/expunge.ts`,
    from: 'plan.has(index) && hasBit(plan.flagsAt(index), DELETED_BIT)',
    to: 'plan.has(index) && (uids !== "1:*" || hasBit(plan.flagsAt(index), DELETED_BIT))',
  },
  {
    name: 'a move leaves its source before it has arrived',
    file: COMPLETE,
    from: 'const arrived = under ?',
    to: "await source.change(departure(move, { uids: '' }))\n  const arrived = under ?",
  },
  {
    name: 'a move does not leave its source',
    file: COMPLETE,
    from: 'if (arrived !== undefined) expungeAll(move, plan)',
    to: 'void expungeAll',
  },
  {
    name: 'who knew of a move long ago begins it again',
    file: COMPLETE,
    from: 'return found?.moving?.some((one) => one.id === id) === true',
    to: 'return found !== undefined && id !== undefined',
    test: `${STORE}/commit/repeated.test.ts`,
  },
  {
    name: 'a repetition is answered from a mailbox in which it is not done',
    file: MAILBOX,
    from: 'if (doneAt > Math.max(plan.before.modSeq, comparedAt)) {',
    to: 'if (doneAt < 0) {',
    test: `${STORE}/commit/repeated.test.ts`,
  },
  {
    name: 'what is claimed by one move is claimed by another',
    file: PLAN,
    from: 'for (const index of indexes) this.#claimed.add(index)',
    to: 'void indexes',
  },
  {
    name: 'who meets a move under way does not wait for its end',
    file: MAILBOX,
    from: 'if (this.#moving) waiting = this.#queue.hold(waiting)\n',
    to: '',
  },
  {
    name: 'what arrives by a move has no receipt',
    file: COMPLETE,
    from: '      plan.addReceipt(receipt)\n      return () => ({ receipt, repeated: false })',
    to: '      return () => ({ receipt, repeated: false })',
  },
  {
    name: 'a move whose target is gone takes the messages with it',
    file: COMPLETE,
    from: 'if (error instanceof Fault && FINAL.has(error.code)) return undefined',
    to: "if (error instanceof Fault && FINAL.has(error.code)) return { uids: '' }",
    test: `${STORE}/move/move.test.ts`,
  },
  {
    name: 'what is staged is deleted before it is applied',
    file: APPLY,
    from: 'await insertMissing(messages, documents)\n        await staged.deleteOne({ _id })',
    to: 'await staged.deleteOne({ _id })\n        await insertMissing(messages, documents)',
  },
  {
    name: 'who finds what was staged gone fails',
    file: APPLY,
    from: 'if (found !== undefined) {',
    to: "if (found === undefined) throw new Error('gone')\n      else {",
  },
  {
    name: 'what is staged is not applied by who helps',
    file: APPLY,
    from: 'if (operation.staged) work.push(addStaged(mailbox, operation, ports))',
    to: 'void addStaged',
  },
  {
    name: 'a batch is appended one by one',
    file: `${STORE}/append-batch.ts`,
    from: 'const drafted = await draft(key, taking.messages(), ports)',
    to: 'const all = await Array.fromAsync(taking.messages())\n    for (const one of all.slice(1)) await ports.committer.mailbox(key).change(batchChange(await draft(key, [one], ports), ""))\n    const drafted = await draft(key, all.slice(0, 1), ports)',
  },
  {
    name: 'a copy takes the flags of another moment than the messages',
    file: `${STORE}/copy.ts`,
    from: 'yield { ...message, flags: flags.get(uid) ?? [] }',
    to: 'yield { ...message, flags: (flags.get(uid) ?? []).slice(1) }',
  },
  {
    name: 'UIDVALIDITY is not counted up',
    file: `${STORE}/names.ts`,
    from: '$inc: { uidValidity: 1 }',
    to: '$inc: { uidValidity: 0 }',
  },
  ...COLLECTING,
]
