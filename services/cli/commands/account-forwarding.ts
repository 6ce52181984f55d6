/** What the account commands say and ask about where an account's mail goes, and what it may send as. */

import type { Account__Output } from '#proto/types/hikyaku/directory/Account.ts'
import type { AccountChange } from '#proto/types/hikyaku/directory/AccountChange.ts'
import { type Given, UsageError } from '../command.ts'
import type { Column } from '../output.ts'

export const FORWARDING_COLUMNS: readonly Column<Account__Output>[] = [
  {
    key: 'forwards',
    title: 'FORWARDS TO',
    text: ({ forwards, keepsCopy }) => {
      const all = forwards.join(' ')
      return all === '' || keepsCopy ? all : `${all} (keeps no copy)`
    },
    value: ({ forwards }) => forwards,
  },
  {
    key: 'keepsCopy',
    title: '',
    text: () => '',
    value: ({ keepsCopy }) => keepsCopy,
    hidden: true,
  },
  {
    key: 'sendAs',
    title: 'MAY SEND AS',
    text: ({ sendAs }) => sendAs.join(' '),
    value: ({ sendAs }) => sendAs,
  },
]

export const FORWARDING_OPTIONS = {
  forward: {
    type: 'string',
    value: 'ADDRESS',
    multiple: true,
    help: 'Where its mail goes as well (repeatable)',
  },
  'no-copy': { type: 'boolean', help: 'Its mail goes there only' },
  'send-as': {
    type: 'string',
    value: 'ADDRESS',
    multiple: true,
    help: 'May send as it; @DOMAIN for all of a domain (repeatable)',
  },
} as const

/** What only a change can say. */
export const FORWARDING_ENDS = {
  'no-forward': { type: 'boolean', help: 'Its mail goes nowhere else any more' },
  'no-send-as': { type: 'boolean', help: 'It sends as nobody else any more' },
} as const

export function givenForwarding(
  given: Given,
): Pick<AccountChange, 'forwards' | 'keepsCopy' | 'sendAs'> {
  const [forwards, sendAs] = [given.texts('forward'), given.texts('send-as')]
  if (given.has('no-forward') && (forwards.length > 0 || given.has('no-copy'))) {
    throw new UsageError('--no-forward goes with neither --forward nor --no-copy')
  }
  if (given.has('no-send-as') && sendAs.length > 0) {
    throw new UsageError('--send-as and --no-send-as do not go together')
  }
  const all = forwards.length > 0 || given.has('no-forward')
  return {
    ...(all && { forwards: { addresses: forwards } }),
    ...((all || given.has('no-copy')) && { keepsCopy: !given.has('no-copy') }),
    ...((sendAs.length > 0 || given.has('no-send-as')) && { sendAs: { addresses: sendAs } }),
  }
}
