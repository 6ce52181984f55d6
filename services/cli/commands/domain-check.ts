import { type Command, type Given, only, type Tools, UsageError } from '../command.ts'
import { compare, type Finding } from '../domain-check/compare.ts'
import { addressesOf, look } from '../domain-check/look.ts'

export const domainCheckCommand: Command = {
  name: 'domain check',
  summary: 'Compare what the DNS says of a domain with what it should say',
  operands: ['DOMAIN'],
  options: {
    host: {
      ...{ type: 'string', value: 'NAME', multiple: true },
      help: 'Where its mail is to go; EDGE_HOSTNAME unless given',
    },
    ip: {
      ...{ type: 'string', value: 'ADDRESS', multiple: true },
      help: 'From where we send; the addresses of the hosts unless given',
    },
  },
  notes: [
    'Looks at MX, SPF, DKIM, DMARC and PTR, and prints the records to publish where they differ.',
    'Asks the name servers of NAME_SERVERS, or those of this machine.',
    'Exit codes: 0 all is well, 1 something is wrong or could be better, 2 not understood.',
  ],
  async run(given, tools) {
    const { admin, dns, output } = tools
    const { name: domain } = only(
      (await admin.listDomains({ domain: given.name })).domains,
      `domain ${given.name}`,
    )
    const hosts = hostsOf(given, tools)
    const chosen = given.texts('ip')
    const addresses =
      chosen.length > 0
        ? chosen
        : (await Promise.all(hosts.map((host) => addressesOf(host, dns)))).flat()
    if (addresses.length === 0) {
      throw new UsageError(`${hosts.join(', ')} has no address: give --ip ADDRESS`)
    }
    const { keys: dkim } = await admin.listDkimKeys({ name: domain })
    const expected = { domain, hosts, addresses, dkim }
    const findings = compare(expected, await look(expected, dns))
    for (const finding of findings) output.done(describe(finding), { domain, ...finding })
    return findings.every(({ verdict }) => verdict === 'ok')
  },
}

function hostsOf(given: Given, { hostname }: Tools): string[] {
  const hosts = given.texts('host').map((host) => host.toLowerCase().replace(/\.$/, ''))
  if (hosts.length > 0) return hosts
  if (hostname !== undefined) return [hostname]
  throw new UsageError('Which host takes the mail? Give --host NAME, or set EDGE_HOSTNAME')
}

const MARKS = { ok: 'ok     ', warning: 'warning', wrong: 'WRONG  ' } as const

function describe({ record, verdict, text, publish }: Finding): string {
  const lines = publish.map((line) => `${' '.repeat(16)}publish: ${line}`)
  return [`${record.padEnd(6)} ${MARKS[verdict]}  ${text}`, ...lines].join('\n')
}
