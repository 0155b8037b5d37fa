import { deepEqual } from '../../../api/equality.ts'
import type { KubeObject } from '../../../api/object.ts'
import { forbidden, invalid } from '../../../api/status.ts'
import type { Feed } from '../../storage/feed.ts'
import type { AdmissionPlugin, Attributes } from '../plugin.ts'
import { compare, describe, levelText, policyOf, violations } from './policy.ts'
import type { Level } from './policy.ts'

const NAMESPACES = '/registry/namespaces/'
const PODS = '/registry/pods/'

/** Where kinds keep the template of their pods. */
const TEMPLATES: Record<string, (object: KubeObject) => unknown> = {
  podtemplates: object => object.template,
  replicationcontrollers: object => object.spec?.template,
  replicasets: object => object.spec?.template,
  deployments: object => object.spec?.template,
  statefulsets: object => object.spec?.template,
  daemonsets: object => object.spec?.template,
  jobs: object => object.spec?.template,
  cronjobs: object => object.spec?.jobTemplate?.spec?.template,
}
const GROUPS = ['', 'apps', 'batch']

/** Holds pods to the security level that the labels of their namespace ask for, and warns of templates that miss it. */
export function podSecurity(deps: { feed: Feed }): AdmissionPlugin {
  const policyFor = async (namespace: string) => {
    const stored = (await deps.feed.cache(NAMESPACES)).get(NAMESPACES + namespace)
    return policyOf(stored?.object.metadata.labels)
  }

  const checkPod = async ({ resource, namespace, name, object, warnings }: Attributes) => {
    const { enforce, warn } = await policyFor(namespace)
    const refused = violations(enforce, object!)
    if (refused.length)
      throw forbidden(
        { ...resource, name: object!.metadata.name ?? name },
        `violates PodSecurity ${JSON.stringify(levelText(enforce))}: ${describe(refused)}`,
      )
    remark(warn, object!, warnings)
  }

  const remark = (level: Level, pod: object, warnings: string[]) => {
    const found = violations(level, pod)
    if (found.length) warnings.push(`would violate PodSecurity ${JSON.stringify(levelText(level))}: ${describe(found)}`)
  }

  /** Pods that run already stay; whoever raises the level is told of them. */
  const remarkRunning = async (namespace: string, level: Level, warnings: string[]) => {
    const byReason = new Map<string, string[]>()
    for (const { object: pod } of (await deps.feed.cache(PODS)).values(`${PODS}${namespace}/`)) {
      const reasons = violations(level, pod)
        .map(v => v.reason)
        .join(', ')
      if (reasons) byReason.set(reasons, [...(byReason.get(reasons) ?? []), pod.metadata.name!])
    }
    if (!byReason.size) return
    warnings.push(
      `existing pods in namespace ${JSON.stringify(namespace)} violate the new PodSecurity enforce level ${JSON.stringify(levelText(level))}`,
    )
    const lines = [...byReason].map(([reasons, [first, ...others]]) => {
      const more = others.length ? ` (and ${others.length} other ${others.length === 1 ? 'pod' : 'pods'})` : ''
      return `${first}${more}: ${reasons}`
    })
    warnings.push(...lines.sort())
  }

  const checkNamespace = async ({ operation, name, object, oldObject, warnings }: Attributes) => {
    const now = policyOf(object!.metadata.labels)
    const before = policyOf(oldObject?.metadata.labels)
    if (now.errors.length && (operation === 'CREATE' || !deepEqual(now.errors, before.errors)))
      throw invalid({ group: '', kind: 'Namespace' }, object!.metadata.name ?? name, now.errors)
    if (operation !== 'UPDATE' || levelText(now.enforce) === levelText(before.enforce)) return
    const milder = now.enforce.version === before.enforce.version && compare(now.enforce, before.enforce) <= 0
    if (now.enforce.level !== 'privileged' && !milder) await remarkRunning(name, now.enforce, warnings)
  }

  return {
    name: 'PodSecurity',
    async validate(attributes) {
      const { resource, subresource, operation, object, oldObject, namespace, warnings } = attributes
      if (!object || (operation !== 'CREATE' && operation !== 'UPDATE') || !GROUPS.includes(resource.group)) return
      if (resource.group === '' && resource.resource === 'namespaces') {
        if (!subresource) await checkNamespace(attributes)
        return
      }
      if (resource.group === '' && resource.resource === 'pods') {
        const isNew = operation === 'CREATE' && !subresource
        if (isNew || (operation === 'UPDATE' && subresource === 'ephemeralcontainers')) await checkPod(attributes)
        return
      }
      const templateOf = TEMPLATES[resource.resource]
      if (!templateOf || subresource) return
      const template = templateOf(object)
      if (!template || (oldObject && deepEqual(template, templateOf(oldObject)))) return
      remark((await policyFor(namespace)).warn, template, warnings)
    },
  }
}
