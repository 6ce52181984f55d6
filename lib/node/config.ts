/**
 * Settings: text from the environment (or one YAML file) in, checked values out. Each kind of setting is a zod
 * schema over its text form, so that a default reads like what an operator would write.
 */

import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { readSettingsFile } from './config/settings-file.ts'
import {
  formatParts,
  parseAddress,
  parseCidrs,
  parseDuration,
  parseFlag,
  parseLimit,
  parseReplicas,
  parseSize,
  splitList,
} from './setting.ts'

/** A setting of type `T`; unlike zod's own, its `default` is given as the operator would write it. */
export type Setting<T> = Omit<z.ZodType<T, string>, 'default'> & {
  default(text: string): z.ZodPrefault<z.ZodType<T, string>>
}

/** `host:port`, `[::1]:port` or `unix:/path`. */
export const address = setting(parseAddress)
/** Several addresses, separated by commas; `none` is the empty list. */
const addresses = setting((text) => splitList(text).map(parseAddress))
/** `250ms`, `5s`, `30m`, `24h`, `7d` in milliseconds; `off` is Infinity. */
export const duration = setting(parseDuration)
/** `512k`, `25M`, `2G` in bytes; `off` is Infinity. */
export const size = setting(parseSize)
/** A whole number; `off` is Infinity. */
export const limit = setting(parseLimit)
/** How many NATS servers keep a copy. */
const replicas = setting(parseReplicas)
/** `yes` or `no`. */
export const flag = setting(parseFlag)
/** Networks such as `127.0.0.0/8,::1`; `none` is the empty list. */
export const cidrs = setting(parseCidrs)
/** Never printed; may also be given as a file, named by the setting with `_FILE` behind it. */
export const secret = secretOf(1)

/** A `secret` of at least so many characters. */
export function secretOf(charactersMin: number) {
  const told = `must have at least ${charactersMin} characters`
  return z.string().min(charactersMin, told).meta({ secret: true })
}

/** What every service has. */
export const Base = z.object({
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'])
    .default('info')
    .describe('How much is logged'),
  OPS_LISTEN: address
    .default('127.0.0.1:0')
    .describe('Where /health, /ready and /metrics are served; port 0 takes any free one'),
  CLUSTER_SECRET: secretOf(16).describe('Shared by all services; a call without it is refused'),
  SHUTDOWN_DELAY: duration
    .default('0s')
    .describe(
      'How long connections are still accepted after SIGTERM, while /ready tells load balancers to go elsewhere',
    ),
  SHUTDOWN_GRACE: duration
    .default('10s')
    .describe('How long what is under way may take once no more connections are accepted'),
  START_PATIENCE: duration
    .default('off')
    .describe(
      'How long a process waits, unready, for a database that is away when it starts; then it ends. Off: for ever',
    ),
  READY_FILE: z
    .string()
    .optional()
    .describe('Written once ready: process id and addresses, as JSON'),
})

/** For services that use NATS. */
export const NatsLinks = z.object({
  NATS_SERVERS: addresses.default('127.0.0.1:4222').describe('The NATS servers'),
  NATS_TOKEN: secret.optional().describe('The token that the NATS servers ask for'),
})

/** For services that put mail into the spool, or take it from there: the same for all of them. */
export const SpoolLink = z.object({
  SPOOL_REPLICAS: replicas
    .default('1')
    .describe('NATS servers that keep each mail: 1 on one machine, 3 in a cluster'),
  SPOOL_BYTES_MAX: size
    .default('off')
    .describe(
      'What the spool may hold; beyond it, mail is answered 452. Off: what the NATS servers allow, three quarters of their disk',
    ),
})

/** For services that ask the DNS. */
export const DnsLink = z.object({
  NAME_SERVERS: addresses
    .default('none')
    .describe("Name servers by IP address and port; none: the system's"),
  DNS_TIMEOUT: duration.default('3s').describe('How long one try of a DNS question may take'),
  DNS_TRIES: limit.default('2').describe('How often each name server is asked'),
})

/** For services that ask the directory. */
export const DirectoryLink = z.object({
  DIRECTORY_SERVERS: addresses.default('127.0.0.1:7101').describe('The directory replicas'),
})

/** For services that clients connect to. */
export const ListenerLink = z.object({
  PROXY_FROM: cidrs
    .default('127.0.0.0/8,::1')
    .describe('Networks whose PROXY protocol header is believed'),
  TLS_CERTIFICATE: z.string().optional().describe('File with the certificate chain, PEM'),
  TLS_KEY: z.string().optional().describe('File with its private key, PEM'),
  TLS_FOLDER: z
    .string()
    .default('data/tls')
    .describe('Where a self-signed certificate is made when none is given'),
})

