/** Who of those that call a server is served next: nobody's flood delays the others. */

import { FairPlaces, type Place, type Whose } from '#lib/base/fair-places.ts'
import type { Turns } from '../grpc.ts'

interface TurnsSettings {
  /** Calls under way at the same time, quick ones and dear ones by themselves: no dear call delays a quick one. */
  readonly quick: number
  readonly dear: number
  /** Of each. */
  readonly waiting: number
  /** `Service.Method` of those that take long. */
  readonly dearMethods: ReadonlySet<string>
  /** Of those that are not counted: what operators ask, and what has places of its own. */
  readonly freeMethods: ReadonlySet<string>
  readonly whoseOf: (method: string, request: unknown) => Whose
}

const BUSY = 'Too much is asked at the same time, try again later'

export function openTurns(settings: TurnsSettings): Turns {
  const { waiting, dearMethods, freeMethods, whoseOf } = settings
  const quick = new FairPlaces({ running: settings.quick, waiting }, BUSY)
  const dear = new FairPlaces({ running: settings.dear, waiting }, BUSY)
  return {
    take(method: string, request: unknown): Promise<Place> | undefined {
      if (freeMethods.has(method)) return undefined
      return (dearMethods.has(method) ? dear : quick).take(whoseOf(method, request))
    },
  }
}
