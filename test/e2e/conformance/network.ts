import { expect } from 'vitest'
import type { KubeObject } from '../../../engine/api/object.ts'
import type { EndpointSlice, Service } from '../../../engine/api/types.ts'
import { ENDPOINT_SLICES, SERVICES } from '../../../engine/client/resources.ts'
import type { Resource } from '../../../engine/client/resource-client.ts'
import { eventually } from '../lab.ts'
import { AGNHOST, type Space } from './cluster.ts'

export const SERVICE_KIND = SERVICES as Resource<Service>
export const SLICE_KIND = ENDPOINT_SLICES as Resource<EndpointSlice>

/** Waits until a question has this answer; the error shows the last one. */
export async function becomes<T>(ask: () => Promise<T>, wanted: T): Promise<void> {
  let last: unknown
  await eventually(async () => {
    last = await ask().catch((error: unknown) => (error as Error).message)
    return JSON.stringify(last) === JSON.stringify(wanted)
  }).catch(() => expect(last).toEqual(wanted))
}

/** A pod in which `inPod` runs its programs. */
export async function client(space: Space, more: object = {}): Promise<void> {
  await space.pod('client', {
    spec: { ...more, containers: [{ image: 'node', command: ['node', '-e', 'setInterval(() => {}, 1e6)'] }] },
  })
  await space.running('client')
}

/** What a program prints that the client pod runs, as JSON; `await` may be used in it. */
export async function inPod<T>(space: Space, program: string): Promise<T> {
  const { code, stdout, stderr } = await space.exec('client', ['node', '--input-type=module', '-e', program])
  if (code !== 0) throw new Error(stderr || `ended with ${code}`)
  return JSON.parse(stdout) as T
}

/** Asks a URL so often over new connections; gives the answers, or error codes. */
export function ask(space: Space, url: string, times = 1): Promise<string[]> {
  return inPod(
    space,
    `import { get } from 'node:http'
     const one = () => new Promise(resolve => get('${url}', { agent: false, timeout: 5000 }, response => {
       let text = ''
       response.on('data', chunk => (text += chunk)).on('end', () => resolve(text))
     }).on('error', error => resolve(error.code)))
     const all = []
     for (let i = 0; i < ${times}; i++) all.push(await one())
     console.log(JSON.stringify(all))`,
  )
}

/** Sends a datagram; gives the answer, or "timeout". */
export function askUdp(space: Space, host: string, port: number): Promise<string> {
  return inPod(
    space,
    `import { createSocket } from 'node:dgram'
     const socket = createSocket('udp4')
     const answer = await new Promise(resolve => {
       socket.once('message', message => resolve(String(message))).once('error', error => resolve(error.code))
       socket.send('hostname', ${port}, '${host}', error => error && resolve(error.code))
       setTimeout(() => resolve('timeout'), 1000)
     })
     console.log(JSON.stringify(answer))
     process.exit()`,
  )
}

/** What Node's `dns.promises` answers, sorted; or the code of the error. */
export function resolves(space: Space, call: string): Promise<unknown> {
  return inPod(
    space,
    `import dns from 'node:dns/promises'
     const answer = await dns.${call}.catch(error => error.code)
     console.log(JSON.stringify(Array.isArray(answer) ? answer.sort() : answer))`,
  )
}

export function service(space: Space, name: string, spec: object): Promise<Service> {
  return space.create(SERVICE_KIND, name, { spec })
}

/** A server that tells its name, by HTTP on 8080 and by datagram on 8081. Gives its address once it is ready. */
export async function server(space: Space, name: string, more: object = {}): Promise<string> {
  const readinessProbe = { httpGet: { path: '/healthz', port: 8080 }, periodSeconds: 1 }
  const args = ['netexec', '--http-port=8080', '--udp-port=8081']
  const ports = [{ containerPort: 8080 }, { containerPort: 8081, protocol: 'UDP' }]
  await space.pod(name, {
    metadata: { labels: { app: 'server', name } },
    spec: { ...more, containers: [{ image: AGNHOST, args, ports, readinessProbe }] },
  })
  return (await space.running(name)).status!.podIP!
}

/** The addresses in a Service's slices, sorted; only those of ready endpoints. */
export async function endpoints(space: Space, name: string, namespace = space.name): Promise<string[]> {
  const selector = { labelSelector: `kubernetes.io/service-name=${name}` }
  const { items } = await space.of(SLICE_KIND).list(namespace, selector)
  const ready = items.flatMap(slice => slice.endpoints ?? []).filter(e => e.conditions?.ready !== false)
  return ready.flatMap(e => e.addresses ?? []).sort()
}

/** Addresses and ports in an Endpoints object, sorted; undefined if there is none. */
export async function legacyEndpoints(space: Space, name: string, namespace = space.name): Promise<string[]> {
  const { subsets = [] } = await space.rest.request<KubeObject & { subsets?: Subset[] }>(
    'GET',
    `/api/v1/namespaces/${namespace}/endpoints/${name}`,
  )
  return subsets.flatMap(s => (s.addresses ?? []).flatMap(a => (s.ports ?? []).map(p => `${a.ip}:${p.port}`))).sort()
}

interface Subset {
  addresses?: { ip: string }[]
  ports?: { port: number }[]
}
