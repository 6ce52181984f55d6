/**
 * Cuts processes off the network, although all share one loopback: by nftables rules on the addresses and ports that they
 * have at the moment, looked up again and again. Needs root and nftables; a table of its own, which goes away with the drill
 * that made it, or with the next one.
 */

import { execFile, execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { promisify } from 'node:util'
import { undoLater } from './undo.ts'

const run = promisify(execFile)
const PREFIX = 'hikyaku_drill_'
const TABLE = `${PREFIX}${process.pid}`
const SLOW_TABLE = `${TABLE}_slow`
/** Who carries the bytes of a slowed port connects from here. */
export const CARRIER = '127.0.0.77'
const RESET_MS = 500
const LOOK_EVERY_MS = 300

/** `both`: nothing in or out; `out`: it hears and is not heard; `in`: it is heard and does not hear. */
export type Direction = 'both' | 'out' | 'in'

/** Why there can be no cuts here; undefined where there can. */
export function whyNoCuts(): string | undefined {
  if (process.getuid?.() !== 0) return 'needs root'
  try {
    execFileSync('nft', ['--version'], { stdio: 'ignore' })
    execFileSync('ss', ['--version'], { stdio: 'ignore' })
    return undefined
  } catch {
    return 'needs nftables and iproute2'
  }
}

/** Removes what drills left that were killed. */
export function removeOldCuts(): void {
  if (whyNoCuts() !== undefined) return
  const tables = execFileSync('nft', ['list', 'tables', 'ip'], { encoding: 'utf8' })
  for (const [, name = '', pid = ''] of tables.matchAll(/table ip (hikyaku_drill_(\d+)\w*)/g)) {
    if (!existsSync(`/proc/${pid}`)) execFileSync('nft', ['delete', 'table', 'ip', name])
  }
}

/** Cuts the processes from everybody but each other, until disposed, or so many seconds later at most. */
export async function cutOff(
  pids: readonly number[],
  direction: Direction,
  secondsMax: number,
): Promise<AsyncDisposable> {
  const undo = undoLater(secondsMax, `nft delete table ip ${TABLE}`)
  await applyRules(cutRules(TABLE, await endsOf(pids), direction))
  let ended = false
  const looking = (async () => {
    while (!ended) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
      if (!ended) await applyRules(cutRules(TABLE, await endsOf(pids), direction))
    }
  })()
  return {
    async [Symbol.asyncDispose]() {
      ended = true
      await looking
      undo()
    },
  }
}

/**
 * Sends whoever connects to one of the addresses to a port of 127.0.0.1 instead, until disposed: what was connected before is
 * reset.
 */
export async function redirect(
  ends: ReadonlyMap<string, number>,
  secondsMax: number,
): Promise<AsyncDisposable> {
  const undo = undoLater(secondsMax, `nft delete table ip ${SLOW_TABLE}`)
  const reset = [...ends.keys()]
  await applyRules(redirectRules(SLOW_TABLE, ends, reset))
  await new Promise((resolve) => setTimeout(resolve, RESET_MS))
  await applyRules(redirectRules(SLOW_TABLE, ends, []))
  return {
    async [Symbol.asyncDispose]() {
      undo()
    },
  }
}

/** What nft reads: who is the carrier goes straight; everybody else through it. */
export function redirectRules(
  table: string,
  ends: ReadonlyMap<string, number>,
  reset: readonly string[],
): string {
  const to = [...ends].map(
    ([end, carrier]) => `ip saddr != ${CARRIER} ${aimedAt(end)} redirect to :${carrier}`,
  )
  const end = reset.map((one) => `${aimedAt(one)} ct state established reject with tcp reset`)
  return `table ip ${table}
delete table ip ${table}
table ip ${table} {
  chain turn { type nat hook output priority -100; oifname "lo" jump to_carrier; }
  chain to_carrier {
    ${to.join('\n    ')}
  }
  chain output { type filter hook output priority 0; oifname "lo" jump old; }
  chain old {
    ${end.join('\n    ')}
  }
}
`
}

function aimedAt(end: string): string {
  const [host, port] = end.split(':')
  return `ip daddr ${host} tcp dport ${port}`
}

/** What nft reads: replaces the whole table at once. */
export function cutRules(table: string, ends: readonly string[], direction: Direction): string {
  const elements = ends.length === 0 ? '' : `elements = { ${ends.map(toElement).join(', ')} }`
  const [source, target] = ['ip saddr . tcp sport', 'ip daddr . tcp dport']
  const drop = {
    out: `${source} @own ${target} != @own drop`,
    in: `${source} != @own ${target} @own drop`,
  }
  const rules = direction === 'both' ? [drop.out, drop.in] : [drop[direction]]
  return `table ip ${table}
delete table ip ${table}
table ip ${table} {
  set own { type ipv4_addr . inet_service; ${elements} }
  chain output { type filter hook output priority 0; oifname "lo" jump cut; }
  chain cut {
    ${rules.join('\n    ')}
  }
}
`
}

/** Every end of a TCP connection that the processes have now, and where they listen: `127.0.0.1:25`. */
export async function endsOf(pids: readonly number[]): Promise<string[]> {
  const { stdout } = await run('ss', ['-tanpH'], { maxBuffer: 64 * 1024 * 1024 })
  const wanted = new Set(pids)
  const ends = new Set<string>()
  for (const line of stdout.split('\n')) {
    const owners = [...line.matchAll(/pid=(\d+)/g)].map(([, pid]) => Number(pid))
    if (!owners.some((pid) => wanted.has(pid))) continue
    const local = (line.trim().split(/\s+/)[3] ?? '').replace(/^\[::ffff:(.*)\]/, '$1')
    if (/^\d+\.\d+\.\d+\.\d+:\d+$/.test(local)) ends.add(local)
  }
  return [...ends].sort()
}

function toElement(end: string): string {
  return end.replace(':', ' . ')
}

/** Nothing else reads nft's input. */
async function applyRules(rules: string): Promise<void> {
  const child = execFile('nft', ['-f', '-'])
  child.stdin?.end(rules)
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  let said = ''
  child.stderr?.on('data', (text) => {
    said += text
  })
  child.once('error', reject)
  child.once('close', (code) =>
    code === 0 ? resolve() : reject(new Error(`nft ended with ${code}: ${said}`)),
  )
  return await promise
}
