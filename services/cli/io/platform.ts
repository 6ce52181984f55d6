import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Endpoint, parseAddress } from '#lib/node/setting.ts'
import type { Listens } from '../command.ts'

/** The platform that the commands are for. */
export interface Platform {
  readonly secret: string
  readonly servers: readonly Endpoint[]
  /** Of the mailbox-store; none: the environment names only a directory. */
  readonly stores: readonly Endpoint[]
  /** Of delivery; none as well. */
  readonly deliveries: readonly Endpoint[]
  readonly listens: Listens
  /** The file that describes it; none when the environment names it. */
  readonly description: string | undefined
}

type Environment = Readonly<Record<string, string | undefined>>

/** It cannot be found, or is not running: what to do about it is in the message. */
export class NoPlatform extends Error {
  override readonly name = 'NoPlatform'
}

/**
 * Finds the platform: the one that the environment names, or the one that `npm start` runs in a
 * folder and describes in a file there.
 *
 * @throws {NoPlatform}
 */
export function findPlatform(env: Environment, dataFolder: string | undefined): Platform {
  if (env.DIRECTORY_SERVERS !== undefined && env.DIRECTORY_SERVERS !== '') {
    const servers = readServers(env, 'DIRECTORY_SERVERS')
    const stores = readServers(env, 'MAILBOX_STORE_SERVERS')
    const deliveries = readServers(env, 'DELIVERY_SERVERS')
    const found = { servers, stores, deliveries, secret: readSecret(env) }
    return { ...found, listens: {}, description: undefined }
  }
  // DATA is what `npm start` itself is told by.
  const folder = dataFolder ?? (env.HIKYAKU_DATA || env.DATA || './data')
  const file = join(folder, 'run', 'solo.json')
  const description = readDescription(file)
  if (description === undefined) {
    throw new NoPlatform(`No platform runs in ${folder}: start it with npm start`)
  }
  const { pid, clusterSecret, directory, mailboxStore = [], listens = {} } = description
  const { delivery = [] } = description
  if (!isRunning(pid)) {
    throw new NoPlatform(`The platform in ${folder} is not running: start it with npm start`)
  }
  const servers = directory.map((text) => readServer(text, 'DIRECTORY_SERVERS'))
  const stores = mailboxStore.map((text) => readServer(text, 'MAILBOX_STORE_SERVERS'))
  const deliveries = delivery.map((text) => readServer(text, 'DELIVERY_SERVERS'))
  return { secret: clusterSecret, servers, stores, deliveries, listens, description: file }
}

interface Description {
  readonly pid: number
  readonly clusterSecret: string
  readonly directory: readonly string[]
  readonly mailboxStore?: readonly string[]
  readonly delivery?: readonly string[]
  readonly listens?: Listens
}

function readDescription(path: string): Description | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Description
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new NoPlatform(`${path} cannot be read: ${(error as Error).message}`, { cause: error })
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // It runs, but as somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function readSecret(env: Environment): string {
  if (env.CLUSTER_SECRET) return env.CLUSTER_SECRET
  const file = env.CLUSTER_SECRET_FILE
  if (!file) throw new NoPlatform('DIRECTORY_SERVERS is set, CLUSTER_SECRET(_FILE) is not')
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '')
  } catch (error) {
    const { message } = error as Error
    throw new NoPlatform(`CLUSTER_SECRET_FILE cannot be read: ${message}`, { cause: error })
  }
}

/** The servers that a setting names; none when it is not set. @throws {NoPlatform} */
export function readServers(env: Environment, setting: string): Endpoint[] {
  const texts = env[setting]?.split(',') ?? []
  return texts.filter((text) => text !== '').map((text) => readServer(text.trim(), setting))
}

function readServer(text: string, setting: string): Endpoint {
  try {
    return parseAddress(text)
  } catch (error) {
    throw new NoPlatform(`${setting}: ${(error as Error).message}`, { cause: error })
  }
}
