/**
 * The load of one tenant, on a thread of its own: so many mails and FETCHes a second, whatever becomes of those before. What
 * is late because of its own queue is late to its user: times count from when it was due.
 */

import { setTimeout as sleep } from 'node:timers/promises'
import { parentPort, workerData } from 'node:worker_threads'
import { Client } from './client.ts'

export interface LoadPlan {
  readonly smtp: { readonly host: string; readonly port: number }
  readonly imap: { readonly host: string; readonly port: number }
  readonly logins: readonly string[]
  readonly password: string
  readonly mailsPerSecond: number
  readonly fetchesPerSecond: number
  readonly seconds: number
  readonly sizeBytes: number
}

export interface LoadReport {
  readonly mailMs: readonly number[]
  readonly fetchMs: readonly number[]
  readonly refused: number
}

/** Of each account, of each kind. */
const CLIENTS = 4
const FETCHED = 20

interface Row {
  readonly ms: number[]
  refused: number
}

async function openSmtp({ smtp, password }: LoadPlan, login: string): Promise<Client> {
  const client = await Client.open(smtp, true)
  await client.ask('', /^220 .*\r\n/m)
  await client.ask('EHLO bench.test\r\n', /^250 .*\r\n/m)
  const response = Buffer.from(`\0${login}\0${password}`).toString('base64')
  await client.ask(`AUTH PLAIN ${response}\r\n`, /^235 .*\r\n/m)
  return client
}

async function openImap({ imap, password }: LoadPlan, login: string): Promise<Client> {
  const client = await Client.open(imap, false)
  await client.ask('', /^\* OK .*\r\n/m)
  await client.ask(`a LOGIN ${login} ${password}\r\n`, /^a OK .*\r\n/m)
  await client.ask('a SELECT INBOX\r\n', /^a OK .*\r\n/m)
  return client
}

async function sendOne(client: Client, login: string, body: string): Promise<boolean> {
  const envelope = `MAIL FROM:<${login}>\r\nRCPT TO:<${login}>\r\nDATA\r\n`
  const begun = await client.ask(envelope, /^(354|503|554) .*\r\n/m)
  if (!/^354/m.test(begun)) {
    await client.ask('RSET\r\n', /^250 .*\r\n/m)
    return false
  }
  const told = await client.ask(`From: <${login}>\r\n${body}\r\n.\r\n`, /^[245]\d\d .*\r\n/m)
  return /^250/m.test(told)
}

async function fetchSome(client: Client): Promise<boolean> {
  const fetch = `b FETCH 1:${FETCHED} (UID FLAGS ENVELOPE BODY.PEEK[])\r\n`
  return /^b OK/m.test(await client.ask(fetch, /^b (OK|NO|BAD) .*\r\n/m))
}

/** One client after the other takes what is due. */
async function keepUp(
  clients: readonly Client[],
  perSecond: number,
  seconds: number,
  work: (client: Client, at: number) => Promise<boolean>,
): Promise<Row> {
  const row: Row = { ms: [], refused: 0 }
  const started = performance.now()
  const count = Math.round(perSecond * seconds)
  let next = 0
  const hand = async (client: Client, at: number) => {
    for (let n = next++; n < count; n = next++) {
      const due = started + (n / perSecond) * 1000
      await sleep(Math.max(0, due - performance.now()))
      if (await work(client, at)) row.ms.push(performance.now() - due)
      else row.refused++
    }
  }
  await Promise.all(clients.map(hand))
  return row
}

async function run(plan: LoadPlan): Promise<LoadReport> {
  const logins = plan.logins.flatMap((login) => Array.from({ length: CLIENTS }, () => login))
  const senders = await Promise.all(logins.map((login) => openSmtp(plan, login)))
  const line = `${'x'.repeat(74)}\r\n`
  const body = `Subject: fairness\r\n\r\n${line.repeat(Math.ceil(plan.sizeBytes / line.length))}`
  // FETCH needs something to fetch.
  for (const [at, login] of logins.entries()) {
    for (let n = 0; n < FETCHED / CLIENTS; n++) await sendOne(senders[at] as Client, login, body)
  }
  const readers = await Promise.all(logins.map((login) => openImap(plan, login)))
  const { seconds } = plan
  const [mails, fetches] = await Promise.all([
    keepUp(senders, plan.mailsPerSecond, seconds, (client, at) =>
      sendOne(client, logins[at] ?? '', body),
    ),
    keepUp(readers, plan.fetchesPerSecond, seconds, fetchSome),
  ])
  for (const client of [...senders, ...readers]) client[Symbol.dispose]()
  return { mailMs: mails.ms, fetchMs: fetches.ms, refused: mails.refused + fetches.refused }
}

parentPort?.postMessage(await run(workerData as LoadPlan))
