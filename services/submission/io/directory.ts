import { Fault } from '#lib/base/fault.ts'
import { formatAddress, parseAddress } from '#lib/mail/address.ts'
import { MAIL_CLASSES, type MailClass } from '#lib/mail/envelope.ts'
import type { AdmissionClient, DirectoryClient } from '#lib/node/clients.ts'
import { type DirectoryChange, namesOf } from '#lib/node/outage/changes.ts'
import {
  type Authenticate,
  CredentialCache,
  type CredentialCacheParts,
} from '#lib/node/outage/credential-cache.ts'
import { LocalGuesses } from '#lib/node/outage/local-guesses.ts'
import { reply } from '#lib/smtp/reply.ts'
import type { AdmitResponse__Output } from '#proto/types/hikyaku/directory/AdmitResponse.ts'
import type { AuthenticateResponse__Output } from '#proto/types/hikyaku/directory/AuthenticateResponse.ts'
import type { Admit, Verdict } from '../admission.ts'
import { KnownProofs } from '../known-proofs.ts'
import type { Account, Credentials } from '../log-in.ts'

const PROTOCOL = 'submission'
/** A client waits for it. */
export const ANSWER_MS = 5000
const ANSWER = { deadlineMs: ANSWER_MS }

type Directory = Pick<
  DirectoryClient,
  'authenticate' | 'startScram' | 'finishScram' | 'authenticateCramMd5'
>

interface CredentialParts extends Omit<CredentialCacheParts, 'guesses'> {
  readonly directory: Directory
  /** Told when somebody is let in while the directory is away. */
  readonly remembered: () => void
}

/**
 * Asks the directory whether secrets are right. It slows guessing for all processes, so it is told from where. While it is
 * away, passwords that were right within a day are right, and so are proofs of SCRAM by keys that the directory
 * handed out for that. CRAM-MD5 nobody else can check.
 */
export function openCredentials(parts: CredentialParts) {
  const { directory, clock, outage, remembered } = parts
  const guesses = new LocalGuesses(clock)
  const from = (clientAddress: string) => ({ protocol: PROTOCOL, clientAddress })
  const authenticate: Authenticate<Account> = async (login, password, address) => {
    const asked = { login, password, ...from(address) }
    return toAccount(await directory.authenticate(asked, ANSWER))
  }
  const cache = new CredentialCache(authenticate, { ...parts, guesses })
  const proofs = new KnownProofs({ ...parts, guesses })
  const ask = <T>(question: () => Promise<T>): Promise<T> => {
    if (outage.on) throw new Fault('unavailable', 'The directory is away')
    return outage.ask(question)
  }
  const credentials: Credentials = {
    async authenticate(login, password, address) {
      const { account, fromCache } = await cache.authenticate(login, password, address)
      if (fromCache) remembered()
      return account
    },
    async startScram(login, address) {
      try {
        return await ask(() => directory.startScram({ login, ...from(address) }, ANSWER))
      } catch (error) {
        if (!isAway(error)) throw error
        return { ...proofs.start(login), remembered: true }
      }
    },
    async finishScram(login, proved, address) {
      if (proved.remembered) {
        const finished = proofs.finish(login, proved, address)
        remembered()
        return finished
      }
      const { mark } = proofs
      const { message: authMessage, proof: clientProof } = proved
      const asked = { login, authMessage, clientProof, ...from(address) }
      const finished = await ask(() => directory.finishScram(asked, ANSWER))
      const account = toAccount(finished.account)
      if (finished.outageKeys) proofs.keep(login, account, finished.outageKeys, mark)
      return { account, signature: finished.serverSignature }
    },
    async authenticateCramMd5(login, answered, address) {
      const asked = { login, ...answered, ...from(address) }
      return toAccount(await ask(() => directory.authenticateCramMd5(asked, ANSWER)))
    },
  }
  const forget = (change: DirectoryChange) => {
    cache.forget(change)
    proofs.forget(namesOf(change))
  }
  return { credentials, forget }
}

function isAway(error: unknown): boolean {
  return error instanceof Fault && error.code === 'unavailable'
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
      ANSWER,
    )
    return toVerdict(response)
  }
}

function toVerdict(response: AdmitResponse__Output): Verdict {
  const { verdict, code, status, text, sender, rates, tenantRates } = response
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
      ...(rates && tenantRates && { rates: { own: rates, together: tenantRates } }),
    },
  }
}

function isClass(name: string): name is MailClass {
  return (MAIL_CLASSES as readonly string[]).includes(name)
}
