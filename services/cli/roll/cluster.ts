/** What a rolling restart knows of a cluster, and can do to it. */

/** The cluster as run/solo.json tells it. */
export interface About {
  /** Of who starts its processes again. */
  readonly pid: number
  /** Where clients come in: `smtp`, `imaps` … */
  readonly listens: Readonly<Record<string, string>>
  readonly nodes: readonly NodeAbout[]
  readonly haproxy?: { readonly pid?: number; readonly stats: string }
}

interface NodeAbout {
  readonly name: string
  readonly processes: Readonly<Record<string, ProcessAbout>>
}

interface ProcessAbout {
  readonly pid?: number
  readonly ready: boolean
  /** Where it tells whether it is ready, and what it has counted. */
  readonly ops?: string
}

/** What one roll leaves to the next that goes on with it. */
export interface Memory {
  /** Who rolls: one at a time. */
  readonly roller: number
  /** Milliseconds since 1970. */
  readonly begunAt: number
  /** The process ids that are to be replaced, by name; 0 for what is not known by one. */
  readonly old: Readonly<Record<string, number>>
}

/** All questions are answered soon, also when who is asked is not there. */
export interface Cluster {
  about(): About
  /** Why it cannot work, from its /ready; undefined when it can. */
  whyNotReady(ops: string): Promise<string | undefined>
  /** Its /metrics; empty when it does not answer. */
  metrics(ops: string): Promise<string>
  /** Why a nats-server or a stream on it is not current; undefined when all are. */
  brokerTrouble(ops: string): Promise<string | undefined>
  /** Servers that haproxy takes nobody to, such as `imap/node-1`. */
  serversDown(stats: string): Promise<readonly string[]>
  /** Why who comes in there is not greeted; undefined when he is. */
  whyNotGreeted(door: string, address: string): Promise<string | undefined>
  signal(pid: number, signal: 'SIGTERM' | 'SIGUSR2'): void
  /** Ourselves. */
  readonly roller: number
  /** Whether such a process runs, and rolls. */
  isRolling(pid: number): boolean
  readMemory(): Memory | undefined
  /** Undefined: forget it. */
  writeMemory(memory: Memory | undefined): void
}
