/**
 * Lets everything else in the process have its turn. Reads from SQLite never wait for anything, so that a long loop
 * over them would keep all other mailboxes from being served.
 */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
