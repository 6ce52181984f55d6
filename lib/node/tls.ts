/** The server's certificate: the operator's, or one that we make ourselves once; renewed without a restart. */

import { randomBytes } from 'node:crypto'
import { linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createSecureContext, type SecureContext, type SecureVersion } from 'node:tls'
import type { Clock } from '#lib/base/clock.ts'
import type { Telemetry } from '#lib/base/telemetry.ts'
import { systemClock } from './clock.ts'
import { makeSelfSigned } from './tls/self-signed.ts'

const LOOK_MS = 10_000
const SELF_SIGNED_FILE = 'self-signed.pem'
const VERSION_MIN: SecureVersion = 'TLSv1.2'

export interface TlsSettings {
  /** PEM, the server's certificate first; without it, one is made. */
  readonly certFile?: string | undefined
  /** PEM; may be the same file. */
  readonly keyFile?: string | undefined
  /** Where the certificate that we make is kept. */
  readonly selfSignedFolder: string
  /** Names and addresses that it is made for. */
  readonly hosts: readonly string[]
  readonly telemetry?: Telemetry
  readonly clock?: Clock
}

interface TlsOptions {
  readonly key: string
  readonly cert: string
  readonly minVersion: SecureVersion
}

/** Disposing it ends the watch for new files. */
export interface Tls extends Disposable {
  /** To be asked for each connection: it changes when the files do. */
  context(): SecureContext
  options(): TlsOptions
  /** Where the certificate in use came from. */
  readonly certFile: string
  /** Reads the files again; what is wrong with them throws, and the old certificate stays. */
  reload(): Promise<void>
}

/** Reads the certificate, or makes one. Looks for new files every few seconds, and on SIGHUP. */
export async function loadTls(settings: TlsSettings): Promise<Tls> {
  const { certFile, keyFile, telemetry } = settings
  const own = certFile === undefined || certFile === ''
  if (!own && (keyFile === undefined || keyFile === '')) {
    throw new Error('A TLS certificate is set, but not its key')
  }
  const cert = own ? join(settings.selfSignedFolder, SELF_SIGNED_FILE) : certFile
  const key = own ? cert : (keyFile ?? cert)
  if (own) await keepSelfSigned(cert, settings)

  let stamp = stampOf(cert, key)
  let options = readOptions(cert, key)
  let context = createSecureContext(options)
  const reload = async () => {
    const seen = stampOf(cert, key)
    const read = readOptions(cert, key)
    context = createSecureContext(read)
    options = read
    stamp = seen
    telemetry?.log('tls-loaded', { certFile: cert })
  }
  const look = () => {
    // A half-replaced pair is looked at again the next time.
    reload().catch((error: unknown) => telemetry?.warn('tls-reload-failed', { error }))
  }
  const timer = setInterval(() => {
    if (stampOf(cert, key) !== stamp) look()
  }, LOOK_MS)
  timer.unref()
  process.on('SIGHUP', look)
  return {
    context: () => context,
    options: () => options,
    certFile: cert,
    reload,
    [Symbol.dispose]() {
      clearInterval(timer)
      process.off('SIGHUP', look)
    },
  }
}

function readOptions(certFile: string, keyFile: string): TlsOptions {
  const cert = readFileSync(certFile, 'utf8')
  return { cert, key: readFileSync(keyFile, 'utf8'), minVersion: VERSION_MIN }
}

/** Changes when one of the files does; a file that is away changes nothing. */
function stampOf(...files: string[]): string {
  const stats = files.map((file) => statSync(file, { throwIfNoEntry: false }))
  return stats.map((stat) => `${stat?.ino} ${stat?.mtimeMs} ${stat?.size}`).join()
}

/**
 * Key and certificate are one file that appears whole: of two services that start at the same instant, one makes
 * it and the other finds it.
 */
async function keepSelfSigned(file: string, settings: TlsSettings): Promise<void> {
  if (statSync(file, { throwIfNoEntry: false }) !== undefined) return
  mkdirSync(settings.selfSignedFolder, { recursive: true, mode: 0o700 })
  const { hosts, clock = systemClock } = settings
  const draft = `${file}.${randomBytes(6).toString('hex')}`
  writeFileSync(draft, await makeSelfSigned(hosts, clock.now()), { mode: 0o600, flush: true })
  try {
    linkSync(draft, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    rmSync(draft)
  }
}
