import { Agent, request as httpsRequest } from 'node:https'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createLogger } from '../../engine/base/log.ts'
import type { LogRecord } from '../../engine/base/log.ts'
import { intBelow, seededRandom } from '../../engine/base/random.ts'
import type { Random } from '../../engine/base/random.ts'
import { scheme } from '../../engine/api/scheme.ts'
import { encodeBody } from '../api/protobuf-encoding.ts'
import { startCluster } from './harness.ts'
import type { Cluster } from './harness.ts'

/** How many requests; FUZZ_REQUESTS=200000 for the long run, FUZZ_SEED to replay one. */
const REQUESTS = Number(process.env.FUZZ_REQUESTS ?? 4000)
const SEED = Number(process.env.FUZZ_SEED ?? Date.now() % 1e6)
const CONCURRENT = 16

interface Sent {
  method: string
  path: string
  headers: Record<string, string>
  body: Buffer | undefined
}

/** Growth beyond this, from a quarter of the way to the end, is a leak. */
const MAX_GROWTH_BYTES = 48 << 20

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

let cluster: Cluster
/** What the server itself calls unexpected, by the request's audit ID. */
const faults = new Map<unknown, LogRecord>()
beforeAll(async () => {
  const log = createLogger(record => void faults.set(record.auditID, record), 'error')
  cluster = await startCluster({}, { log })
})
afterAll(() => cluster.close())

