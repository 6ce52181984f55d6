/** Runs other programs. What they print is shown only when they fail. */

import { spawn } from 'node:child_process'

const OUTPUT_BYTES_MAX = 1 << 20

/** @typedef {{ cwd?: string, env?: NodeJS.ProcessEnv }} Options */

/**
 * Runs a program to its end and returns what it printed.
 *
 * @param {string} command
 * @param {string[]} parameters
 * @param {Options} [options]
 * @returns {Promise<string>}
 * @throws {Error} with the end of the output, when it cannot be started or fails
 */
export function run(command, parameters, options = {}) {
  return new Promise((resolve, reject) => {
    let output = ''
    const child = spawn(command, parameters, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
    /** @param {Buffer} chunk */
    const keep = (chunk) => {
      output = (output + chunk).slice(-OUTPUT_BYTES_MAX)
    }
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    child.on('error', (error) => reject(new Error(`${command}: ${error.message}`)))
    child.on('close', (code, signal) => {
      if (code === 0) return resolve(output)
      const shown = output.trim().split('\n').slice(-20).join('\n')
      reject(new Error(`${command} ${parameters[0] ?? ''} ended with ${code ?? signal}\n${shown}`))
    })
  })
}

/**
 * What a program printed, or undefined when it is not there or fails.
 *
 * @param {string} command
 * @param {string[]} parameters
 * @param {Options} [options]
 * @returns {Promise<string | undefined>}
 */
export function tryRun(command, parameters, options) {
  return run(command, parameters, options).catch(() => undefined)
}

/**
 * The last line of an error, for a summary in one line.
 *
 * @param {unknown} error
 */
export function lastLine(error) {
  const text = error instanceof Error ? error.message : String(error)
  return text.trim().split('\n').at(-1) ?? ''
}
