/** The tree of the last release, taken from git's history: what this tree has to get along with. */

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '../..')
const NAMED_IN = 'deploy/last-release.json'
const ARCHIVE_BYTES_MAX = 500_000_000

export interface ReleaseTree extends Disposable {
  readonly version: string
  readonly commit: string
  readonly folder: string
  /** A module of that release. */
  load<Module>(file: string): Promise<Module>
}

/**
 * Unpacks the release that deploy/last-release.json names into a folder of its own, with this tree's packages;
 * LAST_RELEASE_FOLDER names a folder where somebody has done so, with the packages of that release.
 *
 * @throws when the clone has no history, or the packages are others than those that are installed; says what to do
 */
export function unpackLastRelease(): ReleaseTree {
  const { version, commit } = readJson(join(ROOT, NAMED_IN)) as Release
  const prepared = process.env.LAST_RELEASE_FOLDER
  if (prepared) {
    const load = (file: string) => import(join(prepared, file))
    return { version, commit, folder: prepared, load, [Symbol.dispose]: () => undefined }
  }
  // Not beneath node_modules: Node strips no types there.
  const folder = mkdtempSync(join(tmpdir(), `hikyaku-${version}-`))
  const tree = {
    ...{ version, commit, folder },
    load: (file: string) => import(join(folder, file)),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  }
  try {
    unpack(commit, folder)
    const missing = findMissingPackages(join(folder, LOCK), join(ROOT, LOCK))
    if (missing.length > 0) throw new Error(otherPackages(version, missing))
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  } catch (error) {
    tree[Symbol.dispose]()
    throw error
  }
  return tree
}

/** Packages of the one lock file that the other has not, or in another version. */
export function findMissingPackages(wanted: string, installed: string): string[] {
  const { packages: have } = readJson(installed) as Lock
  return Object.entries((readJson(wanted) as Lock).packages)
    .filter(([path, { version }]) => path !== '' && have[path]?.version !== version)
    .map(([path, { version }]) => `${path.replace(/^node_modules\//, '')} ${version}`)
}

interface Release {
  readonly version: string
  readonly commit: string
}

interface Lock {
  readonly packages: Readonly<Record<string, { readonly version?: string }>>
}

const LOCK = 'package-lock.json'

function unpack(commit: string, folder: string): void {
  const archived = spawnSync('git', ['archive', '--format=tar', commit], {
    cwd: ROOT,
    maxBuffer: ARCHIVE_BYTES_MAX,
  })
  if (archived.status !== 0) throw new Error(noHistory(commit, String(archived.stderr).trim()))
  const unpacked = spawnSync('tar', ['-x', '-C', folder], { input: archived.stdout })
  if (unpacked.status !== 0) throw new Error(`tar: ${String(unpacked.stderr)}`)
}

function noHistory(commit: string, said: string): string {
  return [
    `Commit ${commit}, the last release by ${NAMED_IN}, is not in this clone (${said}).`,
    'The test compares this tree with that release and needs its history: `git fetch --unshallow`,',
    `or \`git fetch origin ${commit}\`, or clone without --depth.`,
  ].join('\n')
}

function otherPackages(version: string, missing: readonly string[]): string {
  return [
    `Release ${version} was built with packages that are not installed here: ${missing.join(', ')}.`,
    `To run it beside this tree, unpack it (git archive), run \`npm ci\` there, and name that folder in`,
    'LAST_RELEASE_FOLDER.',
  ].join('\n')
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'))
}
