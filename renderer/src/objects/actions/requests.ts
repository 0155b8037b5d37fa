import type { KubeObject, ObjectMeta } from '../../../../engine/api/object.ts'
import type { CronJob } from '../../../../engine/api/types.ts'
import { collectionPath, objectPath, type ResourceKind } from '../../cluster/discovery.ts'

/** What an action sends to the API server: its whole effect, told before anything is sent. */
export interface ActionRequest {
  method: 'POST' | 'PATCH' | 'DELETE'
  /** Of the API, without what stands before it here. */
  path: string
  contentType: string
  body: unknown
}

export type Identity = Pick<ObjectMeta, 'namespace' | 'name' | 'uid'>

export const PROPAGATIONS = ['Background', 'Foreground', 'Orphan'] as const
export type Propagation = (typeof PROPAGATIONS)[number]

const JSON_BODY = 'application/json'
const MERGE = 'application/merge-patch+json'
const STRATEGIC = 'application/strategic-merge-patch+json'
const MANAGER = 'fieldManager=kubarium-ui'
const MOST_NAME = 63

export function scaleRequest(kind: ResourceKind, { namespace, name }: Identity, replicas: number): ActionRequest {
  const path = `${objectPath(kind, namespace, name!)}/scale?${MANAGER}`
  return { method: 'PATCH', path, contentType: MERGE, body: { spec: { replicas } } }
}

/** As `kubectl rollout restart` does: a new annotation makes a new template. `at` is in milliseconds since the epoch. */
export function restartRequest(kind: ResourceKind, { namespace, name }: Identity, at: number): ActionRequest {
  const annotations = { 'kubectl.kubernetes.io/restartedAt': new Date(at).toISOString().replace(/\.\d+Z$/, 'Z') }
  const path = `${objectPath(kind, namespace, name!)}?${MANAGER}`
  return { method: 'PATCH', path, contentType: STRATEGIC, body: { spec: { template: { metadata: { annotations } } } } }
}

export function suspendRequest(kind: ResourceKind, { namespace, name }: Identity, suspend: boolean): ActionRequest {
  const path = `${objectPath(kind, namespace, name!)}?${MANAGER}`
  return { method: 'PATCH', path, contentType: MERGE, body: { spec: { suspend } } }
}

/** Deletes the object of this uid, and no other that got its name meanwhile. Without a grace period, its own is kept. */
export function deleteRequest(
  kind: ResourceKind,
  { namespace, name, uid }: Identity,
  { propagation, graceSeconds }: { propagation: Propagation; graceSeconds?: number },
): ActionRequest {
  const body = {
    ...{ kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy: propagation },
    ...(graceSeconds !== undefined && { gracePeriodSeconds: graceSeconds }),
    ...(uid && { preconditions: { uid } }),
  }
  return { method: 'DELETE', path: objectPath(kind, namespace, name!), contentType: JSON_BODY, body }
}

/** Within disruption budgets: the server answers 429 while one does not allow it. */
export function evictRequest(kind: ResourceKind, { namespace, name }: Identity): ActionRequest {
  const body = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { namespace, name } }
  return { method: 'POST', path: `${objectPath(kind, namespace, name!)}/eviction`, contentType: JSON_BODY, body }
}

/** A Job from the template of a CronJob, as `kubectl create job --from` makes it. `suffix` tells one such Job from the next. */
export function triggerRequest(cronJob: CronJob, suffix: string): ActionRequest {
  const { namespace, name = '', uid } = cronJob.metadata
  const template = (cronJob.spec?.jobTemplate ?? {}) as Pick<KubeObject, 'metadata' | 'spec'>
  const metadata = {
    name: `${name.slice(0, MOST_NAME - suffix.length - 1)}-${suffix}`,
    namespace,
    labels: template.metadata?.labels,
    annotations: { ...template.metadata?.annotations, 'cronjob.kubernetes.io/instantiate': 'manual' },
    // It does not block the deletion of its owner: that would need a right of its own.
    ownerReferences: [{ apiVersion: 'batch/v1', kind: 'CronJob', name, uid, controller: true }],
  }
  const jobs = { group: 'batch', version: 'v1', resource: 'jobs', namespaced: true }
  const body = { apiVersion: 'batch/v1', kind: 'Job', metadata, spec: template.spec }
  return { method: 'POST', path: `${collectionPath(jobs, namespace)}?${MANAGER}`, contentType: JSON_BODY, body }
}

export interface DebugContainer {
  name: string
  image: string
  /** Shares the processes of this container. */
  target?: string
}

/** One more container in a running pod, with a terminal, as `kubectl debug -it` adds it. It cannot be taken away again. */
export function debugRequest(
  kind: ResourceKind,
  { namespace, name }: Identity,
  { name: container, image, target }: DebugContainer,
): ActionRequest {
  const added = {
    ...{ name: container, image, stdin: true, tty: true, terminationMessagePolicy: 'File' },
    ...(target && { targetContainerName: target }),
  }
  const path = `${objectPath(kind, namespace, name!)}/ephemeralcontainers?${MANAGER}`
  return { method: 'PATCH', path, contentType: STRATEGIC, body: { spec: { ephemeralContainers: [added] } } }
}
