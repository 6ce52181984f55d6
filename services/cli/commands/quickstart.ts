import { Fault } from '#lib/base/fault.ts'
import type { Command, Listens, Tools } from '../command.ts'
import { generatePassword } from '../password.ts'

const TENANT = 'example'
const DOMAIN = 'example.test'
const LOGINS = [`alice@${DOMAIN}`, `bob@${DOMAIN}`] as const

export const quickstartCommand: Command = {
  name: 'quickstart',
  summary: 'Make a tenant, a domain and two accounts to try it with',
  operands: [],
  options: { reset: { type: 'boolean', help: 'Give accounts that exist already new passwords' } },
  async run(given, { admin, output, random, listens }) {
    const madeTenant = await make(() => admin.addTenant({ name: TENANT, title: 'Example' }))
    output.done(sentence('tenant', TENANT, madeTenant), { tenant: TENANT, made: madeTenant })
    const madeDomain = await make(() => admin.addDomain({ name: DOMAIN, tenant: TENANT }))
    output.done(sentence('domain', DOMAIN, madeDomain), { domain: DOMAIN, made: madeDomain })
    const passwords = new Map<string, string>()
    for (const login of LOGINS) {
      const password = generatePassword(random)
      const request = Buffer.from(random(16)).toString('hex')
      const made = await make(() => admin.addAccount({ login, password, request }))
      const reset = !made && given.has('reset')
      if (reset) await admin.setAccount({ login, password })
      if (made || reset) passwords.set(login, password)
      tell(output, { login, made, password: passwords.get(login) })
    }
    output.say(`\n${nextSteps(listens, passwords).join('\n')}`)
    return undefined
  },
}

/** Whether it was made now; false when it was there. */
async function make(add: () => Promise<unknown>): Promise<boolean> {
  try {
    await add()
    return true
  } catch (error) {
    if (error instanceof Fault && error.code === 'exists') return false
    throw error
  }
}

interface MadeAccount {
  readonly login: string
  readonly made: boolean
  readonly password: string | undefined
}

function tell(output: Tools['output'], { login, made, password }: MadeAccount): void {
  const kept = 'its password stays as it is; --reset makes a new one'
  const about = password === undefined ? kept : `password ${password}`
  output.done(`${sentence('account', login, made)}, ${about}`, {
    account: login,
    made,
    ...(password !== undefined && { password }),
  })
}

function sentence(kind: string, name: string, made: boolean): string {
  return `${kind.padEnd(8)}${name.padEnd(20)}${made ? 'made' : 'exists already'}`
}

/** What a newcomer can type next, with the ports of this platform. */
function nextSteps(listens: Listens, passwords: ReadonlyMap<string, string>): string[] {
  const [alice, bob] = LOGINS
  const smtp = listens.smtp ?? 'HOST:25'
  const submission = listens.submission ?? 'HOST:587'
  const imap = listens.imap ?? 'HOST:143'
  const password = passwords.get(alice)
  const user = password === undefined ? alice : `${alice}:${password}`
  const swaksUser = `--auth-user ${alice}${password === undefined ? '' : ` --auth-password '${password}'`}`
  return [
    'Send a mail to alice, then read it:',
    `  swaks --server ${smtp} --from someone@elsewhere.test --to ${alice}`,
    `  curl --insecure --ssl-reqd -u '${user}' 'imap://${imap}/INBOX;UID=1'`,
    'Write as alice to bob:',
    `  swaks --server ${submission} --tls ${swaksUser} --from ${alice} --to ${bob}`,
  ]
}
