import assert from 'node:assert/strict'
import { test } from 'node:test'
import { UsageError } from '../command.ts'
import { COMMANDS } from '../commands.ts'
import { parseCommandLine } from './arguments.ts'

const parse = (line: string) => parseCommandLine(line === '' ? [] : line.split(' '), COMMANDS)

test('a command line is a command, its operands and its options', () => {
  const wish = parse('account add alice@example.test --title Alice --alias a@x --alias=b@x --json')
  assert(wish.kind === 'run')
  assert.equal(wish.command.name, 'account add')
  assert.equal(wish.given.name, 'alice@example.test')
  assert.equal(wish.given.text('title'), 'Alice')
  assert.deepEqual(wish.given.texts('alias'), ['a@x', 'b@x'])
  assert.equal(wish.given.has('json'), true)
  const quickstart = parse('quickstart --reset')
  assert(quickstart.kind === 'run' && quickstart.given.has('reset'))
  const stdin = parse('account import -')
  assert(stdin.kind === 'run' && stdin.given.name === '-')
})

test('what every command takes may stand before the command', () => {
  for (const line of ['--json --data /x tenant list', '--data=/x --json tenant list']) {
    const wish = parse(line)
    assert(wish.kind === 'run', line)
    assert.equal(wish.command.name, 'tenant list')
    assert.equal(wish.given.has('json'), true)
    assert.equal(wish.given.text('data'), '/x')
  }
})

test('there is help at each level', () => {
  const cases: [line: string, said: RegExp][] = [
    ['--help', /^usage: hikyaku COMMAND[\s\S]*quickstart[\s\S]*address delete ADDRESS/],
    ['--version', /^\d+\.\d+\.\d+\n$/],
    ['help', /^usage: hikyaku COMMAND/],
    ['account --help', /^usage: hikyaku account …[\s\S]*account import FILE/],
    ['help account', /^usage: hikyaku account …/],
    ['account import --help', /^usage: hikyaku account import FILE[\s\S]*shift_jis/],
    ['account import x --help', /^usage: hikyaku account import FILE/],
    ['help account import', /^usage: hikyaku account import FILE/],
  ]
  for (const [line, said] of cases) {
    const wish = parse(line)
    assert(wish.kind === 'help', line)
    assert.match(wish.text, said, line)
    for (const text of wish.text.split('\n')) assert(text.length <= 100, text)
  }
})

test('what cannot be understood says so', () => {
  const cases: [line: string, said: RegExp][] = [
    ['', /^usage: /],
    ['account', /^usage: hikyaku account/],
    ['accounts list', /^There is no command 'accounts list'/],
    ['account lits', /^There is no command 'account lits'/],
    ['account add', /^Usage: hikyaku account add LOGIN/],
    ['account add a b', /^Usage: /],
    ['account list extra', /^Usage: /],
    [
      'account add a --frobnicate',
      /^Unknown option '--frobnicate' \(see hikyaku account add --help/,
    ],
    ['account add a --title', /--title/],
    ['account add a --password secret', /Unknown option '--password'/],
    ['--frobnicate', /^There is no command '--frobnicate'/],
    ['--json', /^There is no command '--json'/],
    ['--data x', /^There is no command '--data'/],
    ['--json tenants list', /^There is no command 'tenants list'/],
  ]
  for (const [line, said] of cases) {
    assert.throws(
      () => parse(line),
      (error) => error instanceof UsageError && said.test(error.message),
      line,
    )
  }
})
