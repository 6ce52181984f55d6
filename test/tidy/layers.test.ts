import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { houseFiles, readText } from './files.ts'

const PURE = 'node:(assert|buffer|crypto|zlib)|own/'

/** Who may import what. The first row that fits a file is its rule; docs/architecture.md draws it. */
const RULES: [files: RegExp, mayImport: string][] = [
  [/(\.(test|contract|fuzz)|\/testing)\.ts$|\/model\/|^(test|loadtest|deploy)\//, ''],
  [/^lib\/base\//, PURE],
  [/^lib\/mail\//, `${PURE}|lib/base/`],
  [/^lib\/(db|node)\//, 'node:|npm:|own/|proto/|lib/(base|mail|db)/'],
  [/^lib\//, `${PURE}|npm:iconv-lite|lib/(base|mail|mime)/`],
  [/^services\/[^/]+\/(main|start|config)\.ts$/, 'node:|npm:zod|own/|lib/'],
  [/^services\/[^/]+\/io\//, 'node:|npm:|own/|lib/|proto/'],
  [/^services\//, 'node:(assert|buffer|crypto|zlib)|own/(?!io/)|proto/|lib/(?!node/|db/(?!port))'],
]

const files = houseFiles(/^(lib|services|test|loadtest)\/.*\.ts$/)

test('there is something to check', () => assert.ok(files.length > 20))

for (const file of files) {
  const [, mayImport] = RULES.find(([matches]) => matches.test(file)) ?? assert.fail(file)
  test(`imports of ${file}`, () => {
    for (const specifier of importsOf(readText(file))) {
      assert.match(spell(file, specifier), new RegExp(`^(${mayImport})`), `imports ${specifier}`)
    }
  })
}

test('services never import each other', () => {
  for (const file of files.filter((path) => path.startsWith('services/'))) {
    for (const specifier of importsOf(readText(file))) {
      const path = spell(file, specifier)
      assert.doesNotMatch(path, /^services\//, `${file} imports ${specifier}`)
    }
  }
})

const IMPORT = /^(?:import|export|\}) ?(?:[^'\n]* from )?'([^'\n]+)'|\bimport\('([^'\n]+)'\)/gm

/** What the source imports: `from '…'` at the end of a statement, `import '…'`, `import('…')`. It reads text, not syntax. */
function importsOf(source: string): string[] {
  return [...source.matchAll(IMPORT)].map(([, specifier, dynamic]) => specifier ?? dynamic ?? '')
}

/** Spells an import the way the rules do: `own/…` is the file's own folder of lib/ or services/. */
function spell(file: string, specifier: string): string {
  if (/^[#.]/.test(specifier) === false) return specifier.replace(/^(?!node:)/, 'npm:')
  const path = specifier.startsWith('#') ? specifier.slice(1) : join(file, '..', specifier)
  const own = file.split('/', 2).join('/')
  return path.startsWith(`${own}/`) ? path.replace(own, 'own') : path
}
