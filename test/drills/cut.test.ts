import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { test } from 'node:test'
import { CARRIER, cutOff, redirect, whyNoCuts } from './cut.ts'
import { startSlowLink } from './slow.ts'

const skip = whyNoCuts() ?? false
const ECHO = `require('net').createServer((s) => s.pipe(s)).listen(0, '127.0.0.1', function () {
  console.log(this.address().port) })`

/** A process of its own that says what it hears. */
async function startEcho() {
  const child = spawn(process.execPath, ['-e', ECHO], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [port] = await once(child.stdout, 'data')
  const pid = child.pid ?? 0
  return {
    ...{ pid, port: Number(port) },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await once(child, 'close')
    },
  }
}

/** How long an echo took; undefined when none came within `ms`. */
async function echoWithin(socket: Socket, ms: number): Promise<number | undefined> {
  const begin = performance.now()
  const signal = AbortSignal.timeout(ms)
  socket.write('x')
  return await once(socket, 'data', { signal }).then(
    () => performance.now() - begin,
    () => undefined,
  )
}

test('who is cut off hears nothing and is not heard, and goes on where it was', {
  skip,
}, async () => {
  await using echo = await startEcho()
  const socket = connect(echo.port, '127.0.0.1')
  for (const direction of ['both', 'in', 'out'] as const) {
    assert.ok((await echoWithin(socket, 5000)) !== undefined)
    const cut = await cutOff([echo.pid], direction, 20)
    assert.equal(await echoWithin(socket, 500), undefined, direction)
    await cut[Symbol.asyncDispose]()
    // TCP sends again what was lost.
    await once(socket, 'data')
  }
  socket.destroy()
})

test('what is connected through a carrier is as slow as that', { skip }, async () => {
  await using echo = await startEcho()
  const target = { host: '127.0.0.1', port: echo.port }
  await using link = await startSlowLink({ target, from: CARRIER })
  link.set('open', 100)
  const old = connect(target)
  assert.ok((await echoWithin(old, 5000)) !== undefined)
  const slow = await redirect(new Map([[`127.0.0.1:${echo.port}`, link.endpoint.port]]), 20)
  old.on('error', () => old.destroy())
  const socket = connect(target)
  const ms = await echoWithin(socket, 5000)
  assert.ok(ms !== undefined && ms >= 199, `${ms} ms`)
  await slow[Symbol.asyncDispose]()
  const straight = connect(target)
  let quickest = Number.POSITIVE_INFINITY
  // A busy machine is slow too, but not every time.
  for (let tries = 0; tries < 50 && quickest > 100; tries++) {
    quickest = Math.min(quickest, (await echoWithin(straight, 5000)) ?? quickest)
  }
  assert.ok(quickest <= 100, `${quickest} ms`)
  for (const one of [old, socket, straight]) one.destroy()
})
