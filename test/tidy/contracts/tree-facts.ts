/** What the code of a tree promises, as facts: its own modules are asked, those of an older release by the same questions. */

import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { z } from 'zod'
import type { MetricDeclarations } from '#lib/base/telemetry.ts'
import type { CollectionSpec, Document } from '#lib/db/port.ts'
import type { SettingDescription } from '#lib/node/config.ts'
import type { Facts } from './facts.ts'

/** This tree, or that of a release. */
export interface Tree {
  readonly folder: string
  load<Module>(file: string): Promise<Module>
}

const ROOT = join(import.meta.dirname, '../../..')

export const thisTree: Tree = {
  folder: ROOT,
  load: (file) => import(join(ROOT, file)),
}

/** Where each service declares what it keeps, by the name of its `openCollections`. */
const COLLECTION_FILES = [
  'services/delivery/documents.ts',
  'services/directory/collections.ts',
  'services/mailbox-store/documents.ts',
]

/** What may be set. */
export async function settingFacts(tree: Tree): Promise<Facts> {
  const facts = new Map<string, string>()
  for (const { service, name, secret } of await settingsOf(tree)) {
    facts.set(`setting ${service} ${name}`, secret ? 'secret' : 'there')
  }
  return facts
}

/** What must be set. */
export async function requiredFacts(tree: Tree): Promise<Facts> {
  const required = (await settingsOf(tree)).filter((setting) => setting.required)
  return new Map(required.map(({ service, name }) => [`must ${service} ${name}`, 'so']))
}

type ServiceSetting = SettingDescription & { readonly service: string }

async function settingsOf(tree: Tree): Promise<ServiceSetting[]> {
  const settings: ServiceSetting[] = []
  const { describeConfig } = await tree.load<{
    describeConfig(schema: z.ZodObject): SettingDescription[]
  }>('lib/node/config.ts')
  for (const [service, file] of filesOf(tree, 'config.ts')) {
    const { Config } = await tree.load<{ Config: z.ZodObject }>(file)
    settings.push(...describeConfig(Config).map((setting) => ({ ...setting, service })))
  }
  return settings
}

/** Settings whose default of one release the other would not take. */
export async function refusedDefaults(before: Tree, now: Tree): Promise<string[]> {
  const { describeConfig } = await before.load<{
    describeConfig(schema: z.ZodObject): SettingDescription[]
  }>('lib/node/config.ts')
  const refused: string[] = []
  for (const [service, file] of filesOf(before, 'config.ts')) {
    const { Config: old } = await before.load<{ Config: z.ZodObject }>(file)
    if (!existsSync(join(now.folder, file))) continue
    const { Config } = await now.load<{ Config: z.ZodObject }>(file)
    for (const { name, default: text } of describeConfig(old)) {
      const field = Config.shape[name] as z.ZodType | undefined
      if (text === undefined || field === undefined || field.safeParse(text).success) continue
      refused.push(`${service} ${name}=${text}`)
    }
  }
  return refused
}

export async function metricFacts(tree: Tree): Promise<Facts> {
  const facts = new Map<string, string>()
  const add = (where: string, metrics: unknown) => {
    const declared = Object.entries((metrics ?? {}) as MetricDeclarations)
    for (const [name, { kind, labels = [] }] of declared) {
      facts.set(`metric ${where} hikyaku_${name}`, [kind, ...labels].join(' '))
    }
  }
  const { NODE_METRICS } = await tree.load<Exports>('lib/node/metrics.ts')
  add('all', NODE_METRICS)
  for (const name of ['events.ts', 'outbound/events.ts']) {
    for (const [service, file] of filesOf(tree, name)) {
      const exports = await tree.load<Exports>(file)
      const declarations = Object.keys(exports).filter((key) => /^([A-Z]+_)?METRICS$/.test(key))
      for (const key of declarations) add(service, exports[key])
    }
  }
  return facts
}

/** The collections with their indexes, as each service asks the database for them. */
export async function collectionFacts(tree: Tree): Promise<Facts> {
  const facts = new Map<string, string>()
  for (const file of COLLECTION_FILES) {
    const { openCollections } = await tree.load<{ openCollections(database: unknown): unknown }>(
      file,
    )
    const service = file.split('/')[1]
    const collection = (spec: CollectionSpec<Document>) => {
      facts.set(`collection ${service} ${spec.name}`, 'there')
      for (const { name, ...index } of spec.indexes) {
        facts.set(`index ${service} ${spec.name} ${name}`, JSON.stringify(index))
      }
      return Promise.resolve({})
    }
    await openCollections({ collection })
  }
  return facts
}

/** Subjects, streams and headers of NATS, and how a Fault reads to another process. */
export async function wordFacts(tree: Tree): Promise<Facts> {
  const facts = new Map<string, string>()
  const message = await tree.load<Exports>('lib/node/spool/message.ts')
  const subjects = (message.spoolSubjects as (shard: number) => object)(7)
  for (const [set, members] of [
    ['spool', subjects],
    ['dead', message.DEAD as object],
  ] as const) {
    for (const [name, value] of Object.entries(members)) {
      const text = typeof value === 'function' ? value('mail', 3) : String(value)
      facts.set(`subject ${set} ${name}`, text)
    }
  }
  const headers = await tree.load<Exports>('lib/node/spool/headers.ts')
  for (const [name, value] of Object.entries(headers)) {
    if (typeof value === 'string') facts.set(`header ${name}`, value)
  }
  for (const file of globSync('{lib/node,services/*/io}/**/*.ts', { cwd: tree.folder })) {
    if (/\.test\.ts$|testing\.ts$/.test(file)) continue
    for (const [, text] of readFileSync(join(tree.folder, file), 'utf8').matchAll(SUBJECT)) {
      facts.set(`subject told ${text}`, 'so')
    }
  }
  await addFaults(tree, facts)
  return facts
}

type Exports = Readonly<Record<string, unknown>>

/** Where a subject is published or subscribed to by its own text. */
const SUBJECT = /(?:publish|subscribe|SUBJECT =)\(?\s*['`]([a-z]+\.[^'`]+)['`]/g

async function addFaults(tree: Tree, facts: Map<string, string>): Promise<void> {
  const text = readFileSync(join(tree.folder, 'lib/base/fault.ts'), 'utf8')
  const codes = [...text.matchAll(/^ {2}\| '([a-z-]+)'$/gm)].map(([, code = '']) => code)
  const { Fault } = await tree.load<{ Fault: new (code: string, text: string) => Error }>(
    'lib/base/fault.ts',
  )
  const { toStatus } = await tree.load<{
    toStatus(error: Error): { code: number; metadata?: { getMap(): object } }
  }>('lib/node/fault-status.ts')
  for (const code of codes) {
    const { code: status, metadata } = toStatus(new Fault(code, ''))
    facts.set(`fault ${code}`, `${status} ${JSON.stringify(metadata?.getMap())}`)
  }
}

/** The file of that name in each service that has one. */
function filesOf(tree: Tree, name: string): [service: string, file: string][] {
  const files = globSync(`services/*/${name}`, { cwd: tree.folder }).sort()
  return files.map((file) => [file.split('/')[1] ?? '', file])
}
