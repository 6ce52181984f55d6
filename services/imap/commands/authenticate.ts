import { Fault } from '#lib/base/fault.ts'
import type { AuthenticateCommand, LoginCommand } from '#lib/imap/command.ts'
import { faultResponse } from '#lib/imap/fault.ts'
import { parsePlain } from '#lib/sasl/plain.ts'
import type { Session } from '../session.ts'
import { capabilities } from './basic.ts'

/** RFC 9051 §6.2.3 */
export function login(command: LoginCommand, session: Session): Promise<string> {
  return check('LOGIN', session, () => command)
}

/** AUTHENTICATE PLAIN, with or without the initial response. RFC 9051 §6.2.2, RFC 4959 §3, RFC 4616 */
export async function authenticate(
  { mechanism, initialResponse }: AuthenticateCommand,
  session: Session,
): Promise<string> {
  if (mechanism !== 'PLAIN') return 'NO [CANNOT] There is no such mechanism'
  if (!mayLogIn(session)) return PRIVACY
  let response = initialResponse
  if (response === undefined) {
    session.send('+ ')
    response = await session.input.line()
  }
  if (response === undefined || response === '*') return 'BAD Cancelled'
  const message = response
  return check('AUTHENTICATE', session, () => parsePlain(message))
}

const PRIVACY = 'NO [PRIVACYREQUIRED] Use STARTTLS first'
/** What one command may have once the client is known. */
const COMMAND_BYTES_MAX = 65_536

function mayLogIn({ wire, backend }: Session): boolean {
  return wire.secure || backend.settings.cleartextLogin
}

async function check(
  name: string,
  session: Session,
  read: () => { login: string; password: string },
): Promise<string> {
  if (!mayLogIn(session)) return PRIVACY
  const { backend, wire } = session
  const { login, password } = read()
  try {
    const { account, fromCache } = await backend.authenticate(login, password, wire.remoteAddress)
    if (!backend.enter(account.id)) return 'NO [LIMIT] Too many connections of this account'
    session.account = account
    backend.events.loggedIn(wire.remoteAddress, account.id, fromCache)
  } catch (error) {
    return refuse(session, login, error)
  }
  session.input.commandBytesMax = Math.max(COMMAND_BYTES_MAX, backend.settings.commandBytesMax)
  return `OK [CAPABILITY ${capabilities(session)}] ${name} completed`
}

/** After some wrong passwords the connection ends: guessing shall cost a connection each time. */
function refuse(session: Session, login: string, error: unknown): string {
  if (!(error instanceof Fault)) throw error
  const { events, settings } = session.backend
  events.loginFailed(session.wire.remoteAddress, login, error.code)
  if (error.code === 'busy') return 'NO [LIMIT] Too many attempts, try again later'
  if (error.code !== 'unauthenticated') return faultResponse(error)
  session.loginFailures += 1
  if (session.loginFailures >= settings.loginFailuresMax) session.bye = 'Too many failed log-ins'
  return 'NO [AUTHENTICATIONFAILED] Wrong login or password'
}
