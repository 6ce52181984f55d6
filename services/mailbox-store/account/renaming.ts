/**
 * A mailbox and those below it get other names. What is to be done is written into the account's document first, and
 * that is what decides: whoever lists the mailboxes, makes one or misses one completes it.
 */

import { DuplicateKey } from '#lib/db/port.ts'
import { isBelow } from '#lib/mail/mailbox-name.ts'
import { type Collections, type MailboxDocument, mailboxKey, type Renaming } from '../documents.ts'

export interface RenamingPorts {
  readonly collections: Pick<Collections, 'mailboxes' | 'accounts'>
}

const GROUP = 200

/** Completes what was left half done; answers whether there was anything. */
export async function completeRenaming(account: string, ports: RenamingPorts): Promise<boolean> {
  const { accounts } = ports.collections
  const found = await accounts.findOne({ _id: account }, { fields: ['renaming'] })
  if (found?.renaming === undefined) return false
  await carryOut(account, found.renaming, ports)
  return true
}

/**
 * Gives the names. The highest goes first: when another mailbox was quicker to take its name, nothing is renamed, and
 * the answer is false. One below whose name was taken stays what it is.
 */
export async function carryOut(
  account: string,
  renaming: Renaming,
  ports: RenamingPorts,
): Promise<boolean> {
  const { mailboxes, accounts } = ports.collections
  const { id, from, to } = renaming
  let done = true
  for (const mailbox of await stillToRename(account, renaming, ports)) {
    const name = to + mailbox.name.slice(from.length)
    try {
      await mailboxes.updateOne({ _id: mailbox._id, name: mailbox.name }, { $set: { name } })
    } catch (error) {
      if (!(error instanceof DuplicateKey)) throw error
      done = mailbox.name !== from
      if (!done) break
    }
  }
  await accounts.updateOne({ _id: account, 'renaming.id': id }, { $unset: { renaming: true } })
  return done
}

async function stillToRename(
  account: string,
  { mailboxes: ids, from }: Renaming,
  { collections }: RenamingPorts,
): Promise<MailboxDocument[]> {
  const found: MailboxDocument[] = []
  for (let i = 0; i < ids.length; i += GROUP) {
    const _id = { $in: ids.slice(i, i + GROUP).map((id) => mailboxKey(account, id)) }
    for await (const one of collections.mailboxes.find({ _id }, { fields: ['name'] })) {
      if (one.name === from || isBelow(one.name, from)) found.push(one)
    }
  }
  return found.sort((a, b) => a.name.length - b.name.length)
}
