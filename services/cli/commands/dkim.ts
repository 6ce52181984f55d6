import type { DkimKey__Output } from '#proto/types/hikyaku/directory/DkimKey.ts'
import { onePage } from '../admin.ts'
import type { Command, Given, Tools } from '../command.ts'
import { formatTxt } from '../domain-check/compare.ts'
import type { Column } from '../output.ts'

const COLUMNS: readonly Column<DkimKey__Output>[] = [
  { key: 'domain', title: 'DOMAIN', text: ({ domain }) => domain },
  { key: 'selector', title: 'SELECTOR', text: ({ selector }) => selector },
  { key: 'algorithm', title: 'ALGORITHM', text: ({ algorithm }) => algorithm },
  { key: 'state', title: 'STATE', text: ({ state }) => state },
  {
    key: 'createdAt',
    title: 'MADE',
    text: ({ createdAt }) => new Date(createdAt).toISOString().slice(0, 10),
    value: ({ createdAt }) => new Date(createdAt).toISOString(),
  },
  { key: 'recordName', title: 'RECORD', hidden: true, text: ({ recordName }) => recordName },
  { key: 'recordText', title: 'TEXT', hidden: true, text: ({ recordText }) => recordText },
  {
    key: 'zone',
    title: 'ZONE',
    hidden: true,
    text: ({ recordName, recordText }) => formatTxt(recordName, recordText),
  },
]

const RECORD_OPTIONS = {
  plain: {
    type: 'boolean',
    help: 'Records as name and text, for web forms, instead of lines of a zone file',
  },
} as const

const keys: Command = {
  name: 'dkim keys',
  summary: 'List the DKIM keys of a domain and the records to publish',
  operands: ['DOMAIN'],
  options: RECORD_OPTIONS,
  notes: [
    'A waiting key is to be published and signs not yet, an active one signs, a retired one signs no more',
    'and stays published for a week, for mail that is still on its way.',
  ],
  async run(given, tools) {
    const { keys: found } = await tools.admin.listDkimKeys({ name: given.name })
    if (found.length === 0) tools.output.say(`${given.name} has no DKIM keys`)
    return await show(found, given, tools)
  },
}

const make: Command = {
  name: 'dkim make',
  summary: 'Make the DKIM keys of a domain, which sign at once',
  operands: ['DOMAIN'],
  options: RECORD_OPTIONS,
  notes: ['One RSA and one Ed25519 key. To publish before anything is signed, use dkim rotate.'],
  async run(given, tools) {
    const request = { domain: given.name, rotate: false }
    return await show((await tools.admin.makeDkimKeys(request)).keys, given, tools)
  },
}

const rotate: Command = {
  name: 'dkim rotate',
  summary: 'Make new DKIM keys of a domain, which sign once they are activated',
  operands: ['DOMAIN'],
  options: RECORD_OPTIONS,
  notes: ['Publish the records of the waiting keys, look with domain check, then dkim activate.'],
  async run(given, tools) {
    const request = { domain: given.name, rotate: true }
    return await show((await tools.admin.makeDkimKeys(request)).keys, given, tools)
  },
}

const activate: Command = {
  name: 'dkim activate',
  summary: 'Sign with the new DKIM keys of a domain from now on',
  operands: ['DOMAIN'],
  options: RECORD_OPTIONS,
  notes: ['The old ones must stay published for a week; dkim keys shows them that long.'],
  async run(given, tools) {
    return await show((await tools.admin.activateDkimKeys({ name: given.name })).keys, given, tools)
  },
}

const remove: Command = {
  name: 'dkim delete',
  summary: 'Delete a DKIM key of a domain, whatever it does now',
  operands: ['DOMAIN', 'SELECTOR'],
  options: {},
  async run({ operands: [domain = '', selector = ''] }, { admin, output }) {
    await admin.deleteDkimKey({ name: `${domain} ${selector}` })
    output.done(`Deleted key ${selector} of ${domain}`, { domain, deleted: selector })
    return undefined
  },
}

export const dkimCommands: readonly Command[] = [keys, make, rotate, activate, remove]

/** The keys, and for people the records below them. */
async function show(
  found: readonly DkimKey__Output[],
  given: Given,
  { output }: Pick<Tools, 'output'>,
): Promise<undefined> {
  await output.table(COLUMNS, onePage(found))
  if (found.length === 0) return undefined
  output.say('\nTo publish:')
  for (const { recordName, recordText } of found) {
    const plain = `\nName: ${recordName}\nType: TXT\nText: ${recordText}`
    output.say(given.has('plain') ? plain : formatTxt(recordName, recordText))
  }
  return undefined
}
