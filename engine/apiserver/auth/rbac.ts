import type { KubeObject } from '../../api/object.ts'
import type { UserInfo } from '../request/context.ts'
import type { ResourceCache } from '../storage/cache.ts'
import type { Action, Authorizer, Verdict } from './authorize.ts'

export interface PolicyRule {
  verbs: string[]
  apiGroups?: string[]
  resources?: string[]
  resourceNames?: string[]
  nonResourceURLs?: string[]
}

interface Subject {
  kind: string
  name: string
  namespace?: string
}

interface BindingEntry {
  binding: KubeObject
  /** How the subject reads in reasons: `User "ann"`. */
  subject: string
}

/** Where the four kinds of RBAC are found. */
export interface RBACCaches {
  roles: ResourceCache
  clusterRoles: ResourceCache
  roleBindings: ResourceCache
  clusterRoleBindings: ResourceCache
}

/** Role-based access control over the caches. Bindings are indexed by subject, so a check looks at few of them. */
export class RBACAuthorizer implements Authorizer {
  readonly #caches: () => Promise<RBACCaches>
  #index = new Map<string, BindingEntry[]>()
  #indexed = ''

  constructor(caches: () => Promise<RBACCaches>) {
    this.#caches = caches
  }

  async authorize(action: Action): Promise<Verdict | undefined> {
    const caches = await this.#caches()
    const missing = new Set<string>()
    for (const { rules, why } of this.#grants(caches, action.user, action.namespace, missing))
      if (rules.some(rule => ruleAllows(rule, action))) return { allowed: true, reason: why() }
    if (missing.size === 0) return undefined
    const texts = [...missing]
    return { allowed: false, reason: `RBAC: ${texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`}` }
  }

  /** All rules that hold for a user in a namespace ("" for the cluster's alone). */
  async rulesFor(user: UserInfo, namespace: string): Promise<PolicyRule[]> {
    const rules: PolicyRule[] = []
    for (const grant of this.#grants(await this.#caches(), user, namespace)) rules.push(...grant.rules)
    return rules
  }

  /** The rules of the role that a binding names. */
  async rulesOfRole(roleRef: { kind: string; name: string }, namespace: string): Promise<PolicyRule[] | undefined> {
    return rulesOf(await this.#caches(), roleRef, namespace)
  }

  /** @param missing collects complaints about bindings to roles that do not exist */
  *#grants(
    caches: RBACCaches,
    user: UserInfo,
    namespace: string,
    missing?: Set<string>,
  ): Generator<{ rules: PolicyRule[]; why: () => string }> {
    const index = this.#refresh(caches)
    const keys = [`User/${user.name}`, ...user.groups.map(group => `Group/${group}`)]
    for (const scope of namespace ? ['', namespace] : [''])
      for (const key of keys) {
        for (const { binding, subject } of index.get(`${scope}|${key}`) ?? []) {
          const rules = rulesOf(caches, binding.roleRef, scope)
          const { kind, name } = binding.roleRef
          if (!rules) {
            missing?.add(`${String(kind).toLowerCase()}.rbac.authorization.k8s.io ${JSON.stringify(name)} not found`)
            continue
          }
          const id = scope ? `${binding.metadata.name}/${scope}` : binding.metadata.name
          yield { rules, why: () => `RBAC: allowed by ${binding.kind} "${id}" of ${kind} "${name}" to ${subject}` }
        }
      }
  }

  #refresh(caches: RBACCaches): Map<string, BindingEntry[]> {
    const state = `${caches.clusterRoleBindings.lastChange}/${caches.roleBindings.lastChange}`
    if (state === this.#indexed) return this.#index
    const index = new Map<string, BindingEntry[]>()
    for (const { object } of caches.clusterRoleBindings.values()) addBinding(index, '', object)
    for (const { object } of caches.roleBindings.values()) addBinding(index, object.metadata.namespace!, object)
    this.#index = index
    this.#indexed = state
    return index
  }
}

function addBinding(index: Map<string, BindingEntry[]>, scope: string, binding: KubeObject) {
  for (const subject of (binding.subjects ?? []) as Subject[]) {
    let key = `${subject.kind}/${subject.name}`
    let text = `${subject.kind} "${subject.name}"`
    if (subject.kind === 'ServiceAccount') {
      const namespace = subject.namespace || scope
      key = `User/system:serviceaccount:${namespace}:${subject.name}`
      text = `ServiceAccount "${subject.name}/${namespace}"`
    }
    const id = `${scope}|${key}`
    const list = index.get(id)
    if (list) list.push({ binding, subject: text })
    else index.set(id, [{ binding, subject: text }])
  }
}

function rulesOf(
  caches: RBACCaches,
  roleRef: { kind: string; name: string },
  namespace: string,
): PolicyRule[] | undefined {
  const stored =
    roleRef.kind === 'ClusterRole'
      ? caches.clusterRoles.get(caches.clusterRoles.prefix + roleRef.name)
      : caches.roles.get(`${caches.roles.prefix}${namespace}/${roleRef.name}`)
  return stored && ((stored.object.rules ?? []) as PolicyRule[])
}

/** Whether one rule allows an action (k8s.io/kubernetes/pkg/apis/rbac/v1, VerbMatches and its kin). */
export function ruleAllows(rule: PolicyRule, action: Action): boolean {
  if (!rule.verbs.includes('*') && !rule.verbs.includes(action.verb)) return false
  if (!action.isResource)
    return (rule.nonResourceURLs ?? []).some(
      url => url === '*' || url === action.path || (url.endsWith('*') && action.path.startsWith(url.slice(0, -1))),
    )
  const groups = rule.apiGroups ?? []
  if (!groups.includes('*') && !groups.includes(action.group)) return false
  const resource = action.subresource ? `${action.resource}/${action.subresource}` : action.resource
  const resources = rule.resources ?? []
  const hit =
    resources.includes('*') ||
    resources.includes(resource) ||
    (action.subresource !== '' && resources.includes(`*/${action.subresource}`))
  if (!hit) return false
  return !rule.resourceNames?.length || rule.resourceNames.includes(action.name)
}

/** The parts of `wanted` that `owned` does not cover: what escalation checks complain of. */
export function uncovered(owned: PolicyRule[], wanted: PolicyRule[]): PolicyRule[] {
  return wanted.flatMap(breakDown).filter(part => !owned.some(rule => covers(rule, part)))
}

/** A rule as single grants: one verb, one group, one resource, one name each. */
function breakDown(rule: PolicyRule): PolicyRule[] {
  const parts: PolicyRule[] = []
  for (const verb of rule.verbs) {
    for (const url of rule.nonResourceURLs ?? []) parts.push({ verbs: [verb], nonResourceURLs: [url] })
    for (const group of rule.apiGroups ?? [])
      for (const resource of rule.resources ?? []) {
        const base = { verbs: [verb], apiGroups: [group], resources: [resource] }
        if (rule.resourceNames?.length)
          for (const name of rule.resourceNames) parts.push({ ...base, resourceNames: [name] })
        else parts.push(base)
      }
  }
  return parts
}

function covers(rule: PolicyRule, part: PolicyRule): boolean {
  const has = (list: string[] | undefined, item: string) => list?.includes('*') || list?.includes(item)
  if (!has(rule.verbs, part.verbs[0]!)) return false
  const url = part.nonResourceURLs?.[0]
  if (url !== undefined)
    return (rule.nonResourceURLs ?? []).some(
      own => own === '*' || own === url || (own.endsWith('*') && url.startsWith(own.slice(0, -1))),
    )
  const resource = part.resources![0]!
  const slash = resource.indexOf('/')
  if (!has(rule.apiGroups, part.apiGroups![0]!)) return false
  if (!has(rule.resources, resource) && !(slash >= 0 && rule.resources?.includes(`*${resource.slice(slash)}`)))
    return false
  return (
    !rule.resourceNames?.length ||
    (part.resourceNames !== undefined && rule.resourceNames.includes(part.resourceNames[0]!))
  )
}
