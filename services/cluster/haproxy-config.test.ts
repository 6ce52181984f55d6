import assert from 'node:assert/strict'
import { test } from 'node:test'
import { haproxyConfig } from './haproxy-config.ts'

const TEXT = haproxyConfig({
  doors: [
    {
      name: 'smtp',
      bind: '127.0.0.1:25',
      backends: [
        { name: 'node-1', address: '127.0.0.1:2501', ops: '127.0.0.1:9001' },
        { name: 'node-2', address: '127.0.0.1:2502', ops: '127.0.0.1:9002' },
      ],
    },
  ],
  stats: '127.0.0.1:8404',
  socket: '/run/haproxy.sock',
  idleSeconds: 2100,
})

test('each process behind a door is told who the client is, and asked whether it is ready', () => {
  assert.match(TEXT, /server node-2 127\.0\.0\.1:2502 send-proxy-v2 check port 9002 /)
  assert.match(TEXT, /http-check send meth GET uri \/ready/)
})

test('when nobody is ready, the client is taken to whoever accepts', () => {
  assert.match(TEXT, /use_backend smtp-any if \{ nbsrv\(smtp\) eq 0 \}/)
  assert.match(TEXT, /backend smtp-any\n {2}server node-1 127\.0\.0\.1:2501 send-proxy-v2\n/)
})

test('a session may be silent for as long as IMAP allows', () => {
  assert.match(TEXT, /timeout client 2100s/)
  assert.match(TEXT, /timeout server 2100s/)
})

test('sessions of a process that leaves go on', () => {
  assert.doesNotMatch(TEXT, /on-marked-down/)
})
