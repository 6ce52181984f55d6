import { Fault } from '#lib/base/fault.ts'
import { formatAddress, parseAddress } from '#lib/mail/address.ts'
import type { MailClass } from '#lib/mail/envelope.ts'
import type { AdmissionClient, DirectoryClient } from '#lib/node/clients.ts'
import { reply } from '#lib/smtp/reply.ts'
import type { AdmitResponse__Output } from '#proto/types/hikyaku/directory/AdmitResponse.ts'
import type { AuthenticateResponse__Output } from '#proto/types/hikyaku/directory/AuthenticateResponse.ts'
import type { Admit, Verdict } from '../admission.ts'
import type { Account, Credentials } from '../log-in.ts'

const PROTOCOL = 'submission'
/** A client waits for it. */
const ADMIT_DEADLINE_MS = 10_000
const CLASSES = {
  personal: true,
  transactional: true,
  bulk: true,
  announcement: true,
  system: true,
} satisfies Record<MailClass, true>

type Directory = Pick<
  DirectoryClient,
  'authenticate' | 'startScram' | 'finishScram' | 'authenticateCramMd5'
>

/** Asks the directory whether secrets are right. It slows guessing for all processes, so it is told from where. */
export function openCredentials(directory: Directory): Credentials {
  const from = (clientAddress: string) => ({ protocol: PROTOCOL, clientAddress })
  return {
    async authenticate(login, password, address) {
      return toAccount(await directory.authenticate({ login, password, ...from(address) }))
    },
    startScram: (login, address) => directory.startScram({ login, ...from(address) }),
    async finishScram(login, { message, proof }, address) {
      const asked = { login, authMessage: message, clientProof: proof, ...from(address) }
      const { account, serverSignature } = await directory.finishScram(asked)
      return { account: toAccount(account), signature: serverSignature }
    },
    async authenticateCramMd5(login, answered, address) {
      const asked = { login, ...answered, ...from(address) }
      return toAccount(await directory.authenticateCramMd5(asked))
    },
  }
}

function toAccount(told: AuthenticateResponse__Output | null): Account {
  if (!told) throw new Error('The directory names no account')
  const { account, tenant, login, domain } = told
  return { id: account, tenant, login, domain }
}

/** Asks the admission point. */
export function openAdmit(admission: Pick<AdmissionClient, 'admit'>): Admit {
  return async ({ account, clientAddress, sender, recipients, sizeBytes, mail }) => {
    const response = await admission.admit(
      {
        account,
        protocol: PROTOCOL,
        clientAddress,
        sender: sender === null ? '' : formatAddress(sender),
        recipients: recipients.map(formatAddress),
        sizeBytes,
        final: mail !== undefined,
        ...(mail && { mailId: mail.id, headerFrom: mail.authors.map(formatAddress) }),
      },
      { deadlineMs: ADMIT_DEADLINE_MS },
    )
    return toVerdict(response)
  }
}

function toVerdict(response: AdmitResponse__Output): Verdict {
  const { verdict, code, status, text, sender } = response
  if (verdict === 'REJECT') {
    // A reply that is none would be read as who knows what.
    if (code < 400 || code > 599) throw new Fault('unavailable', 'No reply to a refusal')
    return { kind: 'refused', reply: reply(code, status, text) }
  }
  return {
    kind: 'admitted',
    admitted: {
      ...(verdict === 'HOLD' && { hold: text }),
      ...(sender && { sender: parseAddress(sender) }),
      class: isClass(response.class) ? response.class : 'personal',
      tenant: response.tenant,
      sizeBytesMax: response.sizeMax || Number.POSITIVE_INFINITY,
      recipientsMax: response.recipientsMax || Number.POSITIVE_INFINITY,
      hideClient: response.hideClient,
    },
  }
}

function isClass(name: string): name is MailClass {
  return Object.hasOwn(CLASSES, name)
}
