import type { Random } from '#lib/base/clock.ts'
import { type Given, type Option, type Tools, UsageError } from './command.ts'

/** Without those that are mistaken for others. */
const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789'
const GROUPS = 4
const LETTERS_PER_GROUP = 4

export const PASSWORD_OPTIONS: Readonly<Record<string, Option>> = {
  'password-stdin': { type: 'boolean', help: 'Read the password from the first line of stdin' },
  generate: { type: 'boolean', help: 'Make a password and print it' },
}

/** A password of 79 bits that can be read out on the telephone. */
export function generatePassword(random: Random): string {
  const letters: string[] = []
  while (letters.length < GROUPS * LETTERS_PER_GROUP) {
    for (const byte of random(GROUPS * LETTERS_PER_GROUP)) {
      // Bytes beyond the last whole round would make the first letters likelier.
      const letter = byte < 248 ? LETTERS[byte % LETTERS.length] : undefined
      if (letter !== undefined) letters.push(letter)
    }
  }
  const groups = Array.from({ length: GROUPS }, (_, at) =>
    letters.slice(at * LETTERS_PER_GROUP, (at + 1) * LETTERS_PER_GROUP).join(''),
  )
  return groups.join('-')
}

/** The password that the options tell us to take; undefined when they tell of none. */
export async function choosePassword(
  given: Given,
  tools: Pick<Tools, 'random' | 'readPassword' | 'askPassword'>,
): Promise<{ password?: string; generated?: string }> {
  const ways = ['password-stdin', 'generate', 'password', 'no-password'].filter((way) =>
    given.has(way),
  )
  if (ways.length > 1) throw new UsageError(`--${ways.join(' and --')} do not go together`)
  switch (ways[0]) {
    case 'password-stdin':
      return { password: await tools.readPassword() }
    case 'generate': {
      const generated = generatePassword(tools.random)
      return { password: generated, generated }
    }
    case 'password':
      return { password: await tools.askPassword(given.name) }
    default:
      return {}
  }
}
