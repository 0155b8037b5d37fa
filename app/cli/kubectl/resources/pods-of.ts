import type { KubeObject } from '../../../../engine/api/object.ts'
import { selectorToString } from '../../../../engine/api/selector.ts'
import { KubectlError } from '../base/errors.ts'
import type { Call } from '../base/verb.ts'
import { listAll, parseTargets } from './selection.ts'
import { pathOf } from './discovery.ts'

/** The pods that a word means: `web`, `pod/web`, `deploy/web`, `svc/web`. */
export async function podsOf(call: Call, word: string): Promise<{ pods: KubeObject[]; owner: string | undefined }> {
  const cluster = call.cluster()
  const [target] = await parseTargets(cluster, word.includes('/') ? [word] : ['pods', word])
  const { resource, names } = target!
  const object = await cluster.json<KubeObject>('GET', pathOf(resource, cluster.namespace, names[0]))
  if (resource.kind === 'Pod') return { pods: [object], owner: undefined }
  const selector = podSelector(object)
  if (!selector)
    throw new KubectlError(
      `${word} is of kind ${object.kind}, which selects no pods: name a pod, or something that selects pods, such as deployment/NAME or service/NAME`,
    )
  const pods = await listAll(cluster, await cluster.discovery.find('pods'), cluster.namespace, {
    labelSelector: selector,
  })
  return { pods: pods.sort(byReadiness), owner: `${resource.resource}/${names[0]}` }
}

/** The label selector of the pods that an object is about. */
export function podSelector(object: KubeObject): string | undefined {
  const selector = object.spec?.selector as unknown
  if (!selector) return undefined
  const plain = object.kind === 'Service' || object.kind === 'ReplicationController'
  return selectorToString(plain ? { matchLabels: selector as Record<string, string> } : (selector as object))
}

/** The pod that is most useful first: assigned, running, ready, oldest. */
function byReadiness(a: KubeObject, b: KubeObject): number {
  const rank = (pod: KubeObject) => {
    const phase = ['Running', 'Pending'].indexOf(pod.status?.phase as string)
    const ready = ((pod.status?.conditions ?? []) as { type: string; status: string }[]).some(
      c => c.type === 'Ready' && c.status === 'True',
    )
    return (pod.spec?.nodeName ? 0 : 8) + (phase < 0 ? 4 : phase * 2) + (ready ? 0 : 1)
  }
  const readySince = (pod: KubeObject) =>
    ((pod.status?.conditions ?? []) as { type: string; lastTransitionTime?: string }[]).find(c => c.type === 'Ready')
      ?.lastTransitionTime ?? ''
  return (
    rank(a) - rank(b) ||
    readySince(a).localeCompare(readySince(b)) ||
    String(a.metadata.creationTimestamp).localeCompare(String(b.metadata.creationTimestamp))
  )
}

export interface ContainerChoice {
  name: string
  /** Whether it was chosen because none was named and there are several. */
  defaulted: boolean
}

/** The container that a flag names, or the default one. */
export function chooseContainer(pod: KubeObject, wanted: string): ContainerChoice {
  const containers = (pod.spec?.containers ?? []) as { name: string }[]
  const all = [
    ...containers,
    ...((pod.spec?.initContainers ?? []) as { name: string }[]),
    ...((pod.spec?.ephemeralContainers ?? []) as { name: string }[]),
  ]
  if (wanted) {
    if (!all.some(c => c.name === wanted))
      throw new KubectlError(`container ${wanted} is not valid for pod ${pod.metadata.name}`)
    return { name: wanted, defaulted: false }
  }
  const annotated = pod.metadata.annotations?.['kubectl.kubernetes.io/default-container']
  if (annotated && all.some(c => c.name === annotated)) return { name: annotated, defaulted: false }
  return { name: containers[0]!.name, defaulted: all.length > 1 }
}

/** "a, b, c (init)": what a message lists when a container was chosen for the user. */
export function containerList(pod: KubeObject): string {
  const names = (list: unknown, suffix: string) => ((list ?? []) as { name: string }[]).map(c => c.name + suffix)
  return [
    ...names(pod.spec?.containers, ''),
    ...names(pod.spec?.ephemeralContainers, ' (ephem)'),
    ...names(pod.spec?.initContainers, ' (init)'),
  ].join(', ')
}
