import type { Overload } from '#lib/base/pressure.ts'
import { formatAddress } from '#lib/mail/address.ts'
import { overloadReply } from '#lib/smtp/overload.ts'
import { type Reply, replyText } from '#lib/smtp/reply.ts'
import type { Events } from '../events.ts'
import { acceptMessage, type MessageRules } from '../message.ts'
import type { Rates } from '../rates.ts'
import { checkRecipient, type RecipientRules } from '../recipient.ts'
import { checkSender } from '../sender.ts'
import type { Connection } from './connection.ts'
import { DSN, type Hook, type Next, RESULT, registerPlugin } from './haraka.ts'
import { type SessionServer, STOPPING } from './server.ts'

/** What the hooks ask to decide; each session finds that of its own listener. */
export interface EdgeRules {
  readonly recipient: Omit<RecipientRules, 'failed'>
  readonly message: MessageRules
  readonly rates: Rates
  /** Why no mail should begin now. */
  readonly over: () => Overload | undefined
  readonly events: Events
  /** Never rejects. */
  readonly clientName: (address: string) => Promise<string | undefined>
}

export interface EdgeServer extends SessionServer {
  readonly rules: EdgeRules
}

type Session = Connection & { readonly server: EdgeServer }

const hooks: Readonly<Record<string, Hook<Session>>> = {
  /** Nobody waits for the name: it is there by the time the Received header is written, or left out of it. */
  lookup_rdns(next, session) {
    // Later: the session's constructor, which knows the client behind a proxy, has not come to its end.
    queueMicrotask(() => {
      void session.server.rules.clientName(session.remote.ip).then((name) => {
        session.name = name
      })
      next(RESULT.ok, '')
    })
  },

  connect(next, { server, leaving }) {
    if (leaving) next(RESULT.denysoftdisconnect, STOPPING)
    else next(RESULT.ok, `${server.hostname} ESMTP hikyaku`)
  },

  capabilities(next, session) {
    const { hostname, limits } = session.server
    session.capabilities = [
      hostname,
      'PIPELINING',
      Number.isFinite(limits.sizeBytesMax) ? `SIZE ${limits.sizeBytesMax}` : 'SIZE',
      ...(session.tls.enabled ? [] : ['STARTTLS']),
      'ENHANCEDSTATUSCODES',
      '8BITMIME',
      'SMTPUTF8',
    ]
    next()
  },

  mail(next, { server, transaction, remote }) {
    if (transaction === null) return next()
    const over = server.rules.over()
    if (over !== undefined) return answer(next, overloadReply(over))
    if (!server.rules.rates.take(remote.ip)) {
      return answer(next, { code: 450, status: '4.7.1', text: 'Too many messages, slow down' })
    }
    answer(next, checkSender(transaction.mail, server.limits.sizeBytesMax))
  },

  rcpt(next, session) {
    run(next, session, () => checkRcpt(session))
  },

  queue(next, session) {
    run(next, session, () => accept(session))
  },
}

export function registerEdgePlugin(): void {
  registerPlugin('hikyaku', hooks)
}

async function checkRcpt({ server, transaction, asked, remote }: Session): Promise<Reply> {
  if (transaction === null || asked === undefined) throw new Error('RCPT outside of a transaction')
  const { events, recipient: rules } = server.rules
  const { recipients, mail } = transaction
  const taken = { recipients: recipients.length, smtpUtf8: mail.smtpUtf8 }
  const failed = (error: unknown) => events.lookupFailed(remote.ip, error)
  const { reply, recipient } = await checkRecipient(asked, taken, { ...rules, failed })
  events.recipient(remote.ip, formatAddress(asked.address), reply.code)
  if (reply.code < 400) recipients.push(recipient)
  return reply
}

async function accept(session: Session): Promise<Reply> {
  const { transaction, incoming, peer } = session
  if (transaction === null || incoming === undefined)
    throw new Error('DATA outside of a transaction')
  // From here on the bytes are ours: the session may end before the spool has them.
  session.incoming = undefined
  const { body, sizeBytes, received, problem } = incoming
  const { mail, recipients } = transaction
  try {
    return await acceptMessage(
      {
        ...{ client: peer, mail, recipients, sizeBytes, received, problem },
        bodyAfter: (header) => body.after(header),
      },
      session.server.rules.message,
    )
  } finally {
    body.close()
  }
}

/** Whatever breaks is our bug, and our bugs put mail off; Haraka would refuse it for good. */
function run(next: Next, { server, remote }: Session, decide: () => Promise<Reply>): void {
  decide().then(
    (reply) => answer(next, reply),
    (error: unknown) => {
      server.rules.events.broken(remote.ip, error)
      answer(next, { code: 451, status: '4.3.0', text: 'Internal error, try again later' })
    },
  )
}

function answer(next: Next, reply: Reply): void {
  const text = replyText(reply)
  if (reply.code < 400) next(RESULT.ok, text)
  else next(reply.code < 500 ? RESULT.denysoft : RESULT.deny, new DSN(reply.code, text))
}
