import { pause } from '../../base/clock.ts'
import { messageOf } from '../../base/errors.ts'
import { ApiError } from '../../api/status.ts'
import type { KubeObject } from '../../api/object.ts'
import type { Backend } from '../backend.ts'
import { timestamp, type WriteCall } from '../registry/registry.ts'
import { DEFAULT_SERVICE_CIDR } from '../registry/service-ranges.ts'

const PERIOD_MS = 10_000
const MESSAGE = 'Kubernetes default Service CIDR is ready'

/**
 * Keeps the default ServiceCIDR there, with this server's configured range, and gives it its first Ready condition. One that
 * was made with another range, or is not ready, is left alone: whoever did that has to say what is right.
 */
export async function keepServiceCIDR(backend: Backend, call: WriteCall, signal: AbortSignal): Promise<void> {
  let told = false
  while (!signal.aborted) {
    try {
      const found = await ensureServiceCIDR(backend, call)
      const [range, cidrs] = [backend.config.serviceClusterIPRange, found.spec.cidrs as string[]]
      if (!told && cidrs.join() !== range) {
        told = true
        backend.log.warn('the default ServiceCIDR is not what this API server is configured with', { cidrs, range })
      }
    } catch (error) {
      if (!signal.aborted)
        backend.log.info('the default ServiceCIDR cannot be looked after yet', { error: messageOf(error) })
    }
    await pause(backend.clock, PERIOD_MS, signal)
  }
}

/** Makes the default ServiceCIDR, if there is none, and its first condition, if it has none. */
export async function ensureServiceCIDR(backend: Backend, call: WriteCall): Promise<KubeObject> {
  const { registry, resources, config, clock } = backend
  const resource = resources.must('networking.k8s.io', 'v1', 'servicecidrs')
  const [apiVersion, kind, name] = [resource.apiVersion, resource.kind, DEFAULT_SERVICE_CIDR]
  const wanted: KubeObject = { apiVersion, kind, metadata: { name }, spec: { cidrs: [config.serviceClusterIPRange] } }
  let found = (await backend.feed.cache(resource.prefix)).get(resource.prefix + name)?.object
  if (!found)
    try {
      found = (await registry.create(resource, '', structuredClone(wanted), call)).object
    } catch (error) {
      // Another API server was faster, and looks after the condition too.
      if (error instanceof ApiError && error.reason === 'AlreadyExists') return wanted
      throw error
    }
  if (isSaid(found) || found.metadata.deletionTimestamp || found.spec.cidrs.join() !== wanted.spec.cidrs.join())
    return found
  const transform = (current: KubeObject | undefined): KubeObject => {
    if (!current || isSaid(current)) return current ?? wanted
    const lastTransitionTime = timestamp(clock.now())
    return {
      ...current,
      status: { conditions: [{ type: 'Ready', status: 'True', reason: '', message: MESSAGE, lastTransitionTime }] },
    }
  }
  const request = { namespace: '', name, subresource: 'status', transform }
  return (await registry.update(resource, request, call)).stored.object
}

function isSaid(object: KubeObject): boolean {
  return (object.status?.conditions ?? []).length > 0
}
