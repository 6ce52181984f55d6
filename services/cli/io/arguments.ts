import { parseArgs } from 'node:util'
import { RELEASE } from '#lib/node/schema/release.ts'
import { type Command, Given, UsageError } from '../command.ts'
import { formatHelp, GLOBAL_OPTIONS } from '../help.ts'

/** What the command line asks for. */
export type Wish =
  | { readonly kind: 'help'; readonly text: string }
  | { readonly kind: 'run'; readonly command: Command; readonly given: Given }

const WORDS_MAX = 2

/** Reads a command line. @throws {UsageError} */
export function parseCommandLine(argv: readonly string[], commands: readonly Command[]): Wish {
  if (argv.length === 1 && argv[0] === '--version') return { kind: 'help', text: `${RELEASE}\n` }
  const words = leadingWords(argv)
  const command = findCommand(words, commands)
  if (command === undefined) {
    const turned = afterTheCommand(argv)
    if (turned !== undefined) return parseCommandLine(turned, commands)
    return helpOrRefuse(argv, words, commands)
  }

  const options = { ...command.options, ...GLOBAL_OPTIONS }
  const args = argv.slice(command.name.split(' ').length)
  const { values, positionals } = parse(args, options, command)
  if (values.help === true) return { kind: 'help', text: formatHelp([command.name], commands) }
  if (positionals.length !== command.operands.length) {
    const wanted = [command.name, ...command.operands].join(' ')
    throw new UsageError(`Usage: hikyaku ${wanted} [OPTIONS]`)
  }
  return { kind: 'run', command, given: new Given(positionals, values) }
}

/** Options of every command may stand before it as well. */
function afterTheCommand([first = '', ...rest]: readonly string[]): string[] | undefined {
  const option = GLOBAL_OPTIONS[first.replace(/^--|=.*$/g, '')]
  if (!first.startsWith('--') || option === undefined || first === '--help') return undefined
  const length = option.type === 'string' && !first.includes('=') ? 1 : 0
  if (rest.length <= length) return undefined
  return [...rest.slice(length), first, ...rest.slice(0, length)]
}

function leadingWords(argv: readonly string[]): string[] {
  const end = argv.findIndex((argument) => argument.startsWith('-'))
  return argv.slice(0, end < 0 ? argv.length : end).slice(0, WORDS_MAX)
}

function findCommand(words: readonly string[], commands: readonly Command[]): Command | undefined {
  const [first = ''] = words
  return commands.find(({ name }) => name === words.join(' ') || name === first)
}

function helpOrRefuse(
  argv: readonly string[],
  words: readonly string[],
  commands: readonly Command[],
): Wish {
  const [first] = words
  const asked = argv.includes('--help') || argv.includes('-h') || first === 'help'
  const about = first === 'help' ? argv.slice(1, 1 + WORDS_MAX) : words
  const known = commands.some(({ name }) => `${name} `.startsWith(`${about.join(' ')} `))
  if (asked && (known || about.length === 0)) {
    return { kind: 'help', text: formatHelp(about, commands) }
  }
  if (argv.length === 0) throw new UsageError(formatHelp([], commands))
  const unknown = about.join(' ') || (argv[0] ?? '')
  if (known) throw new UsageError(formatHelp(about, commands))
  throw new UsageError(`There is no command '${unknown}' (see hikyaku --help)`)
}

function parse(args: string[], options: Command['options'], { name }: Command) {
  const known = Object.entries(options).map(([option, { type, multiple = false }]) => {
    return [option, { type, multiple }] as const
  })
  try {
    return parseArgs({ args, options: Object.fromEntries(known), allowPositionals: true })
  } catch (error) {
    const code = (error as { code?: unknown }).code
    if (typeof code !== 'string' || !code.startsWith('ERR_PARSE_ARGS')) throw error
    // Its first sentence says what is wrong; the rest is about parseArgs.
    const [message = ''] = (error as Error).message.split('. ')
    throw new UsageError(`${message} (see hikyaku ${name} --help)`, { cause: error })
  }
}
