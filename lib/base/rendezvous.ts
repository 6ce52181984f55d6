/**
 * Puts `servers` in the order in which they should serve `key`: every caller with the same list finds the same
 * order, keys spread evenly, and a server that leaves moves only its own keys (rendezvous hashing).
 */
export function rendezvous(servers: readonly string[], key: string): number[] {
  const weights = servers.map((server) => mix(fnv1a(key, fnv1a(server, FNV_START))))
  return weights
    .map((_, index) => index)
    .sort((a, b) => (weights[b] ?? 0) - (weights[a] ?? 0) || a - b)
}

const FNV_START = 0x811c9dc5
const FNV_PRIME = 0x01000193

function fnv1a(text: string, start: number): number {
  let hash = start
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), FNV_PRIME)
  }
  return Math.imul(hash ^ 0xff, FNV_PRIME)
}

/** Without it, names that differ in their last letter only (`store-1`, `store-2`) would share their keys badly. */
function mix(hash: number): number {
  let mixed = hash
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}
