/** The help texts, made from what the commands say about themselves. */

import type { Command, Option } from './command.ts'

/** Options of every command. */
export const GLOBAL_OPTIONS: Readonly<Record<string, Option>> = {
  json: { type: 'boolean', help: 'One JSON object a line, for programs' },
  data: {
    type: 'string',
    value: 'FOLDER',
    help: 'Where the platform runs (HIKYAKU_DATA, DATA, ./data)',
  },
  help: { type: 'boolean', help: 'This text' },
}

/** The help for `words`: a command, the commands that begin with them, or all. */
export function formatHelp(words: readonly string[], commands: readonly Command[]): string {
  const name = words.join(' ')
  const command = commands.find((candidate) => candidate.name === name)
  if (command !== undefined) return formatCommandHelp(command)
  const some = commands.filter((candidate) => candidate.name.startsWith(`${name} `))
  const lines = some.length > 0 ? some : commands
  const usages = lines.map((one) => [usageOf(one), one.summary] as const)
  return [
    `usage: hikyaku ${some.length > 0 ? name : 'COMMAND'} …`,
    '',
    ...columns(usages),
    '',
    'hikyaku COMMAND --help tells more about one, hikyaku --version the release. With every command:',
    ...columns(Object.entries(GLOBAL_OPTIONS).map(describeOption)),
    '',
    'It asks the platform that runs in FOLDER, or the one that DIRECTORY_SERVERS, MAILBOX_STORE_SERVERS,',
    'DELIVERY_SERVERS and CLUSTER_SECRET (or CLUSTER_SECRET_FILE) name.',
    'Exit codes: 0 done, 1 failed, 2 not understood.',
    '',
  ].join('\n')
}

function formatCommandHelp(command: Command): string {
  const options = Object.entries({ ...command.options, ...GLOBAL_OPTIONS })
  return [
    `usage: hikyaku ${usageOf(command)} [OPTIONS]`,
    '',
    `${command.summary}.`,
    '',
    ...columns(options.map(describeOption)),
    ...(command.notes ? ['', ...command.notes] : []),
    '',
  ].join('\n')
}

function usageOf({ name, operands }: Command): string {
  return [name, ...operands].join(' ')
}

function describeOption([name, { value, help }]: readonly [string, Option]) {
  return [value === undefined ? `--${name}` : `--${name} ${value}`, help] as const
}

function columns(rows: readonly (readonly [left: string, right: string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length))
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`)
}
