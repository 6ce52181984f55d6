import { type Given, UsageError } from './command.ts'

/** The whole number that an option gives; 0 without it. */
export function countOf(given: Given, name: string): number {
  const text = given.text(name) ?? '0'
  if (/^\d{1,7}$/.test(text)) return Number(text)
  throw new UsageError(`--${name} must be a whole number`)
}