/** For services that use mailboxes. */
export const StoreLink = z.object({
  MAILBOX_STORE_SERVERS: addresses
    .default('127.0.0.1:7102')
    .describe('The mailbox-store replicas; an account keeps to one while it lives'),
})

/** Everything that is wrong with the settings, one line each, fit to print: no secret is in it. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(`The settings are wrong:\n${problems.map((problem) => `  ${problem}`).join('\n')}`)
    this.problems = problems
  }
}

/**
 * Reads all settings of `schema` from the environment and from the YAML file that CONFIG_FILE names;
 * the environment wins. An empty value counts as not given.
 *
 * @throws {ConfigError} with all problems at once
 */
export function readConfig<Schema extends z.ZodObject>(
  schema: Schema,
  env: Readonly<Record<string, string | undefined>>,
): z.infer<Schema> {
  const problems: string[] = []
  const names = Object.keys(schema.shape)
  const secrets = new Set(names.filter((name) => isSecret(schema.shape[name])))
  const known = [...names, ...[...secrets].map((name) => `${name}_FILE`)]
  const given = { ...readSettingsFile(env.CONFIG_FILE, known, problems) }
  for (const name of known) {
    const text = env[name]
    if (text === undefined || text === '') continue
    // What the environment says in either form replaces what the file says in either form.
    const plain = secrets.has(name.replace(/_FILE$/, '')) ? name.replace(/_FILE$/, '') : name
    if (env[plain] === undefined || env[plain] === '') delete given[plain]
    given[name] = text
  }
  for (const name of secrets) readSecretFile(name, given, problems)

  const parsed = schema.safeParse(given)
  for (const issue of parsed.error?.issues ?? []) {
    const name = String(issue.path[0])
    if (problems.some((problem) => problem.startsWith(`${name}:`))) continue
    const absent = given[name] === undefined
    problems.push(`${name}: ${absent ? 'is required' : issue.message}`)
  }
  if (problems.length > 0 || !parsed.success) throw new ConfigError(problems)
  return parsed.data
}

/**
 * The environment with what the file of CONFIG_FILE adds to it, for a process that starts others and hands their settings
 * on.
 *
 * @throws {ConfigError}
 */
export function mergeSettingsFile(
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> {
  const problems: string[] = []
  const given = readSettingsFile(env.CONFIG_FILE, 'any', problems)
  if (problems.length > 0) throw new ConfigError(problems)
  return { ...given, ...env, CONFIG_FILE: undefined }
}

/** One row of docs/reference/config.md. */
export interface SettingDescription {
  readonly name: string
  readonly description: string
  /** As an operator would write it. */
  readonly default?: string
  readonly required: boolean
  readonly secret: boolean
}

/** What there is to set, in the order of the schema. */
export function describeConfig(schema: z.ZodObject): SettingDescription[] {
  return Object.entries(schema.shape).map(([name, field]) => {
    const text = defaultOf(field)
    return {
      name,
      description: describe(field),
      ...(text === undefined ? {} : { default: text }),
      required: !z.safeParse(field, undefined).success,
      secret: isSecret(field),
    }
  })
}

function setting<T>(parse: (text: string) => T): Setting<T> {
  const schema = z.string().transform((text, context) => {
    try {
      return parse(text.trim())
    } catch (error) {
      context.issues.push({ code: 'custom', input: text, message: (error as Error).message })
      return z.NEVER
    }
  })
  return Object.assign(schema, {
    default: (text: string) => schema.prefault(text),
  }) as unknown as Setting<T>
}

function readSecretFile(name: string, given: Record<string, string>, problems: string[]): void {
  const file = given[`${name}_FILE`]
  delete given[`${name}_FILE`]
  if (file === undefined) return
  if (given[name] !== undefined) {
    problems.push(`${name}: is given twice, also by ${name}_FILE`)
    return
  }
  try {
    given[name] = readFileSync(file, 'utf8').replace(/\r?\n$/, '')
  } catch (error) {
    problems.push(`${name}: ${name}_FILE cannot be read: ${(error as Error).message}`)
  }
}

/** The schema and those it wraps, outermost first. */
function* layers(field: unknown): Generator<z.ZodType> {
  for (let layer = field; layer instanceof z.ZodType; ) {
    yield layer
    layer = (layer.def as { innerType?: unknown }).innerType
  }
}

function isSecret(field: unknown): boolean {
  return [...layers(field)].some((layer) => layer.meta()?.secret === true)
}

function describe(field: unknown): string {
  return [...layers(field)].map((layer) => layer.description).find((text) => text) ?? ''
}

function defaultOf(field: unknown): string | undefined {
  for (const layer of layers(field)) {
    if (layer instanceof z.ZodPrefault || layer instanceof z.ZodDefault) {
      return formatParts(layer.def.defaultValue)
    }
  }
  return undefined
}
