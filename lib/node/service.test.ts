import assert from 'node:assert/strict'
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'

const secret = 'a secret of this cluster'
const lib = (file: string) => JSON.stringify(fileURLToPath(new URL(file, import.meta.url)))

/** Runs a service whose `start` is this source text, in a process of its own. */
async function runService(t: TestContext, start: string, env: Record<string, string> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'hk-service-'))
  const main = join(folder, 'main.mjs')
  writeFileSync(
    main,
    `import { run } from ${lib('service.ts')}
    import { Base } from ${lib('config.ts')}
    await run('sample', Base, process.env, async (config, host) => { ${start} })`,
  )
  const readyFile = join(folder, 'ready.json')
  const child = fork(main, {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { CLUSTER_SECRET: secret, READY_FILE: readyFile, ...env },
  })
  const exit = endOf(child)
  t.after(async () => {
    child.kill('SIGKILL')
    await exit
    rmSync(folder, { recursive: true })
  })
  const output = collectOutput(child)
  return { child, exit, output, readyFile }
}

/** Its 'close' would never come once the channel is cut; the end of its output says as much. */
async function endOf(child: ChildProcess): Promise<unknown[]> {
  const streams = [child.stdout, child.stderr].flatMap((stream) => stream ?? [])
  const ends = streams.map((stream) => once(stream, 'end'))
  const exit = await once(child, 'exit')
  await Promise.all(ends)
  return exit
}

function collectOutput(child: ChildProcess) {
  let text = ''
  const waiting = new Set<() => void>()
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (more: string) => {
      text += more
      for (const check of waiting) check()
    })
  }
  return {
    text: () => text,
    seen: (part: string) =>
      new Promise<void>((resolve) => {
        const check = () => {
          if (!text.includes(part)) return
          waiting.delete(check)
          resolve()
        }
        waiting.add(check)
        check()
      }),
  }
}

const DISPOSABLE = `return { async [Symbol.asyncDispose]() { host.telemetry.log('disposed') } }`

test('a database that is away at the start is waited for, unready, and not died of', async (t) => {
  const start = `const { Fault } = await import(${lib('../base/fault.ts')})
    globalThis.tries = (globalThis.tries ?? 0) + 1
    if (globalThis.tries < 3) throw new Fault('unavailable', 'The database is not available')
    host.telemetry.log('tried', { tries: globalThis.tries }); ${DISPOSABLE}`
  const { child, exit, output } = await runService(t, start)
  await output.seen('"event":"ready"')
  assert.match(output.text(), /"event":"start-postponed".*The database is not available/)
  assert.match(output.text(), /"event":"tried","tries":3/)
  child.kill('SIGTERM')
  assert.deepEqual(await exit, [0, null])
})

test('patience with a database ends when it is told to', async (t) => {
  const start = `const { Fault } = await import(${lib('../base/fault.ts')})
    throw new Fault('unavailable', 'The database is not available')`
  const { exit, output } = await runService(t, start, { START_PATIENCE: '200ms' })
  assert.deepEqual(await exit, [1, null])
  assert.match(output.text(), /"event":"crashed"/)
})

test('a service says when it is ready, answers the operator, and drains on SIGTERM', async (t) => {
  const start = `host.declare({ things_total: { kind: 'counter', help: 'Things' } }).count('things_total')
    host.addReadyCheck('database', async () => { throw new Error('is away') })
    host.announce('smtp', '127.0.0.1:25'); ${DISPOSABLE}`
  const { child, exit, output, readyFile } = await runService(t, start)
  await output.seen('"event":"ready"')
  const ready = JSON.parse(readFileSync(readyFile, 'utf8')) as Record<string, unknown>
  assert.deepEqual(
    [ready.pid, ready.service, ready.listens],
    [child.pid, 'sample', { smtp: '127.0.0.1:25' }],
  )
  const get = async (path: string) => {
    const response = await fetch(`http://${ready.ops}${path}`)
    return `${response.status} ${await response.text()}`
  }
  assert.equal(await get('/health'), '200 ok\n')
  assert.equal(await get('/ready'), '503 database: is away\n')
  const metrics = await get('/metrics')
  assert.match(metrics, /^hikyaku_things_total 1$/m)
  assert.match(metrics, /^process_cpu_seconds_total /m)
  assert.match(await get('/else'), /^404 /)
  child.kill('SIGTERM')
  assert.deepEqual(await exit, [0, null], output.text())
  assert.match(output.text(), /"disposed".*"stopped"/s)
  assert.equal(existsSync(readyFile), false)
})

test('a process whose supervisor has gone drains and ends', async (t) => {
  const { child, exit, output } = await runService(t, DISPOSABLE)
  await output.seen('"event":"ready"')
  child.disconnect()
  assert.deepEqual(await exit, [0, null])
  assert.match(output.text(), /"reason":"parent gone"/)
})

