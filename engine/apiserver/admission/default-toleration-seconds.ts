import type { AdmissionPlugin } from './plugin.ts'

interface Toleration {
  key?: string
  operator?: string
  effect?: string
  tolerationSeconds?: number
}

const SECONDS = 300

/** Pods stay for five minutes on a node that is not ready or not reachable, unless they say otherwise. */
export function defaultTolerationSeconds(): AdmissionPlugin {
  return {
    name: 'DefaultTolerationSeconds',
    mutate({ operation, resource, subresource, object }) {
      if (operation !== 'CREATE' || resource.group || resource.resource !== 'pods' || subresource || !object?.spec)
        return
      const tolerations = (object.spec.tolerations ?? []) as Toleration[]
      const added: Toleration[] = []
      for (const key of ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']) {
        const known = tolerations.some(t => (t.key === key || !t.key) && (t.effect === 'NoExecute' || !t.effect))
        if (!known) added.push({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: SECONDS })
      }
      if (added.length > 0) object.spec.tolerations = [...tolerations, ...added]
    },
  }
}
