import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { codeOf, messageOf } from '../../base/errors.ts'
import type { Logger } from '../../base/log.ts'
import { addressToNumber, contains, numberToAddress, parseCidr, sizeOf } from './cidr.ts'

interface Saved {
  last: number
  addresses: Record<string, string>
}

/**
 * Hands out the addresses of a node's range, in turn as the host-local plug-in does, so that an address that was just
 * given back is not met again at once. What was given out is kept in a file: a pod that is still there after a restart
 * of the machine gets its own address again. The first address of the range is the node's gateway.
 */
export class PodAddresses {
  readonly #file: string
  readonly #log: Logger
  readonly #byPod = new Map<string, string>()
  readonly #used = new Set<string>()
  /** Of the time before the restart: asked for first by their pods, and given to others last. */
  readonly #remembered: Map<string, string>
  #last: number

  constructor(file: string, log: Logger) {
    this.#file = file
    this.#log = log
    const saved = read(file, log)
    this.#last = saved.last
    this.#remembered = new Map(Object.entries(saved.addresses))
  }

  /**
   * The address of a pod; the same for every call until `release`.
   * @throws Error when the range is used up.
   */
  assign(uid: string, range: string, previous?: string): string {
    const known = this.#byPod.get(uid)
    if (known) return known
    const cidr = parseCidr(range)
    const usable = (ip: string | undefined): ip is string => {
      const number = ip === undefined ? undefined : addressToNumber(ip)
      if (number === undefined || this.#used.has(ip!) || !contains(cidr, ip!)) return false
      return number > cidr.base + 1 && number < cidr.base + sizeOf(cidr) - 1
    }
    const wanted = [previous, this.#remembered.get(uid)].find(usable)
    const ip = wanted ?? this.#next(cidr.base, sizeOf(cidr), range)
    this.#byPod.set(uid, ip)
    this.#used.add(ip)
    this.#remembered.delete(uid)
    this.#save()
    return ip
  }

  release(uid: string): void {
    const ip = this.#byPod.get(uid)
    if (!ip) return
    this.#byPod.delete(uid)
    this.#used.delete(ip)
    this.#save()
  }

  #next(base: number, size: number, range: string): string {
    const held = new Set(this.#remembered.values())
    for (const avoidHeld of [true, false])
      for (let step = 1; step <= size; step++) {
        const offset = (this.#last + step) % size
        if (offset < 2 || offset === size - 1) continue
        const ip = numberToAddress(base + offset)
        if (this.#used.has(ip) || (avoidHeld && held.has(ip))) continue
        this.#last = offset
        return ip
      }
    throw new Error(`no address is left in ${range}: ${this.#used.size} pods have one; delete pods or add a worker`)
  }

  #save(): void {
    const addresses = Object.fromEntries([...this.#remembered, ...this.#byPod])
    const next = `${this.#file}.next`
    try {
      mkdirSync(dirname(this.#file), { recursive: true })
      writeFileSync(next, JSON.stringify({ last: this.#last, addresses } satisfies Saved))
      renameSync(next, this.#file)
    } catch (error) {
      // Pods work without the file; only their addresses may change with a restart.
      this.#log.warn('the addresses of the pods were not saved', { file: this.#file, error: messageOf(error) })
    }
  }
}

function read(file: string, log: Logger): Saved {
  try {
    const saved = JSON.parse(readFileSync(file, 'utf8')) as Partial<Saved>
    return { last: Number.isInteger(saved.last) ? saved.last! : 1, addresses: saved.addresses ?? {} }
  } catch (error) {
    if (codeOf(error) !== 'ENOENT')
      log.warn('the saved addresses cannot be read; pods get new ones', { file, error: messageOf(error) })
    return { last: 1, addresses: {} }
  }
}
