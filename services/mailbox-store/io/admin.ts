/** What operators ask of the store: to check it, and to collect what nothing refers to. */

import type { Clock } from '#lib/base/clock.ts'
import { Fault } from '#lib/base/fault.ts'
import { type GrpcService, grpcService } from '#lib/node/grpc.ts'
import type { CheckReport } from '#proto/types/hikyaku/mailbox_store/CheckReport.ts'
import type { CheckRequest__Output } from '#proto/types/hikyaku/mailbox_store/CheckRequest.ts'
import { type CollectPorts, collect } from '../care/collect.ts'
import { checkAccount, checkOneMailbox } from '../check/account.ts'
import { type AccountDone, checkAll } from '../check/all.ts'
import type { Finding } from '../check/kinds.ts'
import { type CheckOptions, noProgress } from '../check/options.ts'
import { isId } from '../documents.ts'
import type { Store } from '../store.ts'

const PROGRESS_MS = 1000

export function mailboxStoreAdminService(store: Store, care: CollectPorts): GrpcService {
  return grpcService('mailbox-store', 'MailboxStoreAdmin', {
    check: (request) => answerCheck(request, store),
    collect: (_, call) => collect(care, call.signal),
  })
}

async function* answerCheck(
  request: CheckRequest__Output,
  store: Store,
): AsyncGenerator<CheckReport> {
  const progress = noProgress()
  const { repair, bytes } = request
  const found = chooseCheck(request, store, { repair, bytes, progress })
  for await (const report of withTicks(found, store.clock)) {
    if (report === 'tick' || report.kind === 'account') yield { progress: { ...progress } }
    else yield { finding: report }
  }
  yield { progress: { ...progress, account: '' } }
}

function chooseCheck(
  { account, mailbox }: CheckRequest__Output,
  store: Store,
  options: CheckOptions,
): AsyncGenerator<Finding | AccountDone> {
  if (account === '') {
    if (mailbox !== '') throw new Fault('invalid', 'A mailbox of which account?')
    return checkAll(store, options)
  }
  if (!isId(account)) throw new Fault('invalid', 'Bad account id')
  if (mailbox === '') return checkAccount(account, store, options)
  return checkOneMailbox({ account, mailbox }, store, options)
}

/**
 * Hands items on, and a tick for every second without one, so that whoever waits knows that something is going on; and so
 * that it ends soon when nobody waits any more.
 */
async function* withTicks<Item>(
  items: AsyncGenerator<Item>,
  clock: Clock,
): AsyncGenerator<Item | 'tick'> {
  try {
    for (let next = items.next(); ; ) {
      using stop = stopping()
      const tick = clock.sleep(PROGRESS_MS, stop.signal).then(() => 'tick' as const)
      tick.catch(() => undefined)
      const result = await Promise.race([next, tick])
      if (result === 'tick') {
        yield result
        continue
      }
      if (result.done) return
      yield result.value
      next = items.next()
    }
  } finally {
    await items.return(undefined)
  }
}

function stopping(): Disposable & { readonly signal: AbortSignal } {
  const controller = new AbortController()
  return { signal: controller.signal, [Symbol.dispose]: () => controller.abort() }
}
