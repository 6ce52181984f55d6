/**
 * What the .proto files of a tree say, as facts. It reads the text: the loader's descriptors tell neither which fields
 * are in a choice, nor which are `optional`, nor what an enum reserves.
 */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Facts } from './facts.ts'

/** Of a folder with .proto files. */
export function protoFacts(folder: string): Facts {
  const facts = new Map<string, string>()
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.proto'))) {
    readText(readFileSync(join(folder, file), 'utf8'), facts)
  }
  return facts
}

/** What we are in: `kind` is the word that opened it, `name` the full name of the message, enum or service. */
interface Block {
  readonly kind: string
  readonly name: string
  /** Of a oneof. */
  readonly choice?: string
}

const COMMENTS = /\/\/.*$|\/\*[\s\S]*?\*\//gm
const TOKENS = /"[^"]*"|[\w.]+|[^\s\w]/g
const TYPES = new Set(['message', 'enum', 'service'])
const RESERVED_MAX = 10_000

function readText(text: string, facts: Map<string, string>): void {
  const blocks: Block[] = []
  let outermost: Block = { kind: 'file', name: '' }
  let words: string[] = []
  for (const token of text.replace(COMMENTS, '').match(TOKENS) ?? []) {
    const block = blocks.at(-1) ?? outermost
    if (token === '{') {
      blocks.push(open(words, block, facts))
      words = []
    } else if (token === '}') {
      blocks.pop()
      words = []
    } else if (token === ';') {
      if (words[0] === 'package') outermost = { kind: 'file', name: words[1] ?? '' }
      else addStatement(words, block, facts)
      words = []
    } else {
      words.push(token)
    }
  }
}

function open(words: readonly string[], block: Block, facts: Map<string, string>): Block {
  const [kind = '', name = ''] = words
  if (kind === 'oneof') return { ...block, choice: name }
  if (kind === 'rpc') {
    addStatement(words, block, facts)
    return { kind: 'options', name: '' }
  }
  if (!TYPES.has(kind)) return { kind: 'options', name: '' }
  const full = `${block.name}.${name}`
  facts.set(`${kind} ${full}`, 'there')
  return { kind, name: full }
}

function addStatement(words: readonly string[], block: Block, facts: Map<string, string>): void {
  const [first = ''] = words
  if (first === 'option' || first === '') return
  if (first === 'reserved') addReserved(words.slice(1), block.name, facts)
  else if (block.kind === 'service') addMethod(words, block.name, facts)
  else if (block.kind === 'enum') addValue(words, block.name, facts)
  else if (block.kind === 'message') addField(words, block, facts)
}

function addMethod(words: readonly string[], service: string, facts: Map<string, string>): void {
  const [, name = '', ...shape] = words
  facts.set(`method ${service}.${name}`, shape.filter((word) => !/[()]/.test(word)).join(' '))
}

function addValue(words: readonly string[], name: string, facts: Map<string, string>): void {
  const [value = '', , ...number] = words.join(' ').split(' [')[0]?.split(' ') ?? []
  facts.set(`value ${name} ${number.join('')}`, value)
}

/** `repeated int32 b = 2 [packed = true]` becomes `b repeated int32`. */
function addField(words: readonly string[], block: Block, facts: Map<string, string>): void {
  const at = words.indexOf('=')
  const type = words.slice(0, at - 1).join(' ')
  const choice = block.choice === undefined ? '' : ` in ${block.choice}`
  facts.set(`field ${block.name} ${words[at + 1]}`, `${words[at - 1]} ${type}${choice}`)
}

/** `3, 5 to 7, "old"`; an end that is open counts as one far away. */
function addReserved(words: readonly string[], name: string, facts: Map<string, string>): void {
  for (const part of words.join(' ').split(' , ')) {
    const [start = '', end = start] = part.split(' to ')
    if (start.startsWith('"')) facts.set(`reserved ${name} ${start}`, 'so')
    const last = Math.min(end === 'max' ? Infinity : Number(end), Number(start) + RESERVED_MAX)
    for (let number = Number(start); number <= last; number++) {
      facts.set(`reserved ${name} ${number}`, 'so')
    }
  }
}
