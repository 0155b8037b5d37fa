import type { Socket } from 'node:net'
import { codeOf } from '../../base/errors.ts'
import { parseCidr, numberToAddress } from '../address/cidr.ts'
import { dialLoopback } from './dial.ts'

/**
 * Lets a program see who calls it. All of 127.0.0.0/8 is loopback on most systems, so a connection on behalf of 10.244.1.5
 * comes from 127.244.1.5; the preload shows the former. Where there is only 127.0.0.1 (macOS) the caller stays unknown.
 */
export class SourceAliases {
  /** First two numbers of the real address → those of the alias. */
  readonly #prefixes = new Map<string, string>()
  #usable = true

  /** `ranges` that are no larger than /16 get aliases, if those cannot be mistaken for each other or for 127.0.0.1. */
  constructor(ranges: string[]) {
    for (const range of ranges) {
      const { base, bits } = parseCidr(range)
      const [first, second] = numberToAddress(base).split('.')
      const alias = `127.${second}`
      const taken = [...this.#prefixes.values()].includes(alias)
      if (bits >= 16 && second !== '0' && !taken) this.#prefixes.set(`${first}.${second}`, alias)
    }
  }

  /**
   * Connects to a port on loopback on behalf of `source`.
   * @throws RouteError
   */
  async dial(port: number, source: string, signal?: AbortSignal): Promise<Socket> {
    const alias = this.#usable ? this.aliasOf(source) : undefined
    if (!alias) return dialLoopback(port, signal)
    try {
      return await dialLoopback(port, signal, alias)
    } catch (error) {
      const code = codeOf(error)
      if (code === 'EADDRNOTAVAIL') this.#usable = false
      // In use: this caller has used up its ports for a while.
      else if (code !== 'EADDRINUSE') throw error
      return dialLoopback(port, signal)
    }
  }

  aliasOf(address: string): string | undefined {
    const [first, second, ...rest] = address.split('.')
    const prefix = this.#prefixes.get(`${first}.${second}`)
    return prefix && rest.length === 2 ? [prefix, ...rest].join('.') : undefined
  }

  /** For the preload. */
  toString(): string {
    return [...this.#prefixes].map(([real, alias]) => `${alias}=${real}`).join(',')
  }
}
