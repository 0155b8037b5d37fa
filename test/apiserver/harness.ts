import { Agent, request as httpsRequest } from 'node:https'
import { systemClock } from '../../engine/base/clock.ts'
import { createLogger, lineSink } from '../../engine/base/log.ts'
import type { Logger } from '../../engine/base/log.ts'
import { systemRandom } from '../../engine/base/random.ts'
import { startAPIServer } from '../../engine/apiserver/server.ts'
import type { APIServer, APIServerConfig } from '../../engine/apiserver/server.ts'
import type { Store } from '../../engine/store/kv.ts'
import { MemoryStore } from './memory-store.ts'
import { TestCA, tokenKeys } from './pki.ts'
import type { Identity } from './pki.ts'

/* eslint-disable @typescript-eslint/no-explicit-any -- answers of any kind */
export interface Answer {
  code: number
  headers: Record<string, string | string[] | undefined>
  text: string
  json: any
}

export interface Ask {
  method?: string
  body?: unknown
  headers?: Record<string, string | string[]>
  as?: Identity | 'anonymous'
  token?: string
}

export interface Cluster {
  ca: TestCA
  admin: Identity
  config: APIServerConfig
  store: Store
  server: APIServer
  ask(path: string, ask?: Ask): Promise<Answer>
  /** Reads the events of a watch until `until` is satisfied. */
  watch(path: string, until: (events: any[]) => boolean): Promise<any[]>
  startAnother(name: string): Promise<APIServer>
  close(): Promise<void>
}

export interface Parts {
  /** Default: one in memory. Whoever hands one in ends it. */
  store?: Store
  /** Default: errors, to standard error. */
  log?: Logger
}

/** An API server on a store, with clients that carry certificates. */
export async function startCluster(change: Partial<APIServerConfig> = {}, parts: Parts = {}): Promise<Cluster> {
  const ca = await TestCA.create()
  const [serving, admin, kubeletClient, keys] = await Promise.all([
    ca.issue('kube-apiserver'),
    ca.issue('admin', ['system:masters']),
    ca.issue('kube-apiserver-kubelet-client', ['system:masters']),
    tokenKeys(),
  ])
  const store = parts.store ?? new MemoryStore()
  const config: APIServerConfig = {
    name: 'master-1',
    listen: { host: '127.0.0.1', port: 0 },
    advertise: 'https://127.0.0.1:6443',
    advertiseAddress: '10.0.0.1',
    tls: serving,
    clientCA: ca.pem,
    serviceAccount: {
      issuer: 'https://kubernetes.default.svc.cluster.local',
      audiences: ['https://kubernetes.default.svc.cluster.local'],
      privateKey: keys.privateKey,
      publicKeys: [keys.publicKey],
    },
    serviceClusterIPRange: '10.96.0.0/16',
    nodePortRange: { from: 30000, to: 32767 },
    kubeletClient,
    encryption: { key: Buffer.alloc(32, 7).toString('base64') },
    ...change,
  }
  const log = parts.log ?? createLogger(lineSink(process.stderr), (process.env.TEST_LOG as 'info') ?? 'error')
  const deps = { store, clock: systemClock, random: systemRandom, log }
  const server = await startAPIServer(config, deps)
  const others: APIServer[] = []
  const agent = new Agent({ keepAlive: true })
  const begin = (path: string, { method = 'GET', body, headers = {}, as = admin, token }: Ask) => {
    const identity = as === 'anonymous' || token ? {} : as
    const payload =
      body === undefined ? undefined : typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body)
    const request = httpsRequest({
      ...{ host: '127.0.0.1', port: server.port, path, method, ca: ca.pem, agent, ...identity },
      headers: {
        'user-agent': 'test/1.0',
        ...(payload === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }),
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...headers,
      },
    })
    request.end(payload)
    return request
  }
  await server.ready
  return {
    ...{ ca, admin, config, store, server },
    ask: (path, ask = {}) =>
      new Promise((resolve, reject) => {
        const request = begin(path, ask)
        request.on('error', reject)
        request.on('response', response => {
          const chunks: Buffer[] = []
          response.on('data', chunk => chunks.push(chunk as Buffer))
          response.on('error', reject)
          response.on('end', () => {
            const text = Buffer.concat(chunks).toString()
            const isJSON = String(response.headers['content-type']).includes('json')
            resolve({
              code: response.statusCode!,
              headers: response.headers,
              text,
              json: isJSON && text ? JSON.parse(text) : undefined,
            })
          })
        })
      }),
    watch: (path, until) =>
      new Promise((resolve, reject) => {
        const events: any[] = []
        let rest = ''
        const request = begin(path, {})
        request.on('error', reject)
        request.on('response', response => {
          response.on('data', (chunk: Buffer) => {
            const lines = (rest + chunk.toString()).split('\n')
            rest = lines.pop()!
            for (const line of lines) events.push(JSON.parse(line))
            if (!until(events)) return
            request.destroy()
            resolve(events)
          })
          response.on('error', () => {})
          response.on('end', () => resolve(events))
        })
      }),
    async startAnother(name) {
      const other = await startAPIServer({ ...config, name, listen: { host: '127.0.0.1', port: 0 } }, deps)
      others.push(other)
      await other.ready
      return other
    },
    async close() {
      agent.destroy()
      for (const other of others) await other.close()
      await server.close()
      if (!parts.store) store.dispose()
    },
  }
}