const meta = { name: 'x', labels: { app: 'x' } }
const template = {
  metadata: { labels: { app: 'x' } },
  spec: { containers: [{ name: 'c', image: 'pause', ports: [{ containerPort: 80 }] }] },
}
const BODIES: Record<string, [string, string, string, object]> = {
  '/api/v1/namespaces/default/pods': ['', 'v1', 'Pod', { metadata: meta, spec: template.spec }],
  '/api/v1/namespaces/default/services': [
    '',
    'v1',
    'Service',
    { metadata: meta, spec: { selector: { app: 'x' }, ports: [{ port: 80 }] } },
  ],
  '/api/v1/namespaces/default/configmaps': ['', 'v1', 'ConfigMap', { metadata: meta, data: { a: 'b' } }],
  '/api/v1/namespaces/default/secrets': [
    '',
    'v1',
    'Secret',
    { metadata: meta, stringData: { a: 'b' }, type: 'Opaque' },
  ],
  '/api/v1/nodes': ['', 'v1', 'Node', { metadata: meta, status: { capacity: { cpu: '2', memory: '1Gi' } } }],
  '/api/v1/namespaces/default/resourcequotas': [
    '',
    'v1',
    'ResourceQuota',
    { metadata: meta, spec: { hard: { pods: '1' } } },
  ],
  '/api/v1/namespaces/default/limitranges': [
    '',
    'v1',
    'LimitRange',
    { metadata: meta, spec: { limits: [{ type: 'Container', max: { cpu: '1' } }] } },
  ],
  '/api/v1/persistentvolumes': [
    '',
    'v1',
    'PersistentVolume',
    {
      metadata: meta,
      spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/x' } },
    },
  ],
  '/api/v1/namespaces/default/events': [
    '',
    'v1',
    'Event',
    { metadata: meta, involvedObject: { kind: 'Pod', namespace: 'default', name: 'x' }, reason: 'R', message: 'm' },
  ],
  '/apis/apps/v1/namespaces/default/deployments': [
    'apps',
    'v1',
    'Deployment',
    { metadata: meta, spec: { replicas: 1, selector: { matchLabels: { app: 'x' } }, template } },
  ],
  '/apis/apps/v1/namespaces/default/statefulsets': [
    'apps',
    'v1',
    'StatefulSet',
    { metadata: meta, spec: { serviceName: 'x', selector: { matchLabels: { app: 'x' } }, template } },
  ],
  '/apis/batch/v1/namespaces/default/jobs': [
    'batch',
    'v1',
    'Job',
    { metadata: meta, spec: { template: { spec: { ...template.spec, restartPolicy: 'Never' } } } },
  ],
  '/apis/batch/v1/namespaces/default/cronjobs': [
    'batch',
    'v1',
    'CronJob',
    {
      metadata: meta,
      spec: {
        schedule: '* * * * *',
        jobTemplate: { spec: { template: { spec: { ...template.spec, restartPolicy: 'Never' } } } },
      },
    },
  ],
  '/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers': [
    'autoscaling',
    'v2',
    'HorizontalPodAutoscaler',
    {
      metadata: meta,
      spec: { maxReplicas: 3, scaleTargetRef: { kind: 'Deployment', name: 'x', apiVersion: 'apps/v1' } },
    },
  ],
  '/apis/networking.k8s.io/v1/namespaces/default/ingresses': [
    'networking.k8s.io',
    'v1',
    'Ingress',
    { metadata: meta, spec: { defaultBackend: { service: { name: 'x', port: { number: 80 } } } } },
  ],
  '/apis/networking.k8s.io/v1/namespaces/default/networkpolicies': [
    'networking.k8s.io',
    'v1',
    'NetworkPolicy',
    { metadata: meta, spec: { podSelector: {}, policyTypes: ['Ingress'] } },
  ],
  '/apis/rbac.authorization.k8s.io/v1/clusterroles': [
    'rbac.authorization.k8s.io',
    'v1',
    'ClusterRole',
    { metadata: meta, rules: [{ verbs: ['get'], apiGroups: [''], resources: ['pods'] }] },
  ],
  '/apis/policy/v1/namespaces/default/poddisruptionbudgets': [
    'policy',
    'v1',
    'PodDisruptionBudget',
    { metadata: meta, spec: { minAvailable: 1, selector: { matchLabels: { app: 'x' } } } },
  ],
  '/apis/storage.k8s.io/v1/storageclasses': [
    'storage.k8s.io',
    'v1',
    'StorageClass',
    { metadata: meta, provisioner: 'p' },
  ],
  '/apis/apiextensions.k8s.io/v1/customresourcedefinitions': [
    'apiextensions.k8s.io',
    'v1',
    'CustomResourceDefinition',
    {
      metadata: { name: 'as.b.c' },
      spec: {
        group: 'b.c',
        scope: 'Namespaced',
        names: { plural: 'as', kind: 'A' },
        versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
      },
    },
  ],
  '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations': [
    'admissionregistration.k8s.io',
    'v1',
    'ValidatingWebhookConfiguration',
    { metadata: meta, webhooks: [] },
  ],
  '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews': [
    'authorization.k8s.io',
    'v1',
    'SelfSubjectAccessReview',
    { spec: { resourceAttributes: { verb: 'get', resource: 'pods' } } },
  ],
}
const SUBRESOURCES = [
  'status',
  'scale',
  'binding',
  'eviction',
  'ephemeralcontainers',
  'resize',
  'token',
  'log',
  'exec',
  'attach',
  'portforward',
  'proxy',
  'approval',
  'finalize',
  'nope',
]
const QUERIES = [
  'limit',
  'continue',
  'resourceVersion',
  'resourceVersionMatch',
  'labelSelector',
  'fieldSelector',
  'dryRun',
  'fieldManager',
  'fieldValidation',
  'force',
  'pretty',
  'timeoutSeconds',
  'timeout',
  'propagationPolicy',
  'gracePeriodSeconds',
  'container',
  'tailLines',
  'includeObject',
]
const JUNK = [
  '',
  '0',
  '1',
  '-1',
  '99999999999999999999',
  '1e400',
  'true',
  'null',
  'All',
  'a=b',
  'a in (b,c)',
  '!a',
  '=',
  'a==b,c!=d',
  '(((',
  '\u0000',
  '%',
  '%zz',
  '../..',
  'ü한😀',
  "'; --",
  '{"a":1}',
  'x'.repeat(300),
  'NotOlderThan',
  'Exact',
  'Foreground',
  'eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MSwic3RhcnQiOiJ4In0',
]
const TYPES = [
  'application/json',
  'application/yaml',
  'application/vnd.kubernetes.protobuf',
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
  'application/apply-patch+yaml',
  'application/cbor',
  'text/plain',
  '',
  'application/json; charset=utf-8',
  ';;;',
  'x'.repeat(500),
]
const ACCEPTS = [
  'application/json',
  '*/*',
  'application/yaml',
  'application/json;as=Table;v=v1;g=meta.k8s.io',
  'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io',
  'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io',
  'application/vnd.kubernetes.protobuf',
  'text/html',
  'application/json;as=Nope',
  ',,;q=',
  '',
]
const STRANGE: unknown[] = [
  null,
  true,
  -1,
  0,
  1e308,
  2 ** 53 + 2,
  0.5,
  '',
  'x'.repeat(5000),
  [],
  {},
  [null],
  [[]],
  { '': '' },
  '\u0000',
  '$patch',
  [{ name: 'a' }, { name: 'a' }],
  { $patch: 'replace' },
  { $patch: 'nope' },
]

