/** Which tree each node is run from, as text says: `node-1=/path`, separated by commas or line ends. */

export function parseRoots(text: string): ReadonlyMap<string, string> {
  const roots = new Map<string, string>()
  for (const part of text.split(/[,\n]/)) {
    const [, node, path] = /^\s*(node-\d+)=(\/.*?)\s*$/.exec(part) ?? []
    if (node !== undefined && path !== undefined) roots.set(node, path)
  }
  return roots
}
