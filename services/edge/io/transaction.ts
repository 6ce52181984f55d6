import { Fault } from '#lib/base/fault.ts'
import { type Address, formatAddress } from '#lib/mail/address.ts'
import type { EnvelopeRecipient } from '#lib/mail/envelope.ts'
import { formatPath } from '#lib/mail/path.ts'
import type { MailCommand } from '#lib/smtp/command.ts'
import type { HarakaAddress, HarakaTransaction } from './haraka.ts'

/** A mail transaction as Haraka sees it, with what we read ourselves. */
export interface Transaction extends HarakaTransaction {
  readonly mail: MailCommand
  /** Those accepted. */
  readonly recipients: EnvelopeRecipient[]
}

export function openTransaction(mail: MailCommand): Transaction {
  return {
    mail,
    recipients: [],
    mail_from: toHarakaAddress(mail.sender),
    rcpt_to: [],
    uuid: '',
    // Haraka keeps notes and counts for plugins that we do not have.
    results: { add() {}, push() {} },
    notes: { skip_plugins: [] },
    rcpt_count: {},
  }
}

export function toHarakaAddress(address: Address | null): HarakaAddress {
  const text = address === null ? '' : formatAddress(address)
  return { address: text, format: () => formatPath(address, 'raw') }
}

/** Haraka reads commands as UTF-8; what was none must not become an address. */
export function toText(argument: string): string {
  if (argument.includes('\ufffd')) throw new Fault('invalid', 'The command is not UTF-8')
  return argument
}
