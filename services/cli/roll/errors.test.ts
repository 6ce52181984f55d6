import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Budget, ErrorWatch, readErrors } from './errors.ts'

const BUDGET: Budget = { internal: 0, temporary: 5, refused: 10, backlog: 100 }
const NOTHING = { internal: 0, temporary: 0, refused: 0 }

test('what clients are told is read from the pages of each service', () => {
  const cases: [line: string, kind: keyof typeof NOTHING | undefined][] = [
    ['hikyaku_smtp_recipients_total{code="250"} 7', undefined],
    ['hikyaku_smtp_recipients_total{code="451"} 7', 'temporary'],
    ['hikyaku_smtp_recipients_total{code="550"} 7', 'refused'],
    ['hikyaku_mail_received_total{outcome="accepted"} 7', undefined],
    ['hikyaku_mail_received_total{outcome="put-off"} 7', 'temporary'],
    ['hikyaku_mail_received_total{outcome="refused"} 7', 'refused'],
    ['hikyaku_submission_commands_total{command="RCPT",code="451"} 7', 'temporary'],
    ['hikyaku_submission_logins_total{mechanism="PLAIN",code="454"} 7', 'temporary'],
    ['hikyaku_submission_logins_total{mechanism="PLAIN",code="535"} 7', 'refused'],
    ['hikyaku_mail_submitted_total{outcome="put-off"} 7', 'temporary'],
    ['hikyaku_mail_deliveries_total{outcome="delivered"} 7', undefined],
    ['hikyaku_mail_deliveries_total{outcome="bounced"} 7', 'refused'],
    ['hikyaku_imap_faults_total{command="FETCH",code="unavailable"} 7', 'temporary'],
    ['hikyaku_imap_faults_total{command="SELECT",code="not-found"} 7', undefined],
    ['hikyaku_imap_logins_total{outcome="unauthenticated"} 7', 'refused'],
    ['hikyaku_grpc_server_errors_total{method="X.Y",kind="bug"} 7', 'internal'],
    ['hikyaku_spool_settled_total{outcome="poison"} 7', 'internal'],
    ['hikyaku_warnings_total{event="command-failed"} 7', 'internal'],
    ['hikyaku_warnings_total{event="lingered"} 7', undefined],
    ['# HELP hikyaku_warnings_total Warnings', undefined],
  ]
  for (const [line, kind] of cases) {
    const counts = kind === undefined ? NOTHING : { ...NOTHING, [kind]: 7 }
    assert.deepEqual(readErrors(line).counts, counts, line)
  }
})

test('what waits is what the spool and the queue hold together', () => {
  const page =
    'hikyaku_spool_messages 3\nhikyaku_queue_entries{state="due"} 2\nhikyaku_queue_entries{state="waiting"} 1e+1\n'
  assert.equal(readErrors(page).waiting, 15)
})

test('errors that were there before, or that a process took with it, do not count twice', () => {
  const watch = new ErrorWatch()
  watch.see('node-1 edge', 1, { ...NOTHING, temporary: 100 })
  watch.begin(0, 0)
  watch.see('node-1 edge', 1, { ...NOTHING, temporary: 103 })
  watch.see('node-1 edge', 2, { ...NOTHING, temporary: 2 })
  assert.deepEqual(watch.counts(), { ...NOTHING, temporary: 5 })
  assert.equal(watch.tooMuch(BUDGET, 1_000), undefined)
  watch.see('node-1 edge', 2, { ...NOTHING, temporary: 3 })
  assert.match(watch.tooMuch(BUDGET, 1_000) ?? '', /^6 temporary errors told to clients/)
})

test('what was usual before stops nothing, and twice as much does', () => {
  const watch = new ErrorWatch()
  const see = (refused: number) => watch.see('node-1 edge', 1, { ...NOTHING, refused })
  see(0)
  see(10)
  watch.begin(1_000, 0)
  see(30)
  assert.equal(watch.tooMuch(BUDGET, 1_000), undefined)
  see(41)
  assert.match(watch.tooMuch(BUDGET, 1_000) ?? '', /^31 .*refused for good, where 30 are allowed/)
})

test('mail that piles up is too much, mail that had piled up before is not', () => {
  const watch = new ErrorWatch()
  watch.seeWaiting(5_000)
  watch.begin(0, 0)
  watch.seeWaiting(5_100)
  assert.equal(watch.tooMuch(BUDGET, 0), undefined)
  watch.seeWaiting(5_101)
  assert.match(watch.tooMuch(BUDGET, 0) ?? '', /^101 more mails wait/)
})
