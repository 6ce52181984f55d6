/**
 * `npm test`: runs every suite on SQLite, then those that a database matters to on a
 * MongoDB-speaking server, and says at the end what was run and what was left out.
 *
 *   --cluster-long    only the tests that kill processes, for longer
 *   --without-unit    not the unit tests, for CI, which has run them in `npm run check`
 *
 * With CI=true, what is left out for want of a tool is a failure.
 */

import { globSync } from 'node:fs'
import { compose } from 'node:stream'
import { run, type TestsStream } from 'node:test'
import { spec } from 'node:test/reporters'
import { start } from '../deploy/setup/mongo-server.js'
import { readTools } from '../deploy/setup/tools.js'
import { belongs, type Stage, stages } from './stages.ts'
import { type Result, summarize } from './summary.ts'

const options = new Set(process.argv.slice(2))
const aborted = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => aborted.abort(new Error(`Stopped by ${signal}`)))
}

process.exitCode = await main()

async function main(): Promise<number> {
  const { mongo, leftOut = [] } = readTools()
  const selection = {
    clusterLong: options.has('--cluster-long'),
    unit: !options.has('--without-unit'),
    mongo: mongo !== undefined || process.env.MONGODB_URL !== undefined,
  }
  const results: Result[] = []
  await using servers = new AsyncDisposableStack()
  let url = process.env.MONGODB_URL
  for (const stage of stages(selection)) {
    if (aborted.signal.aborted) break
    if (stage.database === 'mongo') url ??= await startMongo(servers)
    results.push(await runStage(stage, url))
  }
  const ci = process.env.CI === 'true'
  const summary = summarize(results, leftOut, { ci, aborted: aborted.signal.aborted })
  console.log(summary.text)
  return summary.passed ? 0 : 1
}

async function startMongo(servers: AsyncDisposableStack): Promise<string> {
  say('starting the MongoDB-speaking server')
  const server = await start()
  servers.defer(() => server.stop())
  return server.url
}

/** Runs the test files of a stage, each in a process of its own. */
async function runStage(stage: Stage, url: string | undefined): Promise<Result> {
  const title = `${stage.name} on ${stage.database === 'mongo' ? 'MongoDB' : 'SQLite'}`
  const files = globSync(stage.patterns).filter((file) => belongs(file, stage))
  say(`${title}: ${files.length} files`)
  const result: Result = { title, ms: 0, tests: 0, passed: 0, failed: 0, skipped: [] }
  if (files.length === 0) return result

  const env: NodeJS.ProcessEnv = { ...process.env, ...stage.env }
  delete env.MONGODB_URL
  if (stage.database === 'mongo') env.MONGODB_URL = url
  const { concurrency, timeoutMs: timeout } = stage
  const tests = run({ files: files.sort(), concurrency, timeout, env, signal: aborted.signal })
  await count(tests, result)
  return result
}

/** Shows the tests as they end, and counts them. */
async function count(tests: TestsStream, result: Result): Promise<void> {
  tests.on('test:pass', ({ skip, name, file }) => {
    if (skip === undefined || skip === false) return
    result.skipped.push({ test: `${file}: ${name}`, reason: typeof skip === 'string' ? skip : '' })
  })
  tests.on('test:summary', ({ file, counts, duration_ms: ms }) => {
    if (file !== undefined) return
    result.ms = ms
    result.tests = counts.tests
    result.passed = counts.passed
    result.failed = counts.tests - counts.passed - counts.skipped - counts.todo
  })
  for await (const text of compose(tests, new spec())) process.stdout.write(text)
}

function say(line: string): void {
  console.log(`\ntest: ${line}`)
}
