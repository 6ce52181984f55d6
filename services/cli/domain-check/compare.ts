/** What the DNS should say of a domain whose mail we handle, compared with what it says. Asks nobody itself. */

/** What we know of ourselves and of the domain's keys. */
export interface Expected {
  readonly domain: string
  /** Where its mail is to go, in A-labels. */
  readonly hosts: readonly string[]
  /** From where we send. */
  readonly addresses: readonly string[]
  readonly dkim: readonly DkimRecord[]
}

interface DkimRecord {
  readonly state: string
  readonly recordName: string
  readonly recordText: string
}

/** What the DNS says. */
export interface Found {
  /** The best first. */
  readonly mx: readonly string[]
  /** TXT records of the domain, and of `_dmarc` below it. */
  readonly txt: readonly string[]
  readonly dmarc: readonly string[]
  /** Of each of our addresses: what SPF says of mail from it, and its names with their addresses. */
  readonly spf: ReadonlyMap<string, string>
  readonly ptr: ReadonlyMap<string, readonly PtrName[]>
  /** TXT records of each DKIM record's name. */
  readonly dkim: ReadonlyMap<string, readonly string[]>
}

export interface PtrName {
  readonly name: string
  readonly addresses: readonly string[]
}

/** `warning`: mail flows, but less well than it could. */
type Verdict = 'ok' | 'warning' | 'wrong'

export interface Finding {
  readonly record: 'MX' | 'SPF' | 'DKIM' | 'DMARC' | 'PTR'
  readonly verdict: Verdict
  readonly text: string
  /** What to publish instead, as lines of a zone. */
  readonly publish: readonly string[]
}

/** One finding for each thing that was looked at, good ones too. */
export function compare(expected: Expected, found: Found): Finding[] {
  return [
    compareMx(expected, found),
    compareSpf(expected, found),
    ...compareDkim(expected, found),
    compareDmarc(expected, found),
    ...comparePtr(expected, found),
  ]
}

function compareMx({ domain, hosts }: Expected, { mx }: Found): Finding {
  const publish = hosts.map((host, at) => `${domain}. IN MX ${10 * (at + 1)} ${host}.`)
  const wrong = (text: string): Finding => ({ record: 'MX', verdict: 'wrong', text, publish })
  if (mx.length === 0) return wrong('There is no MX record')
  if (mx[0] === '') return wrong('A null MX says that the domain takes no mail')
  const others = mx.filter((host) => !hosts.includes(host.toLowerCase()))
  if (others.length === mx.length) return wrong(`Mail goes to ${mx.join(', ')}, not to us`)
  if (others.length === 0) return good('MX', mx.join(', '))
  const text = `Some mail may go to ${others.join(', ')}`
  return { record: 'MX', verdict: 'warning', text, publish }
}

/** RFC 7208 §3.2, §4.5 */
function compareSpf({ domain, addresses }: Expected, { txt, spf }: Found): Finding {
  const records = txt.filter((text) => /^v=spf1(?: |$)/i.test(text))
  const list = addresses.map((address) => `${address.includes(':') ? 'ip6' : 'ip4'}:${address}`)
  const publish = [`${domain}. IN TXT ${quote(['v=spf1', ...list, '~all'].join(' '))}`]
  const wrong = (text: string): Finding => ({ record: 'SPF', verdict: 'wrong', text, publish })
  const [record] = records
  if (record === undefined) return wrong('There is no SPF record')
  if (records.length > 1) return wrong('There are several SPF records, which is as good as none')
  const refused = addresses.filter((address) => spf.get(address) !== 'pass')
  if (refused.length === 0) return good('SPF', record)
  const told = refused.map((address) => `${address} (${spf.get(address) ?? 'none'})`).join(', ')
  return wrong(`It does not let us send from ${told}: ${record}`)
}

/** RFC 6376 §3.6.2 */
function compareDkim({ dkim }: Expected, found: Found): Finding[] {
  const wanted = dkim.filter(({ state }) => state !== 'retired')
  if (wanted.length === 0) {
    const text = 'We have no keys to sign with: hikyaku dkim make DOMAIN'
    return [{ record: 'DKIM', verdict: 'warning', text, publish: [] }]
  }
  return wanted.map(({ state, recordName, recordText }) => {
    const publish = [formatTxt(recordName, recordText)]
    const records = found.dkim.get(recordName) ?? []
    if (records.some((record) => keyOf(record) === keyOf(recordText))) {
      return good('DKIM', `${recordName} (${state})`)
    }
    const what = records.length === 0 ? 'is not there' : 'holds another key'
    const verdict = state === 'active' ? 'wrong' : 'warning'
    return { record: 'DKIM', verdict, text: `${recordName} ${what}`, publish }
  })
}

/** RFC 7489 §6.3, §6.6.3 */
function compareDmarc({ domain }: Expected, { dmarc }: Found): Finding {
  const records = dmarc.filter((text) => /^v=DMARC1\s*(?:;|$)/i.test(text))
  const publish = [`_dmarc.${domain}. IN TXT ${quote('v=DMARC1; p=none')}`]
  const [record] = records
  if (record === undefined || records.length > 1) {
    const text =
      record === undefined ? 'There is no DMARC record' : 'There are several DMARC records'
    return { record: 'DMARC', verdict: 'warning', text, publish }
  }
  if (/;\s*p\s*=\s*(?:none|quarantine|reject)\s*(?:;|$)/i.test(record)) return good('DMARC', record)
  return { record: 'DMARC', verdict: 'wrong', text: `It has no policy: ${record}`, publish }
}

/** Large providers refuse mail from addresses whose name does not lead back to them. */
function comparePtr({ addresses }: Expected, { ptr }: Found): Finding[] {
  return addresses.map((address) => {
    const names = ptr.get(address) ?? []
    const back = names.find((one) => one.addresses.includes(address))
    if (back !== undefined) return good('PTR', `${address} is ${back.name}`)
    const told = names.map(({ name }) => name).join(', ')
    const text =
      names.length === 0
        ? `${address} has no name`
        : `${address} is ${told}, which does not lead back to it`
    return { record: 'PTR', verdict: 'wrong', text, publish: [] }
  })
}

function good(record: Finding['record'], text: string): Finding {
  return { record, verdict: 'ok', text, publish: [] }
}

/** The `p=` of a DKIM record, without the spaces that it may have. RFC 6376 §3.6.1 */
function keyOf(record: string): string | undefined {
  return /(?:^|;)\s*p\s*=([^;]*)/.exec(record)?.[1]?.replace(/\s/g, '')
}

/** A TXT record as a line of a zone, in strings of at most 255 octets. RFC 1035 §3.3.14 */
export function formatTxt(name: string, text: string): string {
  const strings = text.match(/.{1,255}/gs) ?? ['']
  return `${name}. IN TXT ${strings.map(quote).join(' ')}`
}

function quote(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`
}
