import { Fault } from '#lib/base/fault.ts'
import type { SendingReport__Output } from '#proto/types/hikyaku/directory/SendingReport.ts'
import type { SendingRules } from '#proto/types/hikyaku/directory/SendingRules.ts'
import { type Command, type Given, UsageError } from '../command.ts'
import type { Column } from '../output.ts'
import { formatQuota, parseMessageQuota, parseQuota } from '../quota.ts'

type Kind = 'number' | 'size' | 'flag'

/** Each rule as the contract calls it, as options do with hyphens. */
const RULES: readonly (readonly [field: string, kind: Kind, help: string])[] = [
  ['messages_per_hour', 'number', 'Messages of an account in any hour; 0 or off for no limit'],
  ['messages_per_day', 'number', 'Messages of an account in any day'],
  ['recipients_per_hour', 'number', 'Recipients that an account sends to in any hour'],
  ['recipients_per_day', 'number', 'Recipients that an account sends to in any day'],
  ['recipients_per_message', 'number', 'Recipients of one message'],
  ['size_bytes', 'size', 'Size of one message: 50M'],
  ['hide_client', 'flag', "yes or no: leave the user's address out of Received"],
  ['cram_md5', 'flag', 'yes or no: keep passwords, sealed, so that CRAM-MD5 works'],
  ['hold', 'flag', 'yes or no: hold everything until somebody has looked at it'],
  ['tenant_messages_per_hour', 'number', 'Messages of all accounts of a tenant in any hour'],
  ['tenant_messages_per_day', 'number', 'Messages of all accounts of a tenant in any day'],
  ['tenant_recipients_per_hour', 'number', 'Recipients of all accounts of a tenant in any hour'],
  ['tenant_recipients_per_day', 'number', 'Recipients of all accounts of a tenant in any day'],
]

const SCOPES = ['tenant', 'domain', 'account'] as const

const SCOPE_OPTIONS = {
  platform: { type: 'boolean', help: 'Of everybody' },
  tenant: { type: 'string', value: 'NAME', help: 'Of a tenant' },
  domain: { type: 'string', value: 'NAME', help: 'Of the accounts with a login in a domain' },
  account: { type: 'string', value: 'LOGIN', help: 'Of an account' },
} as const

const NOTES = [
  'The nearest rule given counts: account, domain, tenant, platform, then the settings DIRECTORY_SEND_….',
  'A change counts within 5 seconds.',
]

interface Row {
  readonly rule: string
  readonly kind: Kind
  readonly value: number | boolean | undefined
  readonly from: string
  readonly own: boolean
}

const COLUMNS: readonly Column<Row>[] = [
  { key: 'rule', title: 'RULE', text: ({ rule }) => rule },
  { key: 'value', title: 'VALUE', text: formatValue, value: ({ value }) => value },
  { key: 'from', title: 'FROM', text: ({ from }) => from },
  { key: 'own', title: 'SET HERE', text: ({ own }) => (own ? 'yes' : ''), value: ({ own }) => own },
]

const show: Command = {
  name: 'sending show',
  summary: 'Show what may be sent, and where each rule comes from',
  operands: [],
  options: SCOPE_OPTIONS,
  notes: NOTES,
  async run(given, { admin, output }) {
    await output.table(COLUMNS, rowsOf(await admin.showSending(scopeOf(given))))
    return undefined
  },
}

const set: Command = {
  name: 'sending set',
  summary: 'Change what may be sent',
  operands: [],
  options: {
    ...SCOPE_OPTIONS,
    ...Object.fromEntries(
      RULES.map(([field, kind, help]) => {
        const value = { number: 'NUMBER', size: 'SIZE', flag: 'YES' }[kind]
        return [toOption(field), { type: 'string', value, help } as const]
      }),
    ),
    inherit: { type: 'string', value: 'RULE', multiple: true, help: 'Not set here any more' },
  },
  notes: NOTES,
  async run(given, { admin, output }) {
    const scope = scopeOf(given)
    const rules = Object.fromEntries(
      RULES.flatMap(([field, kind]) => parseRule(given, field, kind)),
    )
    const unset = given.texts('inherit').map(toField)
    if (Object.keys(rules).length + unset.length === 0) {
      throw new UsageError('Nothing to change: see hikyaku sending set --help')
    }
    const report = await admin.setSending({ ...scope, rules, unset })
    await output.table(COLUMNS, rowsOf(report))
    return undefined
  },
}

export const sendingCommands: readonly Command[] = [show, set]

function scopeOf(given: Given): { scope: string; name: string } {
  const named = SCOPES.flatMap((scope) => {
    const name = given.text(scope)
    return name === undefined ? [] : [{ scope, name }]
  })
  const all = given.has('platform') ? [...named, { scope: '', name: '' }] : named
  const [scope, ...others] = all
  if (scope !== undefined && others.length === 0) return scope
  throw new UsageError('Give one of --platform, --tenant NAME, --domain NAME and --account LOGIN')
}

function parseRule(given: Given, field: string, kind: Kind): [string, number | boolean][] {
  const text = given.text(toOption(field))
  if (text === undefined) return []
  if (kind === 'number') return [[toProperty(field), parseMessageQuota(text)]]
  if (kind === 'size') return [[toProperty(field), parseQuota(text)]]
  if (!/^(yes|no)$/i.test(text)) throw new Fault('invalid', `'${text}' is not yes or no`)
  return [[toProperty(field), text.toLowerCase() === 'yes']]
}

async function* rowsOf(report: SendingReport__Output): AsyncIterable<readonly Row[]> {
  const read = (rules: SendingRules | null, field: string) =>
    (rules as Readonly<Record<string, number | boolean | undefined>> | null)?.[toProperty(field)]
  yield RULES.map(([field, kind]) => ({
    rule: toOption(field),
    kind,
    value: read(report.effective, field),
    from: report.from[field] ?? '',
    own: read(report.own, field) !== undefined,
  }))
}

function formatValue({ kind, value }: Row): string {
  if (kind === 'flag') return value === true ? 'yes' : 'no'
  if (value === 0 || typeof value !== 'number') return 'off'
  return kind === 'size' ? formatQuota(value) : String(value)
}

function toOption(field: string): string {
  return field.replaceAll('_', '-')
}

function toField(option: string): string {
  return option.replaceAll('-', '_')
}

/** As the generated types spell it. */
function toProperty(field: string): string {
  return field.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
}