/** Random requests that begin as good ones. */
class Fuzzer {
  readonly #random: Random
  constructor(random: Random) {
    this.#random = random
  }

  request(): Sent {
    const collection = this.#pick(Object.keys(BODIES))
    const [group, version, kind, rest] = BODIES[collection]!
    const apiVersion = group ? `${group}/${version}` : version
    const object = { apiVersion, kind, ...structuredClone(rest) }
    let path = collection
    let method = this.#pick(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'PATCH', 'POST', 'PUT'])
    if (method !== 'POST' || this.#chance(0.1)) path += `/${this.#pick(['x', 'x', 'x', 'missing', 'as.b.c'])}`
    if (this.#chance(0.15)) path += `/${this.#pick(SUBRESOURCES)}`
    let type = method === 'PATCH' ? this.#pick(TYPES.slice(3, 7)) : this.#pick(TYPES.slice(0, 3))
    let value: unknown = object
    if (type === 'application/json-patch+json') value = this.#jsonPatch()
    if (method === 'GET' || (method === 'DELETE' && this.#chance(0.5))) value = undefined
    if (method === 'DELETE' && value)
      value = { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy: 'Background', preconditions: { uid: 'x' } }
    for (let n = intBelow(this.#random, 4); n > 0 && value !== undefined; n--) value = this.#mutate(value, 0)
    let body = value === undefined ? undefined : this.#encode(value, type, scheme.schemaOf(group, version, kind))
    if (body && this.#chance(0.25)) body = this.#damage(body)
    if (this.#chance(0.1)) type = this.#pick(TYPES)
    if (this.#chance(0.03)) method = this.#pick(['HEAD', 'OPTIONS', 'TRACE', 'PROPFIND'])
    if (this.#chance(0.15)) path = this.#damagePath(path)
    const query = Array.from(
      { length: this.#chance(0.4) ? 1 + intBelow(this.#random, 3) : 0 },
      () => `${this.#pick(QUERIES)}=${encodeURIComponent(this.#pick(JUNK))}`,
    )
    const headers: Record<string, string> = {
      'user-agent': this.#chance(0.05) ? 'ü/'.repeat(50).replaceAll('ü', 'u') : 'fuzz/1',
    }
    if (body) Object.assign(headers, { 'content-type': type, 'content-length': String(body.length) })
    if (this.#chance(0.2)) headers.accept = this.#pick(ACCEPTS)
    if (this.#chance(0.05)) headers['impersonate-user'] = this.#pick(['ann', 'system:serviceaccount:default:x', ' '])
    if (this.#chance(0.03)) headers['impersonate-group'] = 'g'
    if (this.#chance(0.03)) headers['accept-encoding'] = 'gzip'
    return { method, path: query.length ? `${path}?${query.join('&')}` : path, headers, body }
  }

  #pick<T>(list: readonly T[]): T {
    return list[intBelow(this.#random, list.length)]!
  }

  #chance(p: number): boolean {
    return this.#random.next() < p
  }

  /** The value with something else at a random place. */
  #mutate(value: unknown, depth: number): unknown {
    if (typeof value !== 'object' || value === null || this.#chance(0.15) || depth > 8)
      return this.#chance(0.05) ? this.#deep() : this.#pick(STRANGE)
    if (Array.isArray(value)) {
      if (value.length === 0 || this.#chance(0.2)) return [...(value as unknown[]), this.#pick(STRANGE)]
      const at = intBelow(this.#random, value.length)
      return value.map((item, i) => (i === at ? this.#mutate(item, depth + 1) : (item as unknown)))
    }
    const keys = Object.keys(value)
    const copy = { ...value } as Record<string, unknown>
    if (keys.length === 0 || this.#chance(0.2)) {
      const key = this.#pick([
        '__proto__',
        'constructor',
        'x',
        'spec',
        'status',
        'metadata',
        'managedFields',
        'name',
        'finalizers',
        'ownerReferences',
        'annotations',
        '',
        'a'.repeat(400),
      ])
      Object.defineProperty(copy, key, {
        value: this.#pick(STRANGE),
        enumerable: true,
        configurable: true,
        writable: true,
      })
      return copy
    }
    const key = this.#pick(keys)
    copy[key] = this.#mutate(copy[key], depth + 1)
    return copy
  }

  #deep(): unknown {
    let value: unknown = 1
    for (let i = 0; i < 2000; i++) value = i % 2 ? [value] : { a: value }
    return value
  }

  #jsonPatch(): unknown {
    const path = () =>
      this.#pick([
        '',
        '/spec',
        '/metadata/labels/app',
        '/metadata/name',
        '/spec/containers/0',
        '/spec/ports/-',
        '/data/a',
        '/a/b',
        '/status',
        'x',
      ])
    return Array.from({ length: 1 + intBelow(this.#random, 3) }, () => ({
      op: this.#pick(['add', 'remove', 'replace', 'move', 'copy', 'test', 'nope']),
      path: path(),
      from: path(),
      value: this.#pick(STRANGE),
    }))
  }

  #encode(value: unknown, type: string, schema: Parameters<typeof encodeBody>[0] | undefined): Buffer {
    if (type === 'application/vnd.kubernetes.protobuf' && schema) {
      try {
        return encodeBody(schema, value as never)
      } catch {
        return Buffer.concat([Buffer.from('k8s\0'), Buffer.from(JSON.stringify(value) ?? '')]) // no message of the type holds it
      }
    }
    return Buffer.from(JSON.stringify(value))
  }

  #damage(body: Buffer): Buffer {
    const copy = Buffer.from(body)
    switch (intBelow(this.#random, 4)) {
      case 0:
        return copy.subarray(0, intBelow(this.#random, copy.length + 1))
      case 1:
        for (let i = 0; i < 3 && copy.length; i++)
          copy[intBelow(this.#random, copy.length)] = intBelow(this.#random, 256)
        return copy
      case 2:
        return Buffer.concat([copy, copy])
      default:
        return Buffer.from(Array.from({ length: intBelow(this.#random, 200) }, () => intBelow(this.#random, 256)))
    }
  }

  #damagePath(path: string): string {
    const parts = path.split('/')
    const at = 1 + intBelow(this.#random, parts.length - 1)
    parts[at] = encodeURI(
      this.#pick([
        '',
        '.',
        '..',
        'watch',
        'namespaces',
        'nope',
        'v1',
        'x'.repeat(2000),
        'ü',
        'a b',
        '%2F',
        '%',
        'x:y',
        '-',
      ]),
    ).replaceAll('#', '%23')
    return parts.join('/')
  }
}

it(
  'refuses mutated requests with a Status, without a fault of its own, and does not grow',
  { timeout: 3_600_000 },
  async () => {
    const fuzzer = new Fuzzer(seededRandom(SEED))
    const agent = new Agent({ keepAlive: true, maxSockets: CONCURRENT })
    const codes = new Map<number, number>()
    /** One example of each thing that is wrong. */
    const wrong = new Map<string, string>()
    const note = ({ method, path, headers, body }: Sent, what: string) => {
      const shown = [what, `${method} ${path}`, JSON.stringify(headers), body?.toString('latin1') ?? '']
      wrong.set(what.slice(0, 200), shown.map(line => line.slice(0, 500)).join('\n  '))
    }
    let left = REQUESTS
    let settled = 0
    const heap = () => {
      collectGarbage()
      return process.memoryUsage().heapUsed
    }
    let early = 0
    await Promise.all(
      Array.from({ length: CONCURRENT }, async () => {
        while (left-- > 0) {
          const sent = fuzzer.request()
          const answer = await send(agent, sent)
          codes.set(answer.code, (codes.get(answer.code) ?? 0) + 1)
          const fault = faults.get(answer.auditID)
          for (const key in {}) {
            note(sent, `wrote ${JSON.stringify(key)} to what all objects inherit, this or one beside it`)
            Reflect.deleteProperty(Object.prototype, key)
          }
          if (fault) note(sent, String(fault.error))
          if (answer.code === 0) note(sent, `no answer: ${answer.text}`)
          else if (answer.code >= 400 && sent.method !== 'HEAD' && !isRefusal(answer))
            note(sent, `${answer.code} is no Status: ${answer.text.slice(0, 200)}`)
          if (++settled === Math.floor(REQUESTS / 4)) early = heap()
        }
      }),
    )
    agent.destroy()
    const late = heap()
    console.log(
      `seed ${SEED}, ${REQUESTS} requests:`,
      Object.fromEntries([...codes].sort((a, b) => a[0] - b[0])),
      `heap ${(early / 2 ** 20).toFixed(0)} -> ${(late / 2 ** 20).toFixed(0)} MiB`,
    )
    expect([...wrong.values()].join('\n\n'), `replay with FUZZ_SEED=${SEED}`).toBe('')
    expect(late - early).toBeLessThan(MAX_GROWTH_BYTES)
    // It answers as before.
    expect((await cluster.ask('/api/v1/namespaces/default')).code).toBe(200)
  },
)

/** A Status; in plain text where Kubernetes answers so too: paths that are none, and what the HTTP layer refuses. */
function isRefusal({ code, text, type }: Received): boolean {
  if (type.includes('json')) return (JSON.parse(text) as { kind?: string }).kind === 'Status'
  if (type.includes('yaml')) return /^kind: Status$/m.test(text)
  return code === 404 || code === 400 || code === 414 || code === 431
}

interface Received {
  code: number
  text: string
  type: string
  auditID?: unknown
}

function send(agent: Agent, { method, path, headers, body }: Sent): Promise<Received> {
  return new Promise(resolve => {
    const request = httpsRequest(
      {
        host: '127.0.0.1',
        port: cluster.server.port,
        agent,
        method,
        path,
        headers,
        ca: cluster.ca.pem,
        ...cluster.admin,
      },
      response => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => void chunks.push(chunk))
        const done = () =>
          resolve({
            code: response.statusCode!,
            text: Buffer.concat(chunks).toString(),
            type: String(response.headers['content-type'] ?? ''),
            auditID: response.headers['audit-id'],
          })
        response.on('end', done)
        response.on('error', done)
      },
    )
    request.on('error', error => resolve({ code: 0, text: error.message, type: '' }))
    request.setTimeout(30_000, () => request.destroy(new Error('no answer within 30 s')))
    request.end(body)
  })
}
