import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openImap, readInbox, untilInboxHas } from '../clients/imap.ts'
import { greetSmtp, openSmtp } from '../clients/smtp.ts'
import { runProgram, startWorld } from '../world.ts'

const MESSAGE = Buffer.from('Subject: kept\r\n\r\nHello\r\n')

test('stopped with clients connected, it says goodbye; started again, it finds everything', async () => {
  const dataFolder = await mkdtemp(join(tmpdir(), 'hikyaku-life-'))
  const databasePrefix = `life_${process.pid}`
  const env = { DATABASE_PREFIX: databasePrefix }
  {
    await using world = await startWorld({ dataFolder, env })
    await world.addAccounts([{ login: 'alice@example.test' }])
    await using client = await openImap(world, 'alice@example.test')
    using smtp = await openSmtp(world.at('smtp'))
    await smtp.send('', ['alice@example.test'], MESSAGE)
    await untilInboxHas(client, 1)

    using idle = await greetSmtp(world.at('smtp'))
    const goodbye = idle.reply()
    const imapClosed = new Promise((resolve) => client.once('close', resolve))
    const code = await world.stop()
    assert.equal(code, 0, world.output())
    assert.equal((await goodbye).code, 421)
    await imapClosed
    if (process.env.MONGODB_URL !== undefined) return
  }
  await using world = await startWorld({ dataFolder, env })
  assert.match(world.output(), /found again/)
  await using client = await openImap(world, 'alice@example.test')
  assert.equal((await readInbox(client)).length, 1)
  await world.stop()
  await rm(dataFolder, { recursive: true })
})

test('a port that is taken is named, with the setting that changes it', async () => {
  const taken = createServer()
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
  const address = taken.address()
  assert.ok(address !== null && typeof address === 'object')
  const dataFolder = await mkdtemp(join(tmpdir(), 'hikyaku-taken-'))
  const env = {
    ...process.env,
    DATA: dataFolder,
    EDGE_LISTEN: `127.0.0.1:${address.port}`,
    IMAP_LISTEN: '127.0.0.1:0',
    IMAPS_LISTEN: '127.0.0.1:0',
    SUBMISSION_LISTEN: '127.0.0.1:0',
    SUBMISSIONS_LISTEN: '127.0.0.1:0',
    HTTP_LISTEN: '127.0.0.1:0',
  }
  const { code, stderr } = await runProgram('services/solo/main.ts', [], { env })
  assert.equal(code, 1)
  assert.match(stderr, new RegExp(`127\\.0\\.0\\.1:${address.port} is taken.*EDGE_LISTEN=`, 's'))
  taken.close()
  await rm(dataFolder, { recursive: true })
})

test('a second platform on the same folder is refused', async () => {
  await using world = await startWorld()
  const env = { ...process.env, DATA: world.dataFolder, EDGE_LISTEN: '127.0.0.1:0' }
  const { code, stderr } = await runProgram('services/solo/main.ts', [], { env })
  assert.equal(code, 1)
  assert.match(stderr, /runs already/)
})

test('health, readiness and the metrics of all services are on one page each', async () => {
  await using world = await startWorld()
  const { host, port } = world.at('http')
  const get = async (path: string) => {
    const response = await fetch(`http://${host}:${port}${path}`)
    return { status: response.status, text: await response.text() }
  }
  assert.equal((await get('/health')).status, 200)
  assert.deepEqual(await get('/ready'), { status: 200, text: 'ready\n' })
  const { text } = await get('/metrics')
  for (const service of ['edge', 'imap', 'delivery', 'mailbox-store', 'directory']) {
    assert.match(text, new RegExp(`^hikyaku_\\w+\\{service="${service}"`, 'm'), service)
  }
  assert.equal((await get('/')).status, 404)
})
