/** The arguments of MAIL and RCPT: a path and ESMTP parameters. */

import { Fault } from '#lib/base/fault.ts'
import type { Address } from '#lib/mail/address.ts'
import type { EnvelopeRecipient } from '#lib/mail/envelope.ts'
import { type ParsedPath, type PathOptions, parsePath } from '#lib/mail/path.ts'
import { ReplyFault } from './fault.ts'
import { reply } from './reply.ts'
import { parseXtext } from './xtext.ts'

/** What MAIL FROM said. */
export interface MailCommand {
  /** null is the null reverse-path. */
  readonly sender: Address | null
  /** RFC 1870 §3 */
  readonly sizeBytes?: number
  /** RFC 6152 §2 */
  readonly body: '7bit' | '8bitmime'
  /** RFC 6531 §3.4 */
  readonly smtpUtf8: boolean
  /** RFC 3461 §4.3 */
  readonly ret?: 'full' | 'hdrs'
  /** Decoded. RFC 3461 §4.4 */
  readonly envid?: string
}

type Parameters = ReadonlyMap<string, string | undefined>
type Notify = NonNullable<EnvelopeRecipient['notify']>

const MAIL_PARAMETERS: readonly string[] = ['SIZE', 'BODY', 'SMTPUTF8', 'RET', 'ENVID']
/** RFC 3461 §4.4 */
const ENVID_CHARACTERS_MAX = 100
/** RFC 3461 §4.2 */
const ORCPT_CHARACTERS_MAX = 500

/**
 * Reads what follows `MAIL `, such as `FROM:<a@b.example> SIZE=100`. Parameters it does not know are refused. Where
 * clients log in, `auth`, they may say who wrote the mail: that is read, and nobody is believed. RFC 4954 §5
 *
 * RFC 5321 §4.1.1.2, §4.1.1.11
 *
 * @throws {Fault} invalid
 */
export function parseMailCommand(
  argument: string,
  { auth = false }: { readonly auth?: boolean } = {},
): MailCommand {
  const text = afterKeyword(argument, 'FROM:')
  const { address, rest } = readPath(text, '5.1.7', { bare: true })
  const known = auth ? [...MAIL_PARAMETERS, 'AUTH'] : MAIL_PARAMETERS
  const parameters = parseParameters(rest, known)
  if (parameters.has('AUTH')) parseXtext(parameters.get('AUTH') || '=')
  const size = parameters.get('SIZE')
  const ret = parameters.get('RET')
  const envid = parameters.get('ENVID')
  return {
    sender: address,
    ...(parameters.has('SIZE') && { sizeBytes: parseSize(size) }),
    body: parameters.has('BODY') ? parseBody(parameters.get('BODY')) : '7bit',
    smtpUtf8: parseFlag(parameters, 'SMTPUTF8'),
    ...(parameters.has('RET') && { ret: parseRet(ret) }),
    ...(parameters.has('ENVID') && { envid: parseLimited(envid, ENVID_CHARACTERS_MAX) }),
  }
}

/**
 * Reads what follows `RCPT `, such as `TO:<a@b.example> NOTIFY=NEVER`. `<postmaster>` alone gets
 * `postmasterDomain`.
 *
 * RFC 5321 §4.1.1.3, RFC 3461 §4.1
 *
 * @throws {Fault} invalid
 */
export function parseRcptCommand(argument: string, postmasterDomain: string): EnvelopeRecipient {
  const text = afterKeyword(argument, 'TO:')
  const { address, rest } = readPath(text, '5.1.3', { bare: true, postmasterDomain })
  if (address === null) throw badAddress('5.1.3', 'A recipient needs an address')
  const parameters = parseParameters(rest, ['NOTIFY', 'ORCPT'])
  return {
    address,
    ...(parameters.has('NOTIFY') && { notify: parseNotify(parameters.get('NOTIFY')) }),
    ...(parameters.has('ORCPT') && { orcpt: parseOrcpt(parameters.get('ORCPT')) }),
  }
}

function afterKeyword(argument: string, keyword: string): string {
  if (argument.slice(0, keyword.length).toUpperCase() !== keyword) {
    throw new Fault('invalid', `Expected ${keyword}<address>`)
  }
  return argument.slice(keyword.length)
}

/** RFC 3463 §3.2 tells a bad sender's address from a bad recipient's. */
function readPath(text: string, status: string, options: PathOptions): ParsedPath {
  try {
    return parsePath(text, options)
  } catch (cause) {
    if (!(cause instanceof Fault)) throw cause
    throw badAddress(status, cause.message)
  }
}

function badAddress(status: string, text: string): ReplyFault {
  return new ReplyFault('invalid', reply(501, status, text))
}

function parseParameters(text: string, known: readonly string[]): Parameters {
  const parameters = new Map<string, string | undefined>()
  for (const word of text.split(' ')) {
    if (word === '') continue
    const [, keyword = '', value] = /^([A-Za-z0-9][A-Za-z0-9-]*)(?:=([!-<>-~]+))?$/.exec(word) ?? []
    const name = keyword.toUpperCase()
    if (name === '') throw new Fault('invalid', 'Bad parameter')
    if (!known.includes(name)) {
      // RFC 5321 §4.1.1.11
      throw new ReplyFault('invalid', reply(555, '5.5.4', 'Unknown parameter'))
    }
    if (parameters.has(name)) throw new Fault('invalid', `${name} is given twice`)
    parameters.set(name, value)
  }
  return parameters
}

function parseSize(value = ''): number {
  if (!/^[0-9]{1,20}$/.test(value)) throw new Fault('invalid', 'Bad SIZE')
  return Number(value)
}

function parseBody(value = ''): MailCommand['body'] {
  const body = value.toLowerCase()
  if (body !== '7bit' && body !== '8bitmime') throw new Fault('invalid', 'Bad BODY')
  return body
}

function parseFlag(parameters: Parameters, name: string): boolean {
  if (parameters.get(name) !== undefined) throw new Fault('invalid', `${name} takes no value`)
  return parameters.has(name)
}

function parseRet(value = ''): 'full' | 'hdrs' {
  const ret = value.toLowerCase()
  if (ret !== 'full' && ret !== 'hdrs') throw new Fault('invalid', 'Bad RET')
  return ret
}

function parseLimited(value = '', charactersMax: number): string {
  if (value === '' || value.length > charactersMax) throw new Fault('invalid', 'Bad parameter')
  return parseXtext(value)
}

/** NEVER stands alone. RFC 3461 §4.1 */
function parseNotify(value = ''): Notify {
  const words = value.toLowerCase().split(',')
  const notify = words.filter(isNotify)
  const alone = words.length === 1 || !words.includes('never')
  if (notify.length < words.length || !alone || words.length > 3) {
    throw new Fault('invalid', 'Bad NOTIFY')
  }
  return [...new Set(notify)]
}

function isNotify(word: string): word is Notify[number] {
  return word === 'never' || word === 'success' || word === 'failure' || word === 'delay'
}

/** `rfc822;address` with the address in xtext. RFC 3461 §4.2 */
function parseOrcpt(value = ''): string {
  if (value.length > ORCPT_CHARACTERS_MAX) throw new Fault('invalid', 'Bad ORCPT')
  const [, type = '', address = ''] = /^([A-Za-z0-9-]+);(.+)$/.exec(value) ?? []
  if (type === '') throw new Fault('invalid', 'Bad ORCPT')
  return `${type};${parseXtext(address)}`
}
