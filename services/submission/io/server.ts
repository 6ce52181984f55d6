import type { SecureContext } from 'node:tls'
import { SMTPServer } from 'smtp-server'
import type { Overload } from '#lib/base/pressure.ts'
import type { AccountPlaces } from '../account-places.ts'
import type { Events } from '../events.ts'
import { type LogInRules, mechanisms } from '../log-in.ts'
import type { MessageRules } from '../message.ts'
import type { RecipientRules } from '../recipient.ts'
import type { SenderRules } from '../sender.ts'

export interface SessionLimits {
  readonly lineBytesMax: number
  readonly commandBytesMax: number
  readonly errorsMax: number
  readonly failedLogInsMax: number
  readonly logInMs: number
  readonly commandTimeoutMs: number
  readonly dataTimeoutMs: number
  readonly temporaryFolder: string | undefined
}

/** What the commands ask to decide. */
export interface SubmissionRules {
  readonly logIn: LogInRules
  readonly sender: Omit<SenderRules, 'failed'>
  readonly recipient: Omit<RecipientRules, 'failed'>
  readonly message: MessageRules
  readonly places: AccountPlaces
  /** Why no mail should begin now. */
  readonly over: () => Overload | undefined
  readonly events: Events
}

export interface ServerOptions {
  readonly hostname: string
  /** TLS from the first byte. */
  readonly implicitTls: boolean
  readonly limits: SessionLimits
  readonly rules: SubmissionRules
  secureContext(): SecureContext
  /** Called once for each session. */
  closed(session: object): void
}

const TIMER_MS_MAX = 2 ** 31 - 1
/** What users have no business with. */
const DISABLED = ['XCLIENT', 'XFORWARD', 'LHLO', 'WIZ', 'SHELL', 'KILL']

/** What smtp-server's sessions have from the listener they came by. It never listens by itself. */
export class SubmissionServer extends SMTPServer {
  /** Times that are off are 0 here, as timers have it. */
  readonly limits: SessionLimits
  readonly rules: SubmissionRules
  readonly closed: ServerOptions['closed']

  constructor({ hostname, implicitTls, limits, rules, secureContext, closed }: ServerOptions) {
    super({
      name: hostname,
      banner: 'hikyaku',
      heloResponse: '%s',
      secure: implicitTls,
      needsUpgrade: implicitTls,
      disabledCommands: DISABLED,
      disableReverseLookup: true,
      hideENHANCEDSTATUSCODES: false,
      // The same before and after STARTTLS: who is in clear cannot log in. RFC 3207 §4
      authRequiredMessage: implicitTls ? 'Log in first' : 'Log in first, after STARTTLS',
      logger: false,
    })
    this.limits = {
      ...limits,
      logInMs: toTimer(limits.logInMs),
      commandTimeoutMs: toTimer(limits.commandTimeoutMs),
      dataTimeoutMs: toTimer(limits.dataTimeoutMs),
    }
    this.rules = rules
    this.closed = closed
    this.secureContext = new PresentContext(secureContext)
  }

  /** What EHLO announces. */
  capabilities({ secure, account }: { secure: boolean; account: unknown }): string[] {
    const { sizeBytesMax, recipientsMax } = this.rules.sender
    const size = Number.isFinite(sizeBytesMax) ? ` ${sizeBytesMax}` : ''
    const mayLogIn = secure && account === undefined
    return [
      'PIPELINING',
      `SIZE${size}`,
      ...(secure ? [] : ['STARTTLS']),
      ...(mayLogIn ? [`AUTH ${mechanisms(this.rules.logIn).join(' ')}`] : []),
      'ENHANCEDSTATUSCODES',
      '8BITMIME',
      'SMTPUTF8',
      'DSN',
      // RFC 9422 §4
      ...(Number.isFinite(recipientsMax) ? [`LIMITS RCPTMAX=${recipientsMax}`] : []),
    ]
  }
}

function toTimer(ms: number): number {
  return ms > TIMER_MS_MAX ? 0 : ms
}

/** The certificate as it is now, whatever name is asked for. */
class PresentContext extends Map<string, SecureContext> {
  readonly #present: () => SecureContext

  constructor(present: () => SecureContext) {
    super()
    this.#present = present
  }

  override get(): SecureContext {
    return this.#present()
  }
}
