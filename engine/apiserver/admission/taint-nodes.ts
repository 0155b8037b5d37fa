import type { AdmissionPlugin } from './plugin.ts'

const KEY = 'node.kubernetes.io/not-ready'

/** A new node begins as not ready; the node lifecycle controller takes the taint away. */
export function taintNodesByCondition(): AdmissionPlugin {
  return {
    name: 'TaintNodesByCondition',
    mutate({ operation, resource, subresource, object }) {
      if (operation !== 'CREATE' || resource.group || resource.resource !== 'nodes' || subresource || !object) return
      object.spec ??= {}
      const taints = (object.spec.taints ?? []) as { key: string; effect: string }[]
      if (taints.some(taint => taint.key === KEY && taint.effect === 'NoSchedule')) return
      object.spec.taints = [...taints, { key: KEY, effect: 'NoSchedule' }]
    },
  }
}
