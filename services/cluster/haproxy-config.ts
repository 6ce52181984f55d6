/** What haproxy is told: where clients come in, and who stands behind each door. */

/** A place where clients come in. */
interface Door {
  /** Also the name of its backend: `smtp`, `imaps`. */
  readonly name: string
  /** As haproxy spells it: `127.0.0.1:25`, `unix@/path`. */
  readonly bind: string
  readonly backends: readonly Backend[]
}

interface Backend {
  /** The node. */
  readonly name: string
  readonly address: string
  /** `host:port` where its process tells whether it is ready. */
  readonly ops: string
}

export interface HaproxySettings {
  readonly doors: readonly Door[]
  /** Where its statistics are shown, to whoever asks: on loopback only. */
  readonly stats: string
  /** The socket by which a reload takes over what is listened on. */
  readonly socket: string
  /** Whole seconds that a session may be silent: longer than any of ours hangs up after. */
  readonly idleSeconds: number
}

/** Two of these, the second sooner, fit into the time that a process still accepts after SIGTERM. */
const CHECK = 'inter 500ms fastinter 200ms downinter 300ms fall 2 rise 1'
/** Refused once, it is gone: nobody else is to find that out. */
const OBSERVE = 'observe layer4 error-limit 1 on-error mark-down'
const CONNECTIONS_MAX = 20_000
/** A worker that was replaced ends what it still serves after this long. */
const RELOADED_FOR = '30m'

/**
 * The text of haproxy.cfg. A server that drains is not chosen any more, its sessions go on. One that refuses a connection
 * is left out at once, and the client is taken to another. When none is ready, any that accepts is taken: it can
 * say why, by a temporary answer, which a closed connection can't.
 */
export function haproxyConfig(settings: HaproxySettings): string {
  const { doors, stats, socket, idleSeconds } = settings
  return [
    'global',
    '  nbthread 1',
    `  maxconn ${CONNECTIONS_MAX}`,
    // A machine that allows fewer files is to have fewer connections, not none.
    '  no strict-limits',
    `  hard-stop-after ${RELOADED_FOR}`,
    `  stats socket ${socket} mode 600 level admin expose-fd listeners`,
    '',
    'defaults',
    '  mode tcp',
    '  balance leastconn',
    '  retries 3',
    '  option redispatch 1',
    '  option clitcpka',
    '  option srvtcpka',
    '  timeout connect 2s',
    '  timeout check 2s',
    '  timeout queue 5s',
    `  timeout client ${idleSeconds}s`,
    `  timeout server ${idleSeconds}s`,
    '  timeout client-fin 30s',
    '  timeout server-fin 30s',
    '',
    'frontend stats',
    '  mode http',
    `  bind ${stats}`,
    '  stats enable',
    '  stats uri /',
    '',
    ...doors.flatMap(doorBlocks),
  ].join('\n')
}

function doorBlocks({ name, bind, backends }: Door): string[] {
  const checked = backends.map((backend) => {
    const { port } = splitOps(backend.ops)
    return `  server ${backend.name} ${backend.address} send-proxy-v2 check port ${port} ${CHECK} ${OBSERVE}`
  })
  const any = backends.map((backend) => `  server ${backend.name} ${backend.address} send-proxy-v2`)
  return [
    `frontend ${name}-door`,
    `  bind ${bind}`,
    `  use_backend ${name}-any if { nbsrv(${name}) eq 0 }`,
    `  default_backend ${name}`,
    '',
    `backend ${name}`,
    '  option httpchk',
    '  http-check send meth GET uri /ready ver HTTP/1.1 hdr Host hikyaku',
    '  http-check expect status 200',
    ...checked,
    '',
    `backend ${name}-any`,
    ...any,
    '',
  ]
}

function splitOps(ops: string): { port: string } {
  return { port: ops.slice(ops.lastIndexOf(':') + 1) }
}
