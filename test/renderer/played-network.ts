import type { IncomingMessage, ServerResponse } from 'node:http'
import type { EndpointSlice, Service } from '../../engine/api/types.ts'
import { pause, systemClock } from '../../engine/base/clock.ts'
import { seededRandom } from '../../engine/base/random.ts'
import type { ServiceTrial, TrialAnswer, WorkerRules } from '../../engine/lab/contract.ts'
import { trialOf } from '../../engine/lab/trials/trial.ts'
import { renderRules } from '../../engine/network/rules/render.ts'
import { Balancer } from '../../engine/network/services/balancer.ts'
import { ServiceTable } from '../../engine/network/services/service-table.ts'
import type { Cluster } from '../apiserver/harness.ts'

const random = seededRandom(7)
const balancer = new Balancer('iptables', systemClock, random)
const ANSWER_MS = 12

async function tableOf(cluster: Cluster, worker: string): Promise<ServiceTable> {
  const list = async <T>(path: string) => ((await cluster.ask(path)).json as { items: T[] }).items
  const table = new ServiceTable(worker)
  for (const service of await list<Service>('/api/v1/services')) table.setService(service)
  for (const slice of await list<EndpointSlice>('/apis/discovery.k8s.io/v1/endpointslices')) table.setSlice(slice)
  return table
}

/** What the proxy of a worker would program for the Services of the sample. */
export async function playRules(cluster: Cluster, path: string, query: URLSearchParams): Promise<WorkerRules> {
  const table = await tableOf(cluster, decodeURIComponent(path.split('/')[4]!))
  const entries = table.entries().filter(e => `${e.namespace}/${e.name}` === query.get('service'))
  const context = {
    proxyMode: 'iptables',
    ipvsScheduler: 'rr',
    address: '10.0.0.13',
    podCIDR: '10.244.0.0/16',
  } as const
  const load = () => ({ active: 0, inactive: 0 })
  const { body } = renderRules(null, entries, { ...context, proxyPort: 3128, load })
  return { mode: 'iptables', scheduler: 'rr', text: body }
}

/** Requests that are decided as the real proxy decides, and answered by nobody. */
export async function playTrial(cluster: Cluster, request: IncomingMessage, response: ServerResponse): Promise<void> {
  let body = ''
  for await (const chunk of request) body += String(chunk)
  const trial = trialOf(JSON.parse(body))
  const [, , , , namespace, name, port] = new URL(request.url!, 'http://lab').pathname.split('/')
  const entry = (await tableOf(cluster, trial.from.worker ?? 'worker-1'))
    .entries()
    .find(e => e.namespace === namespace && e.name === name && e.port === Number(port))
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  response.writeHead(200, { 'content-type': 'application/x-ndjson' })
  let kept: string | undefined
  for (let number = 1; number <= trial.count && !gone.signal.aborted; number++) {
    await pause(systemClock, ANSWER_MS + trial.intervalMs, gone.signal)
    const [chosen] = entry ? balancer.choose(entry, entry.cluster, '127.0.0.1') : []
    const endpoint = kept ?? (chosen && `${chosen.ip}:${chosen.port}`)
    const worker = trial.from.worker ?? `worker-${(number % 3) + 1}`
    response.write(JSON.stringify(played(trial, number, worker, endpoint, kept !== undefined)) + '\n')
    if (trial.reuse) kept = endpoint
  }
  response.end()
}

function played(
  trial: ServiceTrial,
  number: number,
  worker: string,
  endpoint: string | undefined,
  reused: boolean,
): TrialAnswer {
  const common = { number, worker, reused, ms: 15 + ((number * 37) % 60) / 10 }
  if (!endpoint)
    return { ...common, error: { code: 'ECONNREFUSED', message: 'the Service has no endpoint that is ready' } }
  if (trial.scheme === 'tcp') return { ...common, endpoint, bytes: 0, excerpt: '' }
  if (number % 17 === 0) return { ...common, endpoint, status: 503, bytes: 9, excerpt: 'try again' }
  return {
    ...common,
    endpoint,
    status: 200,
    bytes: 42,
    excerpt: `Hello from ${endpoint}, ${trial.method} ${trial.path}`,
  }
}
