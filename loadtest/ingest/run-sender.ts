import { spawn } from 'node:child_process'

/** Runs a sender, a program that takes its plan as JSON in its argument and prints its report as JSON. */
export async function runSender<Report>(file: string, plan: object): Promise<Report> {
  const child = spawn(process.execPath, [file, JSON.stringify(plan)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    text += chunk
  })
  const code = await new Promise((resolve) => child.once('close', resolve))
  if (code !== 0) throw new Error(`The sender ended with ${code}`)
  return JSON.parse(text)
}
