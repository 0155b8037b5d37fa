import type { KubeObject } from '../../../engine/api/object.ts'
import type { MachineStatus } from '../../../engine/lab/contract.ts'

/** Lists that together show whether somebody has made something in the cluster. */
export const LOOKED_AT = [
  '/api/v1/namespaces',
  '/api/v1/pods',
  '/api/v1/services',
  '/api/v1/configmaps',
  '/api/v1/persistentvolumeclaims',
  '/apis/apps/v1/deployments',
  '/apis/apps/v1/statefulsets',
  '/apis/batch/v1/cronjobs',
] as const

const OF_THE_CLUSTER = /^kube-/
/** What every cluster makes for itself outside its own namespaces. */
const MADE_BY_CLUSTER = new Set(['/default', 'default/kubernetes'])

/** Whether an object was made by a user, and not by the cluster for itself. */
export function isOfUser({ metadata: { name, namespace = '' } }: Pick<KubeObject, 'metadata'>): boolean {
  if (OF_THE_CLUSTER.test(namespace || name!) || name === 'kube-root-ca.crt') return false
  return !MADE_BY_CLUSTER.has(`${namespace}/${name}`)
}

/** How many more workers are offered. */
export const MORE_WORKERS = [0, 1, 2, 4] as const

export interface Size {
  masters: number
  workers: number
  /** Bytes that a worker takes now, on the average; absent if none has been measured. */
  perWorker?: number
}

/** How large a lab is, and what one worker costs by what those that run take. */
export function sizeOf(machines: readonly MachineStatus[]): Size {
  const workers = machines.filter(m => m.role === 'worker')
  const measured = workers.flatMap(m => (m.state === 'running' && m.usage ? [m.usage.memory] : []))
  return {
    masters: machines.length - workers.length,
    workers: workers.length,
    ...(measured.length && { perWorker: measured.reduce((sum, memory) => sum + memory, 0) / measured.length }),
  }
}
