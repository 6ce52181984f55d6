/** Writes docs/reference/ from the code: `npm run docs`. The test beside it fails when it has not been run. */

import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { status } from '@grpc/grpc-js'
import type { z } from 'zod'
import { Fault, type FaultCode, isTransient } from '#lib/base/fault.ts'
import type { MetricDeclarations } from '#lib/base/telemetry.ts'
import { faultResponse } from '#lib/imap/fault.ts'
import { describeConfig } from '#lib/node/config.ts'
import { toStatus } from '#lib/node/fault-status.ts'
import { NODE_METRICS } from '#lib/node/metrics.ts'
import { faultReply } from '#lib/smtp/fault.ts'
import { KINDS, type KindOfFinding } from '../../services/mailbox-store/check/kinds.ts'

const FOLDER = 'docs/reference'
const ROOT = join(import.meta.dirname, '../..')
const GENERATED = 'Made from the code by `npm run docs`; a test keeps it true.'

const FAULT_CODES: Record<FaultCode, true> = {
  invalid: true,
  unauthenticated: true,
  forbidden: true,
  'not-found': true,
  exists: true,
  'over-quota': true,
  'too-large': true,
  conflict: true,
  busy: true,
  unavailable: true,
}

/** Path of each page and what it should say. */
export async function referencePages(): Promise<Map<string, string>> {
  return new Map([
    [`${FOLDER}/config.md`, await configPage()],
    [`${FOLDER}/metrics.md`, await metricsPage()],
    [`${FOLDER}/faults.md`, faultsPage()],
    [`${FOLDER}/store-check.md`, storeCheckPage()],
  ])
}

export async function writeReference(): Promise<void> {
  for (const [file, text] of await referencePages()) writeFileSync(join(ROOT, file), text)
}

async function configPage(): Promise<string> {
  const parts = [
    '# Settings',
    '',
    `Environment variables, read once at start. ${GENERATED}`,
    '',
    'They may also be lines `NAME: value` of a YAML file, which `CONFIG_FILE` names; the environment wins.',
    '',
    'Durations read `250ms`, `5s`, `30m`, `24h`; sizes `512k`, `25M`; limits are whole numbers; all three may be `off`. A secret',
    'may be given as a file: its name with `_FILE` behind it. With `npm start`, solo decides the addresses inside the platform,',
    'the secrets and the databases, and hands everything else on to the services.',
  ]
  for (const service of servicesWith('config.ts')) {
    const { Config } = (await import(`../../services/${service}/config.ts`)) as {
      Config: z.ZodObject
    }
    parts.push('', `## ${service}`, '', '| setting | default | what it is |', '| --- | --- | --- |')
    for (const setting of describeConfig(Config)) {
      const default_ = setting.default === undefined ? '' : `\`${setting.default}\``
      const kind = setting.required ? 'required' : setting.secret ? 'none; secret' : default_
      parts.push(`| \`${setting.name}\` | ${kind} | ${cell(setting.description)} |`)
    }
  }
  return `${parts.join('\n')}\n`
}

async function metricsPage(): Promise<string> {
  const parts = ['# Metrics', '', `Every name begins with \`hikyaku_\`. ${GENERATED}`]
  parts.push('', '## every service', ...metricRows(NODE_METRICS))
  for (const service of servicesWith('events.ts')) {
    const { METRICS } = (await import(`../../services/${service}/events.ts`)) as {
      METRICS: MetricDeclarations
    }
    parts.push('', `## ${service}`, ...metricRows(METRICS))
  }
  return `${parts.join('\n')}\n`
}

function metricRows(metrics: MetricDeclarations): string[] {
  const rows = Object.entries(metrics).map(([name, { kind, help, labels = [] }]) => {
    const labelText = labels.map((label) => `\`${label}\``).join(', ')
    return `| \`hikyaku_${name}\` | ${kind} | ${labelText} | ${cell(help)} |`
  })
  return ['', '| metric | kind | labels | what it counts |', '| --- | --- | --- | --- |', ...rows]
}

function faultsPage(): string {
  const rows = Object.keys(FAULT_CODES).map((code) => {
    const fault = new Fault(code as FaultCode, '…')
    const grpc = status[toStatus(fault).code]
    const smtp = faultReply(fault)
    const again = isTransient(fault) ? 'yes' : 'no'
    return `| ${code} | ${again} | \`${smtp.code} ${smtp.status}\` | \`${faultResponse(fault).replace(/ Failed$| …$/, '')}\` | \`${grpc}\` |`
  })
  return [
    '# Faults',
    '',
    `How each expected failure reads in each protocol. ${GENERATED}`,
    '',
    '| fault | worth another try | SMTP | IMAP | gRPC |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    '',
    'Anything else that fails is our bug: `451 4.3.0`, `NO [SERVERBUG]`, `INTERNAL`, and mail waits.',
    '',
  ].join('\n')
}

function storeCheckPage(): string {
  const kinds: [string, KindOfFinding][] = Object.entries(KINDS)
  const rows = kinds.map(([kind, { wrong, repair }]) => {
    return `| \`${kind}\` | ${cell(wrong)} | ${cell(repair || '–')} |`
  })
  return [
    '# What `hikyaku store check` finds',
    '',
    `The kinds of findings, and what \`--repair\` does about each. ${GENERATED}`,
    '',
    'It goes on while mail comes in and clients change things: nothing is found where nothing is wrong, and nobody waits for it.',
    'A repair may be given at any time, twice, and be killed. It never removes a message that can be read.',
    '',
    '| finding | what is wrong | what a repair does |',
    '| --- | --- | --- |',
    ...rows,
    '',
    'Exit codes: 0 nothing is wrong; 1 something was found, also when it was repaired; 2 it could not be checked.',
    '',
    'What is lost comes back from a backup: a finding of `missing-blob` or `damaged-blob` names the UID, the mail id and the',
    'bytes (`blobs` and `pieces`), which may be put back as they were. Until then the message is listed, and reading it fails.',
    '',
    'Not compared: views that other replicas keep in memory than the one asked. If `size` or `uid-order` is found, restart them',
    'after the repair. If how long expunges are kept has been made much shorter, `vanished-chain` may be found once.',
    '',
  ].join('\n')
}

function servicesWith(file: string): string[] {
  const services = readdirSync(join(ROOT, 'services'))
  return services.filter((service) => existsSync(join(ROOT, 'services', service, file))).sort()
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ')
}
