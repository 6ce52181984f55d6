import { mkdirSync } from 'node:fs'
import { Outage } from '#lib/base/outage.ts'
import { connectAdmission, connectDirectory } from '#lib/node/clients.ts'
import { machineName } from '#lib/node/config/host-name.ts'
import { connectNats } from '#lib/node/nats.ts'
import { type DirectoryChange, hearChanges, namesOf } from '#lib/node/outage/changes.ts'
import { type IntakeSettings, openIntake } from '#lib/node/overload/intake.ts'
import { openRecipients } from '#lib/node/recipients.ts'
import type { Host } from '#lib/node/service.ts'
import { openSpool } from '#lib/node/spool.ts'
import { loadTls } from '#lib/node/tls.ts'
import { AccountPlaces } from './account-places.ts'
import type { Config } from './config.ts'
import { METRICS, submissionEvents } from './events.ts'
import { ANSWER_MS, openAdmit, openCredentials } from './io/directory.ts'
import { type ListenerOptions, listenSubmission } from './io/listener.ts'
import type { SessionLimits } from './io/server.ts'
import { KnownSenders } from './known-senders.ts'
import { rememberAnswers } from './recent-answers.ts'

/** The longest that a timer can wait. */
const GRACE_MS_MAX = 2 ** 31 - 1

/**
 * Wires the service together; the only place that knows what stands behind each interface.
 * What it returns closes everything in reverse: first the listeners, last the clients they needed.
 */
export async function start(config: Config, host: Host): Promise<AsyncDisposable> {
  await using opened = new AsyncDisposableStack()
  const { clock, random, telemetry } = host
  const name = config.SUBMISSION_HOSTNAME ?? machineName()
  if (config.SUBMISSION_FOLDER !== undefined) {
    mkdirSync(config.SUBMISSION_FOLDER, { recursive: true, mode: 0o700 })
  }
  const events = submissionEvents(host.declare(METRICS))

  const nats = opened.use(connectNats(config, telemetry, clock))
  host.addReadyCheck('nats', () => nats.ready())
  const spool = opened.use(openSpool(nats, config, { telemetry, clock }))
  const intake = opened.use(openIntake({ spool, clock, telemetry }, toIntake(config)))
  const directory = opened.use(connectDirectory(config, telemetry))
  const recipients = opened.use(openRecipients(directory, nats, clock))
  const { credentials, forget } = openCredentials({
    ...{ directory, clock, random, outage: new Outage(clock, ANSWER_MS) },
    remembered: () => events.remembered('log-in'),
  })
  const admission = opened.use(connectAdmission(config, telemetry))
  const senders = new KnownSenders(openAdmit(admission), {
    clock,
    // Another than of log-ins: a tenant that has to wait for its own counting must keep nobody out.
    outage: new Outage(clock, ANSWER_MS),
    wentOn: () => events.remembered('mail'),
  })
  const changed = (change: DirectoryChange) => {
    forget(change)
    senders.forget(namesOf(change))
  }
  opened.use(hearChanges(nats, changed))
  const admit = rememberAnswers(senders.admit, clock)
  const tls = opened.use(
    await loadTls({
      certFile: config.TLS_CERTIFICATE,
      keyFile: config.TLS_KEY,
      selfSignedFolder: config.TLS_FOLDER,
      telemetry,
      hosts: [name, 'localhost', '127.0.0.1'],
    }),
  )

  const options: ListenerOptions = {
    hostname: name,
    limits: toLimits(config),
    // The clients behind it need some of the time too.
    graceMs: Math.min(config.SHUTDOWN_GRACE * 0.8, GRACE_MS_MAX),
    proxyFrom: config.PROXY_FROM,
    connectionsMax: config.SUBMISSION_CONNECTIONS,
    perAddressMax: config.SUBMISSION_CONNECTIONS_PER_ADDRESS,
    telemetry,
    sessions: new Set(),
    secureContext: () => tls.context(),
    rules: {
      events,
      over: () => intake.over(),
      places: new AccountPlaces(config.SUBMISSION_DATA_PER_ACCOUNT),
      logIn: {
        ...{ clock, random, hostname: name },
        credentials,
        cramMd5: config.SUBMISSION_CRAM_MD5,
      },
      sender: {
        admit,
        sizeBytesMax: config.SUBMISSION_MESSAGE_SIZE,
        recipientsMax: config.SUBMISSION_RECIPIENTS,
      },
      recipient: { resolve: recipients.resolve },
      message: {
        ...{ clock, random, hostname: name, events, admit },
        publish: intake.publish,
        hideClient: config.SUBMISSION_HIDE_CLIENT,
        receivedMax: config.SUBMISSION_RECEIVED,
      },
    },
  }
  const [submission, submissions] = await Promise.all([
    listenSubmission(config.SUBMISSION_LISTEN, 'submission', options),
    listenSubmission(config.SUBMISSIONS_LISTEN, 'submissions', options),
  ])
  opened.defer(async () => {
    await Promise.all([submission[Symbol.asyncDispose](), submissions[Symbol.asyncDispose]()])
  })
  host.announce('submission', submission.address)
  host.announce('submissions', submissions.address)
  return opened.move()
}

/** Users go on for longer than strangers do; what is left of the spool is for our own notices. */
function toIntake(config: Config): IntakeSettings {
  return {
    lagMs: config.SUBMISSION_LAG,
    publishMs: config.SUBMISSION_PUBLISH_TIME,
    spoolFill: config.SUBMISSION_SPOOL_FILL / 100,
    publishes: config.SUBMISSION_PUBLISHES,
    whoseOf: ({ client: { tenant = '', account = '' } }) => ({ tenant, account }),
  }
}

function toLimits(config: Config): SessionLimits {
  return {
    lineBytesMax: config.SUBMISSION_LINE_LENGTH,
    commandBytesMax: config.SUBMISSION_COMMAND_LENGTH,
    errorsMax: config.SUBMISSION_ERRORS,
    failedLogInsMax: config.SUBMISSION_LOGIN_FAILURES,
    logInMs: config.SUBMISSION_LOGIN_TIMEOUT,
    commandTimeoutMs: config.SUBMISSION_COMMAND_TIMEOUT,
    dataTimeoutMs: config.SUBMISSION_DATA_TIMEOUT,
    temporaryFolder: config.SUBMISSION_FOLDER,
  }
}
