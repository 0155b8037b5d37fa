import type { Pod } from '../../../engine/api/types.ts'
import { connection } from './connection.svelte.ts'
import { ApiError } from './api-error.ts'
import { request, requestJSON } from './rest.ts'

/** How far a drain has come. */
export interface Draining {
  /** Pods that are to go, and those that are gone. */
  all: number
  gone: number
  /** Pods that a disruption budget holds back now, by name. */
  held: readonly string[]
}

const AGAIN_MS = 2_000
const MERGE = { 'content-type': 'application/merge-patch+json' }
const JSON_BODY = { 'content-type': 'application/json' }

/** Whether new pods may come to a node. @throws ApiError */
export async function setSchedulable(node: string, schedulable: boolean): Promise<void> {
  const body = JSON.stringify({ spec: { unschedulable: schedulable ? null : true } })
  await request(`${connection.cluster}/api/v1/nodes/${encodeURIComponent(node)}`, {
    method: 'PATCH',
    headers: MERGE,
    body,
  })
}

/**
 * Cordons a node and evicts its pods, but for those that it would get back (of DaemonSets) or that only it can end (static ones).
 * Disruption budgets are kept to: what they hold back is asked for again. Resolves when all are gone.
 * @throws ApiError; the signal's reason if that aborts, and what was begun stays as it is
 */
export async function drain(
  node: string,
  onProgress: (draining: Draining) => void,
  signal: AbortSignal,
): Promise<void> {
  await setSchedulable(node, false)
  const doomed = (await podsOn(node, signal)).filter(pod => !staysOnNode(pod))
  const left = new Map(doomed.map(pod => [pod.metadata.uid!, pod]))
  for (;;) {
    const held: string[] = []
    for (const pod of left.values())
      if (!pod.metadata.deletionTimestamp && !(await evict(pod, signal))) held.push(pod.metadata.name!)
    const there = new Map((await podsOn(node, signal)).map(pod => [pod.metadata.uid!, pod]))
    for (const uid of left.keys()) {
      const now = there.get(uid)
      if (now) left.set(uid, now)
      else left.delete(uid)
    }
    onProgress({ all: doomed.length, gone: doomed.length - left.size, held })
    if (left.size === 0) return
    await pause(signal)
  }
}

export function staysOnNode({ metadata }: Pod): boolean {
  const owner = metadata.ownerReferences?.find(o => o.controller)
  return owner?.kind === 'DaemonSet' || metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined
}

async function podsOn(node: string, signal: AbortSignal): Promise<Pod[]> {
  const path = `${connection.cluster}/api/v1/pods?fieldSelector=${encodeURIComponent(`spec.nodeName=${node}`)}`
  return (await requestJSON<{ items: Pod[] }>(path, { signal })).items
}

/** False if a budget does not allow it now. */
async function evict({ metadata }: Pod, signal: AbortSignal): Promise<boolean> {
  const { namespace, name } = metadata
  const body = JSON.stringify({ apiVersion: 'policy/v1', kind: 'Eviction', metadata: { namespace, name } })
  const path = `${connection.cluster}/api/v1/namespaces/${namespace}/pods/${name}/eviction`
  try {
    await request(path, { method: 'POST', headers: JSON_BODY, body, signal })
    return true
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    if (error.code === 429) return false
    if (error.code === 404) return true // it went by itself
    throw error
  }
}

function pause(signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const aborted = () => (clearTimeout(timer), reject(signal.reason as Error))
    const timer = setTimeout(() => (signal.removeEventListener('abort', aborted), resolve()), AGAIN_MS)
    signal.addEventListener('abort', aborted, { once: true })
  })
}
