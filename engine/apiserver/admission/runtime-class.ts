import { own } from '../../base/own.ts'
import type { KubeObject } from '../../api/object.ts'
import { semanticEqual } from '../../api/equality.ts'
import { forbidden } from '../../api/status.ts'
import type { Toleration } from '../../api/types.ts'
import type { Feed } from '../storage/feed.ts'
import type { ObjectStorage } from '../storage/objects.ts'
import type { AdmissionPlugin, Attributes } from './plugin.ts'

const PREFIX = '/registry/runtimeclasses/'
const MISMATCH = "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead"

/** Gives a new pod the overhead, node selector and tolerations of its runtime class, and refuses what contradicts them. */
export function runtimeClass(deps: { feed: Feed; storage: ObjectStorage }): AdmissionPlugin {
  const classOf = async ({ resource, name, object }: Attributes): Promise<KubeObject | undefined> => {
    const wanted: string | undefined = object!.spec?.runtimeClassName
    if (!wanted) return undefined
    const found = (await deps.feed.cache(PREFIX)).get(PREFIX + wanted) ?? (await deps.storage.get(PREFIX + wanted))
    if (!found) throw forbidden({ ...resource, name }, `pod rejected: RuntimeClass ${JSON.stringify(wanted)} not found`)
    return found.object
  }
  return {
    name: 'RuntimeClass',
    async mutate(attributes) {
      if (!isNewPod(attributes)) return
      const { resource, name } = attributes
      const spec = attributes.object!.spec
      const found = await classOf(attributes)
      if (found?.overhead) {
        const { podFixed } = found.overhead
        if (isSet(spec.overhead) && !sameAmounts(spec.overhead, podFixed))
          throw forbidden({ ...resource, name }, MISMATCH)
        if (podFixed) spec.overhead = structuredClone(podFixed)
      }
      if (!found?.scheduling) return
      const { nodeSelector = {}, tolerations = [] } = found.scheduling as {
        nodeSelector?: Record<string, string>
        tolerations?: Toleration[]
      }
      for (const [key, value] of Object.entries(nodeSelector)) {
        const asked = own<string>(spec.nodeSelector, key)
        if (asked !== undefined && asked !== value)
          throw forbidden(
            { ...resource, name },
            `conflict: runtimeClass.scheduling.nodeSelector[${key}] = ${value}; pod.spec.nodeSelector[${key}] = ${asked}`,
          )
      }
      if (isSet(nodeSelector)) spec.nodeSelector = { ...spec.nodeSelector, ...nodeSelector }
      if (tolerations.length > 0)
        spec.tolerations = mergeTolerations(spec.tolerations ?? [], structuredClone(tolerations))
    },
    async validate(attributes) {
      if (!isNewPod(attributes)) return
      const { resource, name, object } = attributes
      const { overhead } = object!.spec
      const found = await classOf(attributes)
      if (found?.overhead) {
        if (!sameAmounts(overhead, found.overhead.podFixed)) throw forbidden({ ...resource, name }, MISMATCH)
      } else if (isSet(overhead))
        throw forbidden(
          { ...resource, name },
          'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead',
        )
    },
  }
}

function isNewPod({ operation, resource, subresource, object }: Attributes): boolean {
  return operation === 'CREATE' && !resource.group && resource.resource === 'pods' && !subresource && !!object?.spec
}

function isSet(map: object | undefined): boolean {
  return map !== undefined && Object.keys(map).length > 0
}

function sameAmounts(a: object | undefined, b: object | undefined): boolean {
  return semanticEqual(a ?? {}, b ?? {})
}

/** Both lists together without those that another one covers (k8s.io/kubernetes/pkg/util/tolerations). */
function mergeTolerations(first: Toleration[], second: Toleration[]): Toleration[] {
  const all = [...first, ...second]
  const merged: Toleration[] = []
  all.forEach((toleration, i) => {
    if (merged.some(other => covers(other, toleration))) return
    const later = all.slice(i + 1)
    if (later.some(other => !semanticEqual(other, toleration) && covers(other, toleration))) return
    merged.push(toleration)
  })
  return merged
}

function covers(wide: Toleration, narrow: Toleration): boolean {
  if (semanticEqual(wide, narrow)) return true
  const anyKey = !wide.key && wide.operator === 'Exists'
  if ((narrow.key ?? '') !== (wide.key ?? '') && !anyKey) return false
  if (wide.effect && narrow.effect !== wide.effect) return false
  if (wide.effect === 'NoExecute' && wide.tolerationSeconds !== undefined)
    if (narrow.tolerationSeconds === undefined || narrow.tolerationSeconds > wide.tolerationSeconds) return false
  if (wide.operator === 'Exists') return true
  return (
    (wide.operator ?? 'Equal') === 'Equal' &&
    (narrow.operator ?? 'Equal') === 'Equal' &&
    (narrow.value ?? '') === (wide.value ?? '')
  )
}
