import { hostname } from 'node:os'
import { z } from 'zod'

const HOST_NAME = /^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/

/** The setting of a name that we give ourselves to other hosts. RFC 5321 §4.1.2 */
export const hostName = z.string().regex(HOST_NAME)

/** The machine's name; machines may have names that SMTP has no place for. */
export function machineName(): string {
  const name = hostname()
  return HOST_NAME.test(name) ? name : 'localhost'
}
