import { defineKind } from '../../api/kinds/define.ts'
import { ageColumn, column, nameColumn } from '../../api/kinds/columns.ts'
import type { KubeObject } from '../../api/object.ts'
import { scheme } from '../../api/scheme.ts'
import type { Resource } from '../registry/resources.ts'

const GROUP = 'metrics.k8s.io'
const VERSION = 'v1beta1'

/** The resources of metrics.k8s.io/v1beta1. They are measured when they are asked for, never stored. */
export function metricsResources(): Resource[] {
  return [define('NodeMetrics', 'nodes', false), define('PodMetrics', 'pods', true)]
}

function define(kind: string, resource: string, namespaced: boolean): Resource {
  const strategy = defineKind({
    ...{ group: GROUP, versions: [VERSION], kind, resource, namespaced, singular: '', verbs: ['get', 'list'] },
    columns: [
      nameColumn,
      column('Cpu', 'string', 'Processor time that is used, in cores.', o => sum(o, 'cpu')),
      column('Memory', 'string', 'Memory that is used.', o => sum(o, 'memory')),
      column('Window', 'string', 'Span of time that was measured.', o => String(o.window)),
      ageColumn,
    ],
  })
  return {
    ...{ strategy, group: GROUP, version: VERSION, resource, kind, apiVersion: `${GROUP}/${VERSION}`, namespaced },
    ...{ prefix: `/registry/${GROUP}/${resource}/`, schema: scheme.schemaOf(GROUP, VERSION, kind), custom: false },
  }
}

/** What all containers use together, in the units in which it was measured: n(ano) and Ki. */
function sum(object: KubeObject, what: 'cpu' | 'memory'): string {
  const usages = [object.usage, ...((object.containers ?? []) as { usage: object }[]).map(c => c.usage)]
  const values = usages.flatMap(usage => (usage as Record<string, string> | undefined)?.[what] ?? [])
  return values.reduce((all, text) => all + Number.parseInt(text, 10), 0) + (what === 'cpu' ? 'n' : 'Ki')
}
