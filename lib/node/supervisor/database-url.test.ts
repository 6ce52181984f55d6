import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nameDatabase } from './database-url.ts'

const CASES = [
  ['mongodb://127.0.0.1', 'mongodb://127.0.0.1/x'],
  ['mongodb://127.0.0.1:27017/', 'mongodb://127.0.0.1:27017/x'],
  ['mongodb://a:1,b:2,c:3/?replicaSet=rs', 'mongodb://a:1,b:2,c:3/x?replicaSet=rs'],
  ['mongodb://a:1/old?tls=true', 'mongodb://a:1/x?tls=true'],
  ['mongodb+srv://mail.example/', 'mongodb+srv://mail.example/x'],
  ['mongodb+srv://m:p%40@mail.example', 'mongodb+srv://m:p%40@mail.example/x?authSource=admin'],
  ['mongodb://m:p@a:1,b:2/?w=1', 'mongodb://m:p@a:1,b:2/x?w=1&authSource=admin'],
  ['mongodb://m:p@a:1/users', 'mongodb://m:p@a:1/x?authSource=users'],
  ['mongodb://m:p@a:1/?authSource=u', 'mongodb://m:p@a:1/x?authSource=u'],
  ['foo', undefined],
  ['http://127.0.0.1/', undefined],
  ['mongodb://', undefined],
] as const

test('the database is named, and a user stays known where he was', () => {
  for (const [url, named] of CASES) assert.equal(nameDatabase(url, 'x'), named, url)
})
