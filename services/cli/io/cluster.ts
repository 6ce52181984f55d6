/** A cluster on one machine as `hikyaku roll` sees it: its file, pages, doors and processes. */

import { execFileSync } from 'node:child_process'
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { dirname, join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import { parseAddress } from '#lib/node/setting.ts'
import type { About, Cluster, Memory } from '../roll/cluster.ts'
import { brokerTroubles, type StreamPage } from '../roll/streams.ts'

const ASK_MS = 5_000
const GREETING_MS = 5_000
/** Doors where TLS comes before everything else. */
const TLS_DOORS: readonly string[] = ['submissions', 'imaps']

/** The cluster that the file describes; undefined when it describes none. */
export function openCluster(description: string | undefined): Cluster | undefined {
  if (description === undefined) return undefined
  const about = () => JSON.parse(readFileSync(description, 'utf8')) as About
  if (about().nodes === undefined) return undefined
  const memoryFile = join(dirname(description), 'roll.json')
  return {
    about,
    async whyNotReady(ops) {
      const { status, text } = await ask(`http://${ops}/ready`)
      return status === 200 ? undefined : text.trim().replaceAll('\n', ', ')
    },
    async metrics(ops) {
      const { status, text } = await ask(`http://${ops}/metrics`)
      return status === 200 ? text : ''
    },
    brokerTrouble,
    serversDown,
    whyNotGreeted,
    signal: (pid, signal) => void process.kill(pid, signal),
    roller: process.pid,
    isRolling,
    readMemory: () => readMemory(memoryFile),
    writeMemory: (memory) => writeMemory(memoryFile, memory),
  }
}

async function ask(url: string): Promise<{ status: number; text: string }> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(ASK_MS) })
    return { status: response.status, text: await response.text() }
  } catch {
    return { status: 0, text: 'does not answer' }
  }
}

async function brokerTrouble(ops: string): Promise<string | undefined> {
  const health = await ask(`http://${ops}/healthz`)
  if (health.status !== 200) return reasonIn(health.text)
  const streams = await ask(`http://${ops}/jsz?streams=true&consumers=true`)
  if (streams.status !== 200) return reasonIn(streams.text)
  return brokerTroubles(JSON.parse(streams.text) as StreamPage)[0]
}

function reasonIn(text: string): string {
  return /"error":"([^"]*)"/.exec(text)?.[1] ?? text.trim()
}

/** From haproxy's statistics, whose first line says what is in each column. */
async function serversDown(stats: string): Promise<string[]> {
  const { status, text } = await ask(`http://${stats}/;csv`)
  if (status !== 200) return ['anybody: its statistics cannot be read']
  const [head = '', ...rows] = text.replace(/^# /, '').split('\n')
  const column = head.split(',').indexOf('status')
  return rows
    .map((row) => row.split(','))
    .filter((row) => row[1] !== 'FRONTEND' && row[1] !== 'BACKEND')
    .filter((row) => /^(DOWN|MAINT|NOLB)/.test(row[column] ?? ''))
    .map(([proxy, server]) => `${proxy}/${server}`)
}

async function whyNotGreeted(door: string, address: string): Promise<string | undefined> {
  const endpoint = parseAddress(address)
  const { promise, resolve } = Promise.withResolvers<string | undefined>()
  const socket = TLS_DOORS.includes(door)
    ? connectTls({ ...endpoint, rejectUnauthorized: false })
    : connect(endpoint)
  const timer = setTimeout(() => resolve('it takes too long'), GREETING_MS)
  let heard = ''
  socket.setEncoding('latin1').on('data', (text: string) => {
    heard += text
    if (!heard.includes('\n')) return
    resolve(/^(220[ -]|\* OK)/.test(heard) ? undefined : heard.split('\r\n', 1)[0])
  })
  socket.on('error', (error) => resolve(error.message))
  socket.on('close', () => resolve('the connection was closed'))
  const reason = await promise
  clearTimeout(timer)
  if (reason === undefined) socket.end(door.startsWith('imap') ? 'a LOGOUT\r\n' : 'QUIT\r\n')
  else socket.destroy()
  return reason
}

/** A number may have passed to another process meanwhile: what it was started with tells. */
function isRolling(pid: number): boolean {
  if (pid === 0 || pid === process.pid) return false
  try {
    const args = execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' })
    return /\bcli\/main\.ts\b.*\broll\b/.test(args)
  } catch {
    return false
  }
}

function readMemory(file: string): Memory | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Memory
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Replaced as a whole: it may be read, or we be killed, at any instant. */
function writeMemory(file: string, memory: Memory | undefined): void {
  if (memory === undefined) {
    rmSync(file, { force: true })
    return
  }
  writeFileSync(`${file}.draft`, JSON.stringify(memory), { mode: 0o600 })
  renameSync(`${file}.draft`, file)
}
