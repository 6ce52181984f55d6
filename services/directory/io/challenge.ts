/** Logging in by proof, as proto/directory.proto has it: translates, decides nothing. */

import { toWireQuota } from '#lib/node/quotas.ts'
import type { AuthenticateResponse } from '#proto/types/hikyaku/directory/AuthenticateResponse.ts'
import type { CramMd5Request__Output } from '#proto/types/hikyaku/directory/CramMd5Request.ts'
import type { ScramFinishRequest__Output } from '#proto/types/hikyaku/directory/ScramFinishRequest.ts'
import type { ScramStartRequest__Output } from '#proto/types/hikyaku/directory/ScramStartRequest.ts'
import type { Authenticated, Authenticator } from '../authenticate.ts'
import { authenticateCramMd5, finishScram, startScram } from '../scram/challenge.ts'
import type { OutageKeys } from '../scram/kept-keys.ts'

/** Part of the service Directory. */
export function challengeHandlers(authenticator: Authenticator) {
  return {
    startScram: async (request: ScramStartRequest__Output) => {
      const { salt, iterations } = await startScram(request, authenticator)
      return { salt: Buffer.from(salt), iterations }
    },
    finishScram: async (request: ScramFinishRequest__Output) => {
      const finished = await finishScram(request, authenticator)
      const { account, serverSignature, outageKeys } = finished
      return {
        account: toAnswer(account),
        serverSignature: Buffer.from(serverSignature),
        ...(outageKeys && { outageKeys: toWireKeys(outageKeys) }),
      }
    },
    authenticateCramMd5: async (request: CramMd5Request__Output) =>
      toAnswer(await authenticateCramMd5(request, authenticator)),
  }
}

function toWireKeys({ salt, iterations, storedKey, serverKey }: OutageKeys) {
  const keys = { storedKey: Buffer.from(storedKey), serverKey: Buffer.from(serverKey) }
  return { salt: Buffer.from(salt), iterations, ...keys }
}

function toAnswer({ _id, tenant, login, domain, quotas }: Authenticated): AuthenticateResponse {
  return { account: _id, tenant, login, domain, quotas: quotas.map(toWireQuota) }
}
