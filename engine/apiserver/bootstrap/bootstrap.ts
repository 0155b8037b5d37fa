import { sleep } from '../../base/clock.ts'
import { ApiError } from '../../api/status.ts'
import type { KubeObject } from '../../api/object.ts'
import type { Backend } from '../backend.ts'
import type { Resource } from '../registry/resources.ts'
import type { WriteCall } from '../registry/registry.ts'
import { objectKey } from '../storage/keys.ts'
import { firstAddress, parseRange } from '../registry/addresses.ts'
import { publishEndpoint } from './endpoints.ts'
import { keepNodePorts } from './node-ports.ts'
import { ensureServiceCIDR, keepServiceCIDR } from './service-cidr.ts'

const RETRY_MS = 200

const CALL: WriteCall = {
  user: { name: 'system:apiserver', groups: ['system:masters', 'system:authenticated'] },
  warnings: [],
  dryRun: false,
  fieldManager: 'kube-apiserver',
}

/**
 * Creates what every cluster has: system namespaces, roles, priority classes, the kubernetes Service. Any number of API
 * servers may do it at the same time; what is there already is left alone. Retries until the store takes it.
 */
export function bootstrap(
  backend: Backend,
  port: number,
  signal: AbortSignal,
): { ready: Promise<void>; stopped: Promise<void> } {
  const ready = (async () => {
    for (;;) {
      try {
        await createAll(backend, port)
        return
      } catch (error) {
        if (signal.aborted) throw signal.reason
        backend.log.info('the bootstrap objects cannot be created yet', {
          error: error instanceof Error ? error.message : error,
        })
        await sleep(backend.clock, RETRY_MS, signal)
      }
    }
  })()
  ready.catch(() => {}) // whoever waits for it hears of it; nobody has to
  const stopped = ready
    .then(() =>
      Promise.all([
        publishEndpoint(backend, port, signal),
        keepServiceCIDR(backend, CALL, signal),
        keepNodePorts(backend, signal),
      ]),
    )
    .then(() => undefined)
    .catch(error => {
      if (!signal.aborted) backend.log.error('the kubernetes Service is no longer kept up to date', { error })
    })
  return { ready, stopped }
}

async function createAll(backend: Backend, port: number): Promise<void> {
  const { resources } = backend
  const core = (name: string) => resources.must('', 'v1', name)
  await Promise.all(
    ['default', 'kube-system', 'kube-public', 'kube-node-lease'].map(name =>
      ensure(backend, core('namespaces'), '', object('v1', 'Namespace', name, {})),
    ),
  )
  const { bootstrapRBAC } = await import('./rbac.ts')
  const rbac = bootstrapRBAC().map(({ resource, object: body }) =>
    ensure(backend, resources.must('rbac.authorization.k8s.io', 'v1', resource), body.metadata.namespace ?? '', body),
  )
  const priorities = [
    [
      'system-cluster-critical',
      2_000_000_000,
      'Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.',
    ],
    [
      'system-node-critical',
      2_000_001_000,
      'Used for system critical pods that must not be moved from their current node.',
    ],
  ].map(([name, value, description]) =>
    ensure(
      backend,
      resources.must('scheduling.k8s.io', 'v1', 'priorityclasses'),
      '',
      object('scheduling.k8s.io/v1', 'PriorityClass', name as string, { value, description }),
    ),
  )
  const range = parseRange(backend.config.serviceClusterIPRange)
  const service = object('v1', 'Service', 'kubernetes', {
    spec: {
      type: 'ClusterIP',
      clusterIP: firstAddress(range),
      clusterIPs: [firstAddress(range)],
      ports: [{ name: 'https', protocol: 'TCP', port: 443, targetPort: port }],
      sessionAffinity: 'None',
    },
  })
  service.metadata.labels = { component: 'apiserver', provider: 'kubernetes' }
  await Promise.all([
    ...rbac,
    ...priorities,
    ensureServiceCIDR(backend, CALL),
    ensure(backend, core('services'), 'default', service),
  ])
}

function object(apiVersion: string, kind: string, name: string, body: object): KubeObject {
  return { apiVersion, kind, metadata: { name }, ...body }
}

/** Creates an object unless it is there. */
async function ensure(backend: Backend, resource: Resource, namespace: string, body: KubeObject): Promise<void> {
  const cache = await backend.feed.cache(resource.prefix)
  if (cache.get(objectKey(resource.strategy, namespace, body.metadata.name!))) return
  try {
    await backend.registry.create(resource, namespace, body, CALL)
  } catch (error) {
    if (error instanceof ApiError && (error.reason === 'AlreadyExists' || isTaken(error))) return
    throw error
  }
}

/** Another API server has created the Service first, and with it taken its address. */
function isTaken(error: ApiError): boolean {
  return error.code === 422 && error.message.includes('provided IP is already allocated')
}
