/** The service Admission of proto/directory.proto in front of the rules: translates, decides nothing. */

import { type FairLimits, FairPlaces } from '#lib/base/fair-places.ts'
import { type GrpcService, grpcService } from '#lib/node/grpc.ts'
import { answerMany } from '#lib/node/shared-call/answer-many.ts'
import type { AdmitRequest__Output } from '#proto/types/hikyaku/directory/AdmitRequest.ts'
import type { AdmitResponse } from '#proto/types/hikyaku/directory/AdmitResponse.ts'
import type { SendingChange__Output } from '#proto/types/hikyaku/directory/SendingChange.ts'
import type { SendingReport as SendingReportMessage } from '#proto/types/hikyaku/directory/SendingReport.ts'
import type { SendingRequest__Output } from '#proto/types/hikyaku/directory/SendingRequest.ts'
import { type Admission, admit, type Verdict } from '../admission/admit.ts'
import { type EffectiveRules, RULE_NAMES } from '../admission/sending-rules.ts'
import { type SendingReport, setSending, showSending } from '../admission/set-sending.ts'
import type { Registry } from '../registry.ts'

const LIMITS = { running: 64, waiting: 2000 }
const BUSY = 'Too many send at the same time, try again later'

/** Asked by whoever makes mail; tenants and their accounts are answered in turn. */
export function admissionService(admission: Admission, limits: FairLimits = LIMITS): GrpcService {
  const places = new FairPlaces(limits, BUSY)
  const admitOne = (request: AdmitRequest__Output) => {
    const { account } = request
    const tenant = admission.senders.tenantOf(account) ?? `account ${account}`
    return places.run({ tenant, account }, async () => toAnswer(await admit(request, admission)))
  }
  return grpcService('directory', 'Admission', {
    admit: admitOne,
    admitMany: (requests, call) => answerMany(requests, call, admitOne),
  })
}

/** What administrators set of it; part of DirectoryAdmin. */
export function sendingHandlers(registry: Registry, defaults: EffectiveRules) {
  return {
    showSending: async (request: SendingRequest__Output) =>
      toReport(await showSending(request, registry.collections, defaults)),
    setSending: async (request: SendingChange__Output) => {
      const { scope, name, rules, unset } = request
      const given = RULE_NAMES.map((rule) => [rule, rules?.[rule]] as const)
      const change = {
        scope,
        name,
        rules: Object.fromEntries(given.filter(([, value]) => value !== undefined)),
        unset: unset.map(toRuleName),
      }
      return toReport(await setSending(change, registry, defaults))
    },
  }
}

function toAnswer(verdict: Verdict): AdmitResponse {
  const { sender } = verdict
  const known = {
    class: 'personal',
    tenant: sender?.account.tenant ?? '',
    sizeMax: sender?.rules.sizeBytes ?? 0,
    recipientsMax: sender?.rules.recipientsPerMessage ?? 0,
    hideClient: sender?.rules.hideClient ?? false,
    ...(sender && ratesOf(sender.rules)),
  }
  switch (verdict.kind) {
    case 'accept':
      return { verdict: 'ACCEPT', ...known }
    case 'hold':
      return { verdict: 'HOLD', text: verdict.text, ...known }
    case 'reject': {
      const { code, status, text } = verdict.refusal
      return { verdict: 'REJECT', code, status, text, ...known }
    }
  }
}

function ratesOf(rules: EffectiveRules): Pick<AdmitResponse, 'rates' | 'tenantRates'> {
  return {
    rates: rules,
    tenantRates: {
      messagesPerHour: rules.tenantMessagesPerHour,
      messagesPerDay: rules.tenantMessagesPerDay,
      recipientsPerHour: rules.tenantRecipientsPerHour,
      recipientsPerDay: rules.tenantRecipientsPerDay,
    },
  }
}

function toReport({ own, rules, from }: SendingReport): SendingReportMessage {
  const places = Object.entries(from).map(([name, place]) => [toFieldName(name), place])
  return { own, effective: rules, from: Object.fromEntries(places) }
}

/** The contract's own spelling. */
function toFieldName(rule: string): string {
  return rule.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

function toRuleName(field: string): string {
  return field.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
}
