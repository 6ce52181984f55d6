/** What operators say of how a destination is reached, checked before it is kept. */

import { Fault } from '#lib/base/fault.ts'
import { parseDomain } from '#lib/mail/address.ts'
import type { Collections, RouteDocument } from '../documents.ts'

/** As it is asked for: empty texts and 0 are "as usual". */
export interface RouteWish {
  readonly destination: string
  readonly hosts: readonly string[]
  readonly tls: string
  readonly legacyForm: string
  readonly connectionsMax: number
  readonly messagesPerConnectionMax: number
  readonly messagesPerMinuteMax: number
  readonly pool: string
  readonly user: string
  readonly password: string
}

type Routes = Pick<Collections, 'routes'>

const TLS = ['opportunistic', 'required', 'none'] as const
const FORMS = ['auto', 'raw', 'quoted'] as const
const HOSTS_MAX = 20
const TEXT_CHARACTERS_MAX = 255

/** Replaces the route of that destination, if there was one. @throws {Fault} invalid */
export async function setRoute(wish: RouteWish, { routes }: Routes): Promise<RouteDocument> {
  if (wish.hosts.length > HOSTS_MAX) throw new Fault('invalid', `At most ${HOSTS_MAX} hosts`)
  const texts = [wish.pool, wish.user, wish.password]
  if (texts.some((text) => text.length > TEXT_CHARACTERS_MAX)) {
    throw new Fault('invalid', 'A name or password is too long')
  }
  const route: RouteDocument = {
    _id: toDestination(wish.destination),
    hosts: wish.hosts.map(toHost),
    // A password is for one host alone, and not for whoever answers at its address.
    tls: wish.tls === '' && wish.user !== '' ? 'required' : oneOf(TLS, wish.tls, 'TLS'),
    legacyForm: oneOf(FORMS, wish.legacyForm, 'The form of legacy addresses'),
    connectionsMax: wish.connectionsMax,
    messagesPerConnectionMax: wish.messagesPerConnectionMax,
    messagesPerMinuteMax: wish.messagesPerMinuteMax,
    pool: wish.pool,
    ...(wish.user !== '' && { user: wish.user, password: wish.password }),
  }
  const { _id, ...fields } = route
  // What a newer release keeps beside these stays.
  const gone = wish.user === '' && { $unset: { user: true, password: true } as const }
  await routes.updateOne({ _id }, { $set: fields, ...gone }, { upsert: true })
  return route
}

/** All of them, by destination. */
export async function listRoutes({ routes }: Routes): Promise<RouteDocument[]> {
  return await Array.fromAsync(routes.find({}, { sort: { _id: 1 } }))
}

/** @throws {Fault} not-found, invalid */
export async function deleteRoute(destination: string, { routes }: Routes): Promise<void> {
  const _id = toDestination(destination)
  if (await routes.deleteOne({ _id })) return
  throw new Fault('not-found', `There is no route for ${_id}`)
}

/** `*` and `*.` stand for all, and for all below a domain. */
function toDestination(text: string): string {
  if (text === '*') return text
  const [, star = '', domain = ''] = /^(\*\.)?(.*)$/s.exec(text) ?? []
  return star + parseDomain(domain)
}

/** `host:port`, `[v6]:port`, or `mx:domain`. */
function toHost(text: string): string {
  const [, domain] = /^mx:(.+)$/s.exec(text) ?? []
  if (domain !== undefined) return `mx:${parseDomain(domain)}`
  const [, literal, name, port] = /^(?:\[([0-9a-f:.]+)\]|([^:[\]\s]+)):(\d{1,5})$/i.exec(text) ?? []
  const inRange = Number(port) >= 1 && Number(port) <= 65_535
  if (inRange && literal !== undefined) {
    return `${parseDomain(`[IPv6:${literal}]`).replace('IPv6:', '')}:${port}`
  }
  if (inRange && name !== undefined) return `${toName(name)}:${port}`
  throw new Fault('invalid', `'${text}' is not host:port or mx:domain`)
}

function toName(name: string): string {
  return /^[\d.]+$/.test(name) ? parseDomain(`[${name}]`).slice(1, -1) : parseDomain(name)
}

function oneOf<const T extends string>(known: readonly [T, ...T[]], text: string, what: string): T {
  if (text === '') return known[0]
  const found = known.find((one) => one === text)
  if (found === undefined) throw new Fault('invalid', `${what} is one of ${known.join(', ')}`)
  return found
}
