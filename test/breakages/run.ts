/**
 * `npm run test:breakages [-- NAME …]`: breaks the mailbox-store on purpose, in a copy, in every way that the list knows, and
 * expects the tests to notice each time: by an assertion, not because nothing runs any more. A table says what
 * noticed it and after how long; one that nobody notices is a failure.
 */

import { spawn } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { BREAKAGES, type Breakage, breakText } from './list.ts'

const TIMEOUT_MS = 240_000
const AT_ONCE = 2
const COPIED = ['lib', 'proto', 'services', 'package.json', 'tsconfig.json']
/** Enough for each breakage of the list, with room. */
const HISTORIES = 200

/** What a test says that has noticed something, and not merely cannot run. */
const NOTICED = /ERR_ASSERTION|Error: (The (blob|piece) \S+ is missing|Mailboxes tell of)/

type Outcome = 'caught' | 'survived' | 'broken'
interface Result {
  readonly breakage: Breakage
  readonly outcome: Outcome
  readonly seconds: number
  readonly output: string
}

async function main(names: readonly string[]): Promise<number> {
  const unknown = names.filter((name) => !BREAKAGES.some((one) => one.name === name))
  if (unknown.length > 0) throw new Error(`There is no breakage ${unknown.join(', ')}`)
  const wanted = BREAKAGES.filter(({ name }) => names.length === 0 || names.includes(name))
  const sound = await runSound()
  if (sound !== undefined) {
    console.log(`Without any breakage the tests fail:\n${sound}`)
    return 1
  }
  const waiting = [...wanted]
  const results: Result[] = []
  const work = async () => {
    using place = new Place()
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const result = await place.run(next)
      results.push(result)
      console.log(`${result.outcome}: ${next.name} (${result.seconds.toFixed(0)} s)`)
      if (result.outcome !== 'caught') console.log(result.output.slice(-3000))
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  const sorted = wanted.map((one) => results.find(({ breakage }) => breakage === one))
  console.log(`\n| breakage | noticed by | after |\n| --- | --- | ---: |`)
  for (const result of sorted) console.log(result && rowOf(result))
  return results.every(({ outcome }) => outcome === 'caught') ? 0 : 1
}

/** The output when the tests of the list fail as it is: then they would say nothing. */
async function runSound(): Promise<string | undefined> {
  using place = new Place()
  const { status, output } = await place.execute(['services/mailbox-store/model/run.ts'], {})
  return status === 0 ? undefined : output.slice(-3000)
}

function rowOf({ breakage, outcome, seconds, output }: Result): string {
  const [, seed] = /--histories 1 --seed (\d+)/.exec(output) ?? []
  const by = breakage.test ?? `test:model${seed === undefined ? '' : `, history ${seed}`}`
  return `| ${breakage.name} | ${outcome === 'caught' ? by : `**${outcome}**`} | ${seconds.toFixed(0)} s |`
}

/** A copy of the code that may be broken. */
class Place implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'hikyaku-breakage-'))

  constructor() {
    for (const name of COPIED) cpSync(name, join(this.#folder, name), { recursive: true })
    symlinkSync(resolve('node_modules'), join(this.#folder, 'node_modules'))
  }

  async run(breakage: Breakage): Promise<Result> {
    const file = join(this.#folder, breakage.file)
    const sound = readFileSync(file, 'utf8')
    const started = performance.now()
    try {
      writeFileSync(file, breakText(sound, breakage))
      const args =
        breakage.test === undefined
          ? ['services/mailbox-store/model/run.ts', '--histories', `${HISTORIES}`]
          : ['--test', breakage.test]
      const { status, output } = await this.execute(args, { HIKYAKU_CONTRACT: '1' })
      const seconds = (performance.now() - started) / 1000
      return { breakage, outcome: judge(status, output), seconds, output }
    } finally {
      writeFileSync(file, sound)
    }
  }

  execute(args: readonly string[], env: NodeJS.ProcessEnv) {
    const child = spawn(process.execPath, args, {
      cwd: this.#folder,
      env: { ...process.env, ...env },
      timeout: TIMEOUT_MS,
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text
      })
    }
    return new Promise<{ status: number | null; output: string }>((done, failed) => {
      child.once('error', failed)
      child.once('close', (status) => done({ status, output }))
    })
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true })
  }
}

function judge(status: number | null, output: string): Outcome {
  if (status === 0) return 'survived'
  return status === 1 && NOTICED.test(output) ? 'caught' : 'broken'
}

process.exitCode = await main(process.argv.slice(2))
