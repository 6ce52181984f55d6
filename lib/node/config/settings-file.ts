import { readFileSync } from 'node:fs'
import { parseDocument } from 'yaml'

/**
 * Reads the settings that a YAML file holds. A name that is not `known` is a problem: it is a
 * misspelled one more often than not; `any` is for who hands them on to those who know. No value is ever part of a
 * problem's text.
 */
export function readSettingsFile(
  path: string | undefined,
  known: readonly string[] | 'any',
  problems: string[],
): Record<string, string> {
  if (path === undefined || path === '') return {}
  const values = readMap(path, problems)
  const settings: Record<string, string> = {}
  for (const [name, value] of Object.entries(values)) {
    if (known !== 'any' && !known.includes(name)) {
      problems.push(`${name}: is no setting of this service${closest(name, known)}`)
    } else if (value !== null && value !== '') {
      settings[name] = toText(value)
    }
  }
  return settings
}

function readMap(path: string, problems: string[]): Record<string, unknown> {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    problems.push(`CONFIG_FILE: cannot be read: ${(error as Error).message}`)
    return {}
  }
  const document = parseDocument(text, { prettyErrors: true, logLevel: 'silent' })
  const [error] = document.errors
  const value: unknown = error === undefined ? document.toJS() : undefined
  if (error !== undefined) {
    // The error's own text quotes the line, which may hold a secret.
    const [position] = error.linePos ?? []
    problems.push(`CONFIG_FILE: is not YAML: ${error.code} in line ${position?.line ?? 0}`)
    return {}
  }
  if (value === null || value === undefined) return {}
  if (typeof value === 'object' && !Array.isArray(value)) return value as Record<string, unknown>
  problems.push('CONFIG_FILE: must hold lines of NAME: value')
  return {}
}

function toText(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(String).join(',')
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  return String(value)
}

function closest(name: string, known: readonly string[]): string {
  const letters = (text: string) => text.toUpperCase().replace(/[^A-Z0-9]/g, '')
  const near = known.find((one) => distanceIsSmall(letters(one), letters(name)))
  return near === undefined ? '' : `; is ${near} meant?`
}

/** Whether one becomes the other by changing, adding or leaving out at most two letters. */
function distanceIsSmall(a: string, b: string): boolean {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (const [index, letter] of [...a].entries()) {
    const next = [index + 1]
    for (let column = 1; column <= b.length; column++) {
      const swap = (row[column - 1] ?? 0) + (letter === b[column - 1] ? 0 : 1)
      next.push(Math.min(swap, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1))
    }
    row = next
  }
  return (row[b.length] ?? 9) <= 2
}
