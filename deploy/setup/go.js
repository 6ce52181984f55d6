/** Programs that are built from source with the machine's Go, in a pinned version. */

import { run, tryRun } from './command.js'
import { sayWhile } from './say.js'

export async function hasGo() {
  return (await tryRun('go', ['version'])) !== undefined
}

/**
 * Builds a program into a folder. Go checks what it downloads against its checksum database.
 *
 * @param {string} program such as `example.org/program@v1.2.3`
 * @param {string} folder
 */
export async function goInstall(program, folder) {
  const name = program.replace(/^.*\/(?=[a-z-]+(\/v\d+)?@)/, '').replace(/\/v\d+@/, '@')
  await sayWhile(`building ${name} with Go`, async () => {
    await run('go', ['install', program], { cwd: folder, env: { ...process.env, GOBIN: folder } })
  })
}
