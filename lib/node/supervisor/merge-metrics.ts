/**
 * Makes one Prometheus page of many: the families of all services in turn, each sample labelled with the
 * service, and where there are several the node, it came from. Reads the text format line by line; what it does not understand it leaves out.
 */

interface Family {
  readonly about: string[]
  readonly samples: string[]
}

export interface Page {
  readonly service: string
  /** Where one of several of the service runs. */
  readonly node?: string | undefined
  readonly text: string
}

export function mergeMetrics(pages: readonly Page[]): string {
  const families = new Map<string, Family>()
  for (const page of pages) addPage(families, page)
  const blocks = [...families.values()].map(({ about, samples }) =>
    [...about, ...samples].join('\n'),
  )
  return blocks.length === 0 ? '' : `${blocks.join('\n')}\n`
}

function addPage(families: Map<string, Family>, { service, node, text }: Page): void {
  let current: Family | undefined
  const begun = new Set<Family>()
  for (const line of text.split('\n')) {
    const about = /^# (?:HELP|TYPE) (\S+)/.exec(line)
    if (about?.[1] !== undefined) {
      current = familyOf(families, about[1])
      if (current.samples.length === 0 || begun.has(current)) pushOnce(current.about, line)
      begun.add(current)
      continue
    }
    const sample = /^([A-Za-z_:][\w:]*)(\{.*\})?( .+)$/.exec(line)
    if (sample === null || current === undefined) continue
    const [, name = '', labels = '{}', rest = ''] = sample
    current.samples.push(`${name}${labelled(labels, service, node)}${rest}`)
  }
}

function familyOf(families: Map<string, Family>, name: string): Family {
  const known = families.get(name)
  if (known !== undefined) return known
  const family: Family = { about: [], samples: [] }
  families.set(name, family)
  return family
}

/** HELP and TYPE may stand once in a family, whichever service said them first. */
function pushOnce(about: string[], line: string): void {
  const keyword = line.slice(0, 6)
  if (!about.some((known) => known.startsWith(keyword))) about.push(line)
}

function labelled(labels: string, service: string, node: string | undefined): string {
  if (/[{,]service="/.test(labels)) return labels
  const origin = node === undefined ? '' : `,node="${node}"`
  const others = labels.slice(1, -1)
  return `{service="${service}"${origin}${others === '' ? '' : `,${others}`}}`
}
