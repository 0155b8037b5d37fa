import { randomInt } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { isIP, isIPv4 } from 'node:net'
import { readReply, writeQuery } from '../dns/client-message.ts'
import { exchange } from '../dns/exchange.ts'
import { RCODE } from '../dns/message.ts'
import { readData, TYPE_NUMBERS, typeName } from '../dns/record-data.ts'
import { candidates, readResolver, type ResolverSettings } from '../dns/resolv-conf.ts'
import type { ControlClient } from './control-client.ts'

export interface ResolverParts {
  control: ControlClient
  /** Address of the cluster's DNS, and where on loopback it really is (`127.0.0.1:port`). */
  clusterDNS: string
  realDNS: string
  settings: ResolverSettings
}

/** One record of an answer, of a type that is known. */
export interface Answer {
  name: string
  type: string
  ttl: number
  data: unknown
}

export interface Answers {
  /** As an error of Node; undefined: there are records. */
  code?: string
  records: Answer[]
}

const SERVER_MS = 5_000
const RESOLV_CONF = '/etc/resolv.conf'
const OWN_HOSTS = '# Kubernetes-managed hosts file'
const CODES: Record<number, string> = {
  [RCODE.FORMERR]: 'EFORMERR',
  [RCODE.SERVFAIL]: 'ESERVFAIL',
  [RCODE.NXDOMAIN]: 'ENOTFOUND',
  [RCODE.NOTIMP]: 'ENOTIMP',
  [RCODE.REFUSED]: 'EREFUSED',
}

/**
 * What the resolv.conf of this pod says. Where the program does not see one of its own, it is that of a pod which said nothing
 * about DNS: `search` is the pod's search list then. The machine's own file is never read.
 */
export function readSettings(search: string[], clusterDNS: string, env = process.env): ResolverSettings {
  const mounts = JSON.parse(env.KUBARIUM_MOUNTS ?? '[]') as [string, string][]
  const mounted = (path: string) => mounts.find(([inside]) => inside === path)?.[1]
  const isOwn = mounted(RESOLV_CONF) ?? (text('/etc/hosts').startsWith(OWN_HOSTS) ? RESOLV_CONF : undefined)
  if (isOwn !== undefined && existsSync(isOwn)) return readResolver(text(isOwn))
  return { servers: [clusterDNS], search, ndots: 5 }
}

/** Asks DNS servers over the cluster's network: its own through the gateway, others with datagrams, as far as they are reached. */
export class Resolver {
  readonly #parts: ResolverParts

  constructor(parts: ResolverParts) {
    this.#parts = parts
  }

  get settings(): ResolverSettings {
    return this.#parts.settings
  }

  /** The records of a full name. A server that is in trouble or does not answer leaves it to the next. */
  async query(name: string, type: string, servers: string[] = this.settings.servers): Promise<Answers> {
    let code = 'ECONNREFUSED'
    for (const server of servers) {
      const answers = await this.#ask(server, name, type)
      if (answers.code !== 'ESERVFAIL' && answers.code !== 'ETIMEOUT' && answers.code !== 'ECONNREFUSED') return answers
      code = answers.code
    }
    return { code, records: [] }
  }

  /** The addresses of a name as `getaddrinfo` finds them, with the search list; else why there are none. */
  async addresses(name: string, family: 4 | 6): Promise<{ addresses: string[]; code: string }> {
    let code = 'ENOTFOUND'
    const type = family === 6 ? 'AAAA' : 'A'
    for (const candidate of candidates(name, this.settings)) {
      const { records, code: failed } = await this.query(candidate, type)
      if (records.length) return { addresses: records.map(r => String(r.data)), code: '' }
      if (failed && !['ENOTFOUND', 'ENODATA', 'EREFUSED'].includes(failed)) code = 'EAI_AGAIN'
    }
    return { addresses: [], code }
  }

  async #ask(server: string, name: string, type: string): Promise<Answers> {
    const isCluster = this.#isCluster(server)
    try {
      const query = writeQuery(randomInt(0x10000), name, TYPE_NUMBERS[type]!)
      const packet = isCluster ? await this.#throughGateway(query) : await this.#directly(query, server)
      const reply = readReply(packet)
      if (!reply) return { code: 'EBADRESP', records: [] }
      const records = reply.answers.flatMap(record => {
        const [found, data] = [typeName(record.type), readData(packet, record)]
        return found && data !== undefined ? [{ name: record.name, type: found, ttl: record.ttl, data }] : []
      })
      const wanted = records.filter(r => type === 'ANY' || r.type === type)
      if (wanted.length) return { records: wanted }
      // For names that are not its own the cluster's DNS speaks for nobody: to a program there is no such name.
      if (isCluster && reply.rcode === RCODE.REFUSED) return { code: 'ENOTFOUND', records: [] }
      return { code: reply.rcode === RCODE.NOERROR ? 'ENODATA' : (CODES[reply.rcode] ?? 'EBADRESP'), records: [] }
    } catch (error) {
      if (error instanceof RangeError) return { code: 'ENOTFOUND', records: [] }
      const { message } = error as Error
      return { code: message.includes('does not answer') ? 'ETIMEOUT' : 'ECONNREFUSED', records: [] }
    }
  }

  #isCluster(server: string): boolean {
    const { clusterDNS, realDNS } = this.#parts
    return server === clusterDNS || server === `${clusterDNS}:53` || server === realDNS
  }

  async #throughGateway(query: Buffer): Promise<Buffer> {
    const { packet } = await this.#parts.control.request({ op: 'dns', packet: query.toString('base64') })
    return Buffer.from(packet ?? '', 'base64')
  }

  async #directly(query: Buffer, server: string): Promise<Buffer> {
    const [address = '', port = '53'] = server.split(':')
    if (!isIPv4(address)) throw new Error(`${server}: this cluster has IPv4 addresses only`)
    return exchange(query, { address, port: Number(port) }, expired => {
      const timer = setTimeout(expired, SERVER_MS)
      return { cancel: () => clearTimeout(timer) }
    })
  }
}

/** Whether a text is a server as `setServers` takes it: an address, with a port if need be. */
export function isServer(text: string): boolean {
  const bracketed = /^\[([^\]]+)\](?::\d+)?$/.exec(text)?.[1]
  return isIP(bracketed ?? text) !== 0 || (/^[\d.]+:\d+$/.test(text) && isIPv4(text.split(':')[0]!))
}

function text(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return '' // no file, nothing said
  }
}
