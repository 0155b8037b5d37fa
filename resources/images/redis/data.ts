import { ReplyError } from './protocol.ts'

export type Value = string | string[] | Map<string, string> | Set<string>

export type ValueType = 'string' | 'list' | 'hash' | 'set'

/** The keys of one database, with their expiry. */
export class Data {
  readonly #values = new Map<string, Value>()
  readonly #expiry = new Map<string, number>()
  readonly #now: () => number

  /** @param now milliseconds since 1970 */
  constructor(now: () => number) {
    this.#now = now
  }

  get(key: string): Value | undefined {
    const end = this.#expiry.get(key)
    if (end !== undefined && end <= this.#now()) this.delete(key)
    return this.#values.get(key)
  }

  /** Sets a value without expiry. */
  set(key: string, value: Value): void {
    this.#values.set(key, value)
    this.#expiry.delete(key)
  }

  /** Sets a value and leaves its expiry; empty collections are no keys. */
  keep(key: string, value: Value): void {
    const empty = typeof value !== 'string' && (Array.isArray(value) ? value.length : value.size) === 0
    if (empty) this.delete(key)
    else this.#values.set(key, value)
  }

  delete(key: string): boolean {
    this.#expiry.delete(key)
    return this.#values.delete(key)
  }

  expireAt(key: string, ms: number): void {
    this.#expiry.set(key, ms)
  }

  persist(key: string): boolean {
    return this.get(key) !== undefined && this.#expiry.delete(key)
  }

  /** Milliseconds until a key goes; -1: never; -2: there is none. */
  timeLeft(key: string): number {
    if (this.get(key) === undefined) return -2
    const end = this.#expiry.get(key)
    return end === undefined ? -1 : end - this.#now()
  }

  keys(): string[] {
    return [...this.#values.keys()].filter(key => this.get(key) !== undefined)
  }

  clear(): void {
    this.#values.clear()
    this.#expiry.clear()
  }

  type(key: string): ValueType | 'none' {
    const value = this.get(key)
    return value === undefined ? 'none' : typeOf(value)
  }

  text(key: string): string | undefined {
    return this.#as(key, 'string') as string | undefined
  }

  list(key: string): string[] {
    return (this.#as(key, 'list') as string[] | undefined) ?? []
  }

  hash(key: string): Map<string, string> {
    return (this.#as(key, 'hash') as Map<string, string> | undefined) ?? new Map<string, string>()
  }

  members(key: string): Set<string> {
    return (this.#as(key, 'set') as Set<string> | undefined) ?? new Set<string>()
  }

  #as(key: string, type: ValueType): Value | undefined {
    const value = this.get(key)
    if (value !== undefined && typeOf(value) !== type)
      throw new ReplyError('WRONGTYPE Operation against a key holding the wrong kind of value')
    return value
  }
}

function typeOf(value: Value): ValueType {
  if (typeof value === 'string') return 'string'
  if (Array.isArray(value)) return 'list'
  return value instanceof Map ? 'hash' : 'set'
}
