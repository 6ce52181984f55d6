/** Debian's package manager: the one way by which set-up changes the machine itself. */

import { existsSync } from 'node:fs'
import { run, tryRun } from './command.js'
import { sayWhile } from './say.js'

/** Whether packages may be installed here: as root, on Debian or a system made from it. */
export function mayInstall() {
  return process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')
}

/**
 * Installs Debian packages. Safe to repeat.
 *
 * @param {string[]} packages
 */
export async function install(packages) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const parameters = ['install', '-y', '--no-install-recommends', ...packages]
  await sayWhile(`installing Debian's ${packages.join(', ')}`, async () => {
    if ((await tryRun('apt-get', parameters, { env })) !== undefined) return
    // A fresh image knows no packages yet, and an old one asks for versions that are gone.
    await run('apt-get', ['update'], { env })
    await run('apt-get', parameters, { env })
  })
}
