/** Which release of hikyaku this is. */

import { readFileSync } from 'node:fs'

const PACKAGE = new URL('../../../package.json', import.meta.url)

/** As package.json has it: `0.1.0`. */
export const RELEASE: string = readRelease()

function readRelease(): string {
  const { version } = JSON.parse(readFileSync(PACKAGE, 'utf8')) as { readonly version: string }
  return version
}
