/** What `npm test` runs, in which order, and on which database. */

export interface Stage {
  name: string
  patterns: string[]
  /** How many test files run at once. Suites that start servers get the machine to themselves. */
  concurrency: number
  timeoutMs: number
  database: 'sqlite' | 'mongo'
  env: Record<string, string>
}

export interface Selection {
  /** Only the tests that kill processes, for longer. */
  clusterLong: boolean
  /** The unit tests as well; CI has run them already, in `npm run check`. */
  unit: boolean
  mongo: boolean
}

const MINUTE_MS = 60_000
const UNIT_PATTERNS = ['{lib,services,deploy,test/tidy}/**/*.test.ts', 'test/*.test.ts']
const CONTRACT_ENDING = '.contract.test.ts'

const UNIT = stage('unit', UNIT_PATTERNS, { concurrency: 2 })
// The heavy ones among them are skipped elsewhere, because `npm run check` has to be quick.
const CONTRACT = {
  ...stage('contract', [`{lib,services}/**/*${CONTRACT_ENDING}`]),
  env: { HIKYAKU_CONTRACT: '1' },
}
const SYSTEM = stage('system', ['test/system/**/*.test.ts'])
const CLUSTER = stage('cluster', ['test/cluster/**/*.test.ts'])
/** What takes several of each service on one database. */
const DRILLS = stage('drills', ['test/drills/**/*.test.ts'])
const UPGRADE = stage('upgrade', ['test/upgrade/**/*.test.ts'])
const INTEROP = stage('interop', ['test/interop/**/*.test.ts'])
const CLUSTER_LONG = {
  ...stage('cluster, long', ['test/cluster/**/*.test.ts'], { timeoutMs: 60 * MINUTE_MS }),
  env: { HIKYAKU_CLUSTER_LONG: '1' },
}

/** The stages of one run: everything on SQLite first, then on MongoDB what a database matters to. */
export function stages({ clusterLong, unit, mongo }: Selection): Stage[] {
  const onBoth = clusterLong ? [CLUSTER_LONG] : [CONTRACT, SYSTEM, CLUSTER]
  const onSqlite = clusterLong ? onBoth : [...(unit ? [UNIT] : []), ...onBoth, INTEROP]
  const onlyMongo = clusterLong ? [] : [DRILLS, UPGRADE]
  const onMongo = [...onBoth, ...onlyMongo].map((one) => ({ ...one, database: 'mongo' as const }))
  return mongo ? [...onSqlite, ...onMongo] : onSqlite
}

/**
 * Whether a file that the patterns found belongs to the stage: contract tests are no unit tests,
 * and those of lib that know one engine or none need not run on MongoDB again.
 */
export function belongs(file: string, { name, database }: Stage): boolean {
  if (database === 'mongo') return !/^lib\/(node\/|db\/sqlite)/.test(file)
  return name !== 'unit' || !file.endsWith(CONTRACT_ENDING)
}

function stage(
  name: string,
  patterns: string[],
  { concurrency = 1, timeoutMs = 10 * MINUTE_MS } = {},
): Stage {
  return { name, patterns, concurrency, timeoutMs, database: 'sqlite', env: {} }
}
