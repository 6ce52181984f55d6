/**
 * `npm run bench -- NAME [OPTIONS]`: runs `NAME.ts` of this folder, which exports `run(args)`, shows
 * progress and ends with one line of JSON.
 */
import { globSync } from 'node:fs'
import { basename } from 'node:path'

type Benchmark = { run(args: readonly string[]): Promise<void> }

const names = globSync('*.ts', { cwd: import.meta.dirname })
  .map((file) => basename(file, '.ts'))
  .filter((name) => name !== 'bench')
  .sort()

const [name = '', ...args] = process.argv.slice(2)
if (names.includes(name)) {
  const { run } = (await import(`./${name}.ts`)) as Benchmark
  await run(args)
} else {
  console.error(`npm run bench -- NAME [OPTIONS], where NAME is one of: ${names.join(', ')}`)
  process.exitCode = 2
}
