import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'

/** Every file of the house that git tracks or would track, as paths from its root. */
export function houseFiles(pattern: RegExp): string[] {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    encoding: 'utf8',
  })
  const files = listed.split('\n').filter((file) => pattern.test(file) && existsSync(file))
  return files.filter((file) => !GENERATED.test(file)).sort()
}

const GENERATED = /^proto\/types\/|^test\/fixtures\//

export function readText(file: string): string {
  return readFileSync(file, 'utf8')
}
