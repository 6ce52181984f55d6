import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { houseFiles, readText } from './files.ts'

const README_HEADINGS = [
  'Job',
  'Owns',
  'Talks to',
  'Trusts and is trusted with',
  'When it fails',
  'RFCs',
]
const ADR_HEADINGS = [
  'Question',
  'Decision',
  'Because',
  'Instead of',
  'We will notice it was wrong when',
]

test('every service says what it is for', () => {
  for (const service of readdirSync('services', { withFileTypes: true })) {
    if (!service.isDirectory()) continue
    assertHeadings(`services/${service.name}/README.md`, README_HEADINGS)
  }
})

test('every decision has its reasons', () => {
  const decisions = houseFiles(/^docs\/adr\/\d{4}-.*\.md$/)
  assert.ok(decisions.length > 0)
  for (const file of decisions) assertHeadings(file, ADR_HEADINGS)
})

test('every RFC that the code cites is in docs/rfcs.md as yes or partly, and the other way round', () => {
  const cited = new Set<string>()
  for (const file of houseFiles(/^(lib|services|proto)\/.*\.(ts|proto)$/)) {
    for (const [, number = ''] of readText(file).matchAll(/RFC (\d+)/g)) cited.add(number)
  }
  const rows = readText('docs/rfcs.md').matchAll(/^\| (\d+) \|[^|]*\| (yes|partly) \|/gm)
  const promised = new Set([...rows].map(([, number = '']) => number))
  const missing = [...cited].filter((number) => !promised.has(number))
  const idle = [...promised].filter((number) => !cited.has(number))
  assert.deepEqual({ missing, idle }, { missing: [], idle: [] })
})

test('every dependency has a line in a decision', () => {
  const { dependencies, devDependencies } = JSON.parse(readText('package.json'))
  const decisions = houseFiles(/^docs\/adr\/.*\.md$/)
    .map(readText)
    .join('\n')
  for (const name of Object.keys({ ...dependencies, ...devDependencies })) {
    assert.ok(decisions.includes(`\`${name}\``), `${name} is in no ADR`)
  }
})

test('every setting that a page names is one that the code reads', () => {
  const listed = readText('docs/reference/config.md')
  const code = houseFiles(/\.(ts|js|sh)$/)
    .filter((file) => !file.startsWith('test/tidy/'))
    .map(readText)
    .join('\n')
  for (const file of houseFiles(/\.md$/)) {
    for (const [, name = ''] of readText(file).matchAll(/`([A-Z]+(?:_[A-Z]+)+)(?:=[^`]*)?`/g)) {
      const known = listed.includes(`\`${name}\``) || new RegExp(`\\b${name}\\b`).test(code)
      assert.ok(known, `${file} names ${name}, which nothing reads`)
    }
  }
})

test('every link between our pages leads somewhere', () => {
  for (const file of houseFiles(/\.md$/)) {
    for (const [, target = ''] of readText(file).matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)) {
      if (/^[a-z]+:/.test(target)) continue
      assert.ok(existsSync(join(dirname(file), target)), `${file} links to ${target}`)
    }
  }
})

function assertHeadings(file: string, headings: readonly string[]): void {
  const text = readText(file)
  const found = [...text.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading)
  assert.deepEqual(
    found.filter((heading) => headings.includes(heading ?? '')),
    headings,
    file,
  )
}
