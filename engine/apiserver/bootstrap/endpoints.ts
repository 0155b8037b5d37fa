import { sleep } from '../../base/clock.ts'
import type { KubeObject } from '../../api/object.ts'
import type { Backend } from '../backend.ts'
import type { WriteCall } from '../registry/registry.ts'
import { deepEqual } from '../../api/equality.ts'

const PERIOD_MS = 10_000
const LEASE_SECONDS = 30
const LEASES = '/registry/masterleases/'

const CALL: WriteCall = {
  user: { name: 'system:apiserver', groups: ['system:masters', 'system:authenticated'] },
  warnings: [],
  dryRun: false,
  fieldManager: 'kube-apiserver',
}

interface Member {
  address: string
  port: number
}

/**
 * Keeps this server among the endpoints of the kubernetes Service. Each server renews a key with a lease in the store;
 * the endpoints are those whose key is there, so a server that was killed drops out when its lease ends.
 */
export async function publishEndpoint(backend: Backend, port: number, signal: AbortSignal): Promise<void> {
  const key = Buffer.from(LEASES + backend.config.name)
  const own: Member = { address: backend.config.advertiseAddress, port }
  let lease = 0
  for (;;) {
    try {
      lease = await renew(backend, key, own, lease)
      await reconcile(backend)
    } catch (error) {
      if (signal.aborted) break
      backend.log.info('the endpoints of the kubernetes Service cannot be renewed yet', {
        error: error instanceof Error ? error.message : error,
      })
    }
    const awake = await sleep(backend.clock, PERIOD_MS, signal).then(
      () => true,
      () => false,
    )
    if (!awake) break
  }
  if (lease > 0) {
    // A server that stops in order leaves at once; if the store is gone already, the lease ends by itself.
    await backend.store
      .leaseRevoke(lease)
      .catch(error => backend.log.debug('the lease was not revoked', { error: String(error) }))
  }
}

async function renew(backend: Backend, key: Uint8Array, own: Member, lease: number): Promise<number> {
  if (lease > 0) {
    const left = await backend.store.leaseKeepAlive(lease).catch(() => 0) // an unknown lease: get another
    if (left > 0) return lease
  }
  const fresh = await backend.store.leaseGrant(LEASE_SECONDS)
  await backend.store.txn({
    compare: [],
    success: [{ type: 'put', key, value: Buffer.from(JSON.stringify(own)), lease: fresh }],
    failure: [],
  })
  return fresh
}

async function reconcile(backend: Backend): Promise<void> {
  const { kvs } = await backend.store.range({
    key: Buffer.from(LEASES),
    rangeEnd: Buffer.from(LEASES.slice(0, -1) + '0'),
  })
  const members = kvs.map(kv => JSON.parse(Buffer.from(kv.value).toString()) as Member)
  if (members.length === 0) return
  // Servers on one machine share the address and differ in the port: a subset for each port.
  const byPort = new Map<number, Set<string>>()
  for (const member of members) byPort.set(member.port, (byPort.get(member.port) ?? new Set()).add(member.address))
  const groups = [...byPort]
    .sort((a, b) => a[0] - b[0])
    .map(([port, addresses]) => ({ port, addresses: [...addresses].sort() }))
  await put(backend, '', 'endpoints', {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: { name: 'kubernetes', labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } },
    subsets: groups.map(group => ({
      addresses: group.addresses.map(ip => ({ ip })),
      ports: [{ name: 'https', port: group.port, protocol: 'TCP' }],
    })),
  })
  for (const [i, group] of groups.entries())
    await put(backend, 'discovery.k8s.io', 'endpointslices', {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: {
        name: i === 0 ? 'kubernetes' : `kubernetes-${i}`,
        labels: { 'kubernetes.io/service-name': 'kubernetes' },
      },
      addressType: 'IPv4',
      endpoints: group.addresses.map(address => ({ addresses: [address], conditions: { ready: true } })),
      ports: [{ name: 'https', port: group.port, protocol: 'TCP' }],
    })
  await prune(backend, groups.length)
}

async function put(backend: Backend, group: string, name: string, object: KubeObject): Promise<void> {
  const resource = backend.resources.must(group, 'v1', name)
  await backend.registry.update(
    resource,
    {
      namespace: 'default',
      name: object.metadata.name!,
      subresource: '',
      create: true,
      transform: current => {
        if (!current) return structuredClone(object)
        const { metadata: _m, ...wanted } = object
        const same = Object.entries(wanted).every(([field, value]) => deepEqual(current[field], value))
        return same ? current : { ...current, ...structuredClone(wanted) }
      },
    },
    CALL,
  )
}

/** Takes away slices of servers that are gone. */
async function prune(backend: Backend, count: number): Promise<void> {
  const resource = backend.resources.must('discovery.k8s.io', 'v1', 'endpointslices')
  const cache = await backend.feed.cache(resource.prefix)
  for (const stored of [...cache.values(`${resource.prefix}default/`)]) {
    const match = /^kubernetes-(\d+)$/.exec(stored.object.metadata.name!)
    if (
      match &&
      Number(match[1]) >= count &&
      stored.object.metadata.labels?.['kubernetes.io/service-name'] === 'kubernetes'
    )
      await backend.registry.storage.remove(stored.key, stored.revision)
  }
}