test('what nobody caught is logged with its stack, and the process drains and fails', async (t) => {
  const start = `setImmediate(() => { throw new Error('oops', { cause: new Error('deep') }) }); ${DISPOSABLE}`
  const { exit, output } = await runService(t, start)
  assert.deepEqual(await exit, [1, null])
  assert.match(output.text(), /"message":"oops".*"stack":"Error: oops.*"message":"deep"/s)
  assert.match(output.text(), /"disposed"/)
})

test('a start that fails ends the process with exit code 1', async (t) => {
  const { exit, output } = await runService(t, `throw new Error('no way')`)
  assert.deepEqual(await exit, [1, null])
  assert.match(output.text(), /no way/)
})

test('wrong settings are told in words, all at once', async (t) => {
  const { exit, output } = await runService(t, DISPOSABLE, { CLUSTER_SECRET: 'x', LOG_LEVEL: 'y' })
  assert.deepEqual(await exit, [78, null])
  assert.match(output.text(), /LOG_LEVEL.*CLUSTER_SECRET/s)
})

test('a drain that takes too long is cut short', async (t) => {
  const start = `return { [Symbol.asyncDispose]: () => new Promise(() => setInterval(() => {}, 1000)) }`
  const { child, exit, output } = await runService(t, start, { SHUTDOWN_GRACE: '10ms' })
  await output.seen('"event":"ready"')
  child.kill('SIGTERM')
  assert.deepEqual(await exit, [null, 'SIGTERM'])
  assert.match(output.text(), /drain-cut-short.*lingered/s)
})

test('a second SIGINT ends the process at once', async (t) => {
  const start = `return { [Symbol.asyncDispose]: () => new Promise(() => setInterval(() => {}, 1000)) }`
  const { child, exit, output } = await runService(t, start)
  await output.seen('"event":"ready"')
  child.kill('SIGINT')
  await output.seen('"event":"stopping"')
  child.kill('SIGINT')
  assert.deepEqual(await exit, [null, 'SIGINT'])
})

const READY = async (ready: Record<string, unknown>) =>
  `${(await fetch(`http://${ready.ops}/ready`)).status}`

test('between SIGTERM and the stop it is not ready, and goes on', async (t) => {
  const start = `host.draining.addEventListener('abort', () => host.telemetry.log('told'))
    host.signal.addEventListener('abort', () => host.telemetry.log('over'))
    ${DISPOSABLE}`
  const { child, exit, output, readyFile } = await runService(t, start, { SHUTDOWN_DELAY: '1h' })
  await output.seen('"event":"ready"')
  const ready = JSON.parse(readFileSync(readyFile, 'utf8')) as Record<string, unknown>
  assert.equal(await READY(ready), '200')
  child.kill('SIGTERM')
  await output.seen('"event":"told"')
  assert.equal(await READY(ready), '503')
  assert.equal(existsSync(readyFile), false)
  child.kill('SIGTERM')
  assert.equal(await READY(ready), '503')
  assert.doesNotMatch(output.text(), /"event":"over"/)
  // Who would have been told by then is of no interest any more.
  child.disconnect()
  assert.deepEqual(await exit, [0, null], output.text())
  assert.match(output.text(), /"over".*"disposed"/s)
  assert.equal(output.text().match(/"event":"draining"/g)?.length, 1)
})

test('the stop comes by itself when the delay is over', async (t) => {
  const { child, exit, output } = await runService(t, DISPOSABLE, { SHUTDOWN_DELAY: '50ms' })
  await output.seen('"event":"ready"')
  child.kill('SIGTERM')
  assert.deepEqual(await exit, [0, null], output.text())
  assert.match(output.text(), /"draining".*"stopping".*"disposed"/s)
})

test('SIGTERM while it starts: it ends in peace, whatever the start then fails of', async (t) => {
  const start = `host.telemetry.log('starting')
    await new Promise((resolve) => host.signal.addEventListener('abort', resolve))
    throw new Error('no database')`
  const { child, exit, output } = await runService(t, start, { SHUTDOWN_DELAY: '1h' })
  await output.seen('"event":"starting"')
  child.kill('SIGTERM')
  assert.deepEqual(await exit, [0, null], output.text())
  assert.doesNotMatch(output.text(), /crashed/)
})

test('SIGTERM while it starts: what has come up by then is taken down', async (t) => {
  const start = `host.telemetry.log('starting')
    await new Promise((resolve) => host.signal.addEventListener('abort', resolve))
    ${DISPOSABLE}`
  const { child, exit, output } = await runService(t, start)
  await output.seen('"event":"starting"')
  child.kill('SIGTERM')
  assert.deepEqual(await exit, [0, null], output.text())
  assert.match(output.text(), /"disposed"/)
  assert.doesNotMatch(output.text(), /"event":"ready"/)
})
