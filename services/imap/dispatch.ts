import { Fault } from '#lib/base/fault.ts'
import type { Command } from '#lib/imap/command.ts'
import { faultResponse } from '#lib/imap/fault.ts'
import { authenticate, login } from './commands/authenticate.ts'
import { capability, id, logout, namespace, noop } from './commands/basic.ts'
import { copy } from './commands/copy.ts'
import { expunge } from './commands/expunge.ts'
import { fetch } from './commands/fetch.ts'
import { idle } from './commands/idle.ts'
import { list, lsub } from './commands/list.ts'
import { create, remove, rename, subscribe } from './commands/mailbox.ts'
import { move } from './commands/move.ts'
import { getQuota, getQuotaRoot } from './commands/quota.ts'
import { search } from './commands/search.ts'
import { close, examine, select, unselect } from './commands/select.ts'
import { starttls } from './commands/starttls.ts'
import { status } from './commands/status.ts'
import { store } from './commands/store.ts'
import {
  isSelectedSession,
  isUserSession,
  type SelectedSession,
  type Session,
  type UserSession,
} from './session.ts'
import { mention } from './update.ts'
import { Disconnected } from './wire.ts'

/** A tagged response without its tag, where it is not just `OK … completed`. */
export type Answer = string | undefined

interface States {
  any: Session
  'not-authenticated': Session
  authenticated: UserSession
  selected: SelectedSession
}

type Entry<Name extends Command['name']> = {
  [State in keyof States]: readonly [
    state: State,
    run: (command: Command & { name: Name }, session: States[State]) => Promise<Answer> | Answer,
  ]
}[keyof States]

/** Which command is allowed in which state, and what runs it. RFC 9051 §6 */
const COMMANDS: { [Name in Command['name']]: Entry<Name> } = {
  AUTHENTICATE: ['not-authenticated', authenticate],
  CAPABILITY: ['any', capability],
  CHECK: ['selected', noop],
  CLOSE: ['selected', close],
  COPY: ['selected', copy],
  CREATE: ['authenticated', create],
  DELETE: ['authenticated', remove],
  EXAMINE: ['authenticated', examine],
  EXPUNGE: ['selected', expunge],
  FETCH: ['selected', fetch],
  GETQUOTA: ['authenticated', getQuota],
  GETQUOTAROOT: ['authenticated', getQuotaRoot],
  ID: ['any', id],
  IDLE: ['authenticated', idle],
  LIST: ['authenticated', list],
  LOGIN: ['not-authenticated', login],
  LOGOUT: ['any', logout],
  LSUB: ['authenticated', lsub],
  MOVE: ['selected', move],
  NAMESPACE: ['authenticated', namespace],
  NOOP: ['any', noop],
  RENAME: ['authenticated', rename],
  SEARCH: ['selected', search],
  SELECT: ['authenticated', select],
  STARTTLS: ['not-authenticated', starttls],
  STATUS: ['authenticated', status],
  STORE: ['selected', store],
  SUBSCRIBE: ['authenticated', subscribe],
  UNSELECT: ['selected', unselect],
  UNSUBSCRIBE: ['authenticated', subscribe],
}

/** Runs one command and sends what it answers; throws only when the connection cannot go on. */
export async function run(tag: string, command: Command, session: Session): Promise<void> {
  const started = session.backend.monotonic()
  const answer = await settle(command.name, session, () => execute(command, session))
  session.send(`${tag} ${answer}`)
  const [result = ''] = answer.split(' ', 1)
  const seconds = (session.backend.monotonic() - started) / 1000
  session.backend.events.answered(command.name, result, seconds)
  const then = session.afterAnswer
  session.afterAnswer = undefined
  await then?.()
}

/**
 * Turns what a command throws into its tagged response: the one place where that happens.
 *
 * @throws {Disconnected}, and whatever leaves a response half sent
 */
export async function settle(
  name: string,
  session: Session,
  work: () => Promise<Answer> | Answer,
): Promise<string> {
  try {
    return (await work()) ?? `OK ${name} completed`
  } catch (error) {
    if (error instanceof Disconnected) throw error
    const { events } = session.backend
    if (error instanceof Fault) events.refused(name, error.code)
    else events.failed(name, session.account?.id, error)
    return faultResponse(error)
  }
}

async function execute(command: Command, session: Session): Promise<Answer> {
  const [state] = COMMANDS[command.name] as Entry<Command['name']>
  const refusal = refuseState(state, session)
  if (refusal !== undefined) return refusal
  if (!isUserSession(session) || FREE.has(command.name)) return await perform(command, session)
  const { id, tenant } = session.account
  using place = await session.backend.places.take({ tenant, account: id })
  session.place = place
  try {
    return await perform(command, session)
  } finally {
    session.place = undefined
  }
}

/** These wait for the client, or cost nothing. */
const FREE: ReadonlySet<Command['name']> = new Set([
  'IDLE',
  'LOGOUT',
  'CAPABILITY',
  'ID',
  'NAMESPACE',
])

async function perform(command: Command, session: Session): Promise<Answer> {
  const [state, run] = COMMANDS[command.name] as Entry<Command['name']>
  const held = holdsExpunges(command)
  if (state === 'selected') {
    await mention(session, { expunges: false })
    if (!isSelectedSession(session)) return 'NO [NONEXISTENT] The mailbox was deleted'
  }
  const answer = await run(command as never, session as never)
  // Some clients count on hearing of other sessions' changes with whatever they do next.
  await mention(session, { expunges: !held })
  return answer
}

/** Whether sequence numbers must stay as they are until it is over. RFC 9051 §7.5.1 */
function holdsExpunges(command: Command): boolean {
  switch (command.name) {
    case 'FETCH':
    case 'STORE':
      return !command.messages.byUid
    case 'SEARCH':
      return !command.byUid
    default:
      return false
  }
}

function refuseState(state: keyof States, session: Session): Answer {
  switch (state) {
    case 'any':
      return undefined
    case 'not-authenticated':
      return isUserSession(session) ? 'BAD Already logged in' : undefined
    case 'authenticated':
      return isUserSession(session) ? undefined : 'BAD Log in first'
    case 'selected':
      if (isSelectedSession(session)) return undefined
      return isUserSession(session) ? 'BAD Select a mailbox first' : 'BAD Log in first'
  }
}
