import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadContract, type ProtoName, type ServiceName } from '../contracts.ts'
import { type Safety, safetyOf } from './safety.ts'

const CONTRACTS: readonly [ProtoName, ServiceName][] = [
  ['delivery', 'DeliveryAdmin'],
  ['directory', 'Admission'],
  ['directory', 'Directory'],
  ['directory', 'DirectoryAdmin'],
  ['mailbox-store', 'MailboxStore'],
  ['mailbox-store', 'MailboxStoreAdmin'],
]

/** A mail id, an operation id: what names a request so that it may come twice. */
const NAMED = { mailId: 'm', operationId: 'o' }

function methodsOf(safety: Safety, request: object): string[] {
  return CONTRACTS.flatMap(([proto, name]) =>
    Object.entries(loadContract(proto, name)).flatMap(([title, method]) =>
      safetyOf(method)(request) === safety ? [title] : [],
    ),
  ).toSorted()
}

test('these answer a repeat with something else than the truth, or do it twice: they are sent once', () => {
  const once =
    'ActOnQueue ActivateDkimKeys AddAccount AddAddress AddDomain AddGroup AddTenant AdmitMany AppendBatch AppendMany AppendStream CreateMailbox DeleteAccount DeleteAddress DeleteDkimKey DeleteDomain DeleteGroup DeleteMailbox DeleteRoute DeleteTenant ImportAccounts MakeDkimKeys RenameMailbox RestoreAccount'
  assert.equal(methodsOf('once', NAMED).join(' '), once)
})

test('what may be repeated when it names itself is sent once when it does not', () => {
  const named = new Set(methodsOf('once', NAMED))
  const more = methodsOf('once', {}).filter((title) => !named.has(title))
  assert.deepEqual(more, ['Append', 'Copy', 'Expunge', 'Move', 'StoreFlags'])
  const asked = methodsOf('once', { final: true }).filter((title) => !named.has(title))
  assert.deepEqual(asked, ['Admit', ...more])
})

test('nothing that writes is asked of two replicas at once', () => {
  const reads =
    'Changes Fetch GetMetadata ListAccounts ListAddresses ListDkimKeys ListDomains ListGroups ListMailboxes ListPauses ListQueue ListRoutes ListTenants Read Resolve ShowAccount ShowEntry ShowGroup ShowSending SigningKeys StartScram SummarizeQueue Trace Usage View'
  assert.equal(methodsOf('read', NAMED).join(' '), reads)
})
