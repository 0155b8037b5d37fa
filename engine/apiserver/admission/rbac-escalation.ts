import { forbidden } from '../../api/status.ts'
import type { Action, Verdict } from '../auth/authorize.ts'
import { uncovered } from '../auth/rbac.ts'
import type { PolicyRule, RBACAuthorizer } from '../auth/rbac.ts'
import type { UserInfo } from '../request/context.ts'
import type { AdmissionPlugin } from './plugin.ts'

interface Deps {
  rbac: RBACAuthorizer
  authorizer: { authorize(action: Action): Promise<Verdict> }
}

const GROUP = 'rbac.authorization.k8s.io'

/** Nobody gives away rights that they do not have, unless they may escalate or bind. */
export function rbacEscalation(deps: Deps): AdmissionPlugin {
  return {
    name: 'RBACEscalation',
    async validate({ operation, resource, namespace, name, object, oldObject, user }) {
      if (resource.group !== GROUP || !object || (operation !== 'CREATE' && operation !== 'UPDATE')) return
      if (user.groups.includes('system:masters')) return
      const isRole = resource.resource === 'roles' || resource.resource === 'clusterroles'
      let wanted: PolicyRule[]
      if (isRole) {
        if (JSON.stringify(object.rules) === JSON.stringify(oldObject?.rules)) return
        if (await may(deps, user, 'escalate', resource.resource, namespace, name)) return
        wanted = object.rules ?? []
      } else {
        if (
          JSON.stringify([object.subjects, object.roleRef]) ===
          JSON.stringify([oldObject?.subjects, oldObject?.roleRef])
        )
          return
        const { roleRef } = object
        const target = roleRef.kind === 'ClusterRole' ? 'clusterroles' : 'roles'
        if (await may(deps, user, 'bind', target, namespace, roleRef.name)) return
        const rules = await deps.rbac.rulesOfRole(roleRef, namespace)
        if (!rules)
          throw forbidden({ ...resource, name }, `${target}.${GROUP} ${JSON.stringify(roleRef.name)} not found`)
        wanted = rules
      }
      const missing = uncovered(await deps.rbac.rulesFor(user, namespace), wanted)
      if (missing.length === 0) return
      const shown = `user ${JSON.stringify(user.name)} (groups=${JSON.stringify(user.groups).replaceAll(',', ' ')})`
      throw forbidden(
        { ...resource, name },
        `${shown} is attempting to grant RBAC permissions not currently held:\n${compact(missing).map(describe).join('\n')}`,
      )
    },
  }
}

async function may(
  deps: Deps,
  user: UserInfo,
  verb: string,
  resource: string,
  namespace: string,
  name: string,
): Promise<boolean> {
  const base = { isResource: true, group: GROUP, version: 'v1', subresource: '', path: '' }
  return (await deps.authorizer.authorize({ ...base, user, verb, resource, namespace, name })).allowed
}

/** Joins single grants that differ in the verb alone. */
function compact(rules: PolicyRule[]): PolicyRule[] {
  const byTarget = new Map<string, PolicyRule>()
  for (const { verbs, ...target } of rules) {
    const key = JSON.stringify(target)
    const known = byTarget.get(key)
    if (known) known.verbs.push(...verbs)
    else byTarget.set(key, { ...target, verbs: [...verbs] })
  }
  return [...byTarget.values()]
}

function describe(rule: PolicyRule): string {
  const list = (items: string[]) => `[${items.map(item => JSON.stringify(item)).join(' ')}]`
  const parts: string[] = []
  if (rule.apiGroups) parts.push(`APIGroups:${list(rule.apiGroups)}`)
  if (rule.resources) parts.push(`Resources:${list(rule.resources)}`)
  if (rule.resourceNames) parts.push(`ResourceNames:${list(rule.resourceNames)}`)
  if (rule.nonResourceURLs) parts.push(`NonResourceURLs:${list(rule.nonResourceURLs)}`)
  parts.push(`Verbs:${list(rule.verbs)}`)
  return `{${parts.join(', ')}}`
}
