import type {
  ClusterRole,
  ClusterRoleBinding,
  PolicyRule,
  Role,
  RoleBinding,
} from '../../../engine/api/types/rbac-v1.ts'

/** Whom rights are given to, as bindings name them. */
export interface Who {
  kind: 'User' | 'Group' | 'ServiceAccount'
  name: string
  /** Of service accounts. */
  namespace?: string
}

/** What RBAC is made of, all of it. */
export interface Rbac {
  roles: readonly Role[]
  clusterRoles: readonly ClusterRole[]
  roleBindings: readonly RoleBinding[]
  clusterRoleBindings: readonly ClusterRoleBinding[]
}

/** A rule that holds for somebody, and the way it came to. */
export interface Grant {
  rule: PolicyRule
  role: { kind: 'Role' | 'ClusterRole'; name: string; namespace?: string }
  binding: { kind: 'RoleBinding' | 'ClusterRoleBinding'; name: string; namespace?: string }
  /** Under which name the binding gives it: the subject's own, or that of a group. */
  as: Who
}

export interface Question {
  verb: string
  group: string
  /** With its subresource: `pods`, `pods/log`. */
  resource: string
  /** Absent: for objects of any name. */
  name?: string
}

export type Answer = 'yes' | 'some' | 'no'

/** Everybody that some binding names, users first, each once. */
export function subjectsOf({ roleBindings, clusterRoleBindings }: Rbac): Who[] {
  const found = new Map<string, Who>()
  for (const binding of [...clusterRoleBindings, ...roleBindings])
    for (const { kind, name, namespace = binding.metadata.namespace } of binding.subjects ?? []) {
      const who = { kind, name, ...(kind === 'ServiceAccount' ? { namespace } : {}) } as Who
      found.set(keyOf(who), who)
    }
  const order = { User: 0, Group: 1, ServiceAccount: 2 }
  return [...found.values()].sort((a, b) => order[a.kind] - order[b.kind] || (keyOf(a) < keyOf(b) ? -1 : 1))
}

export function keyOf({ kind, namespace, name }: Who): string {
  return namespace ? `${kind}/${namespace}/${name}` : `${kind}/${name}`
}

/** Everything under which a subject gets rights: itself, and the groups that it is in without anybody saying so. */
export function identitiesOf(who: Who): Who[] {
  const group = (name: string): Who => ({ kind: 'Group', name })
  if (who.kind === 'Group') return [who]
  if (who.kind === 'User')
    return [who, group(who.name === 'system:anonymous' ? 'system:unauthenticated' : 'system:authenticated')]
  const asUser: Who = { kind: 'User', name: `system:serviceaccount:${who.namespace}:${who.name}` }
  const groups = ['system:serviceaccounts', `system:serviceaccounts:${who.namespace}`, 'system:authenticated']
  return [who, asUser, ...groups.map(group)]
}

/** The rules that hold for a subject in a namespace, or those that hold in the whole cluster. */
export function grantsOf(rbac: Rbac, who: Who, namespace: string | undefined): Grant[] {
  const identities = new Map(identitiesOf(who).map(identity => [keyOf(identity), identity]))
  const grants: Grant[] = []
  for (const binding of [...rbac.clusterRoleBindings, ...rbac.roleBindings]) {
    const scope = binding.kind === 'ClusterRoleBinding' ? undefined : binding.metadata.namespace
    if (scope !== undefined && scope !== namespace) continue
    const as = (binding.subjects ?? [])
      .map(s =>
        identities.get(
          s.kind === 'ServiceAccount' ? `${s.kind}/${s.namespace ?? scope}/${s.name}` : `${s.kind}/${s.name}`,
        ),
      )
      .find(identity => identity !== undefined)
    if (!as) continue
    const { kind, name } = binding.roleRef as { kind: 'Role' | 'ClusterRole'; name: string }
    const role =
      kind === 'ClusterRole'
        ? rbac.clusterRoles.find(r => r.metadata.name === name)
        : rbac.roles.find(r => r.metadata.name === name && r.metadata.namespace === scope)
    for (const rule of role?.rules ?? [])
      grants.push({
        rule,
        role: { kind, name, ...(kind === 'Role' ? { namespace: scope } : {}) },
        binding: { kind: binding.kind, name: binding.metadata.name!, ...(scope ? { namespace: scope } : {}) },
        as,
      })
  }
  return grants
}

/** Whether a rule allows it for objects of every name (`yes`), of some (`some`), or not at all. */
export function ruleAnswers(rule: PolicyRule, { verb, group, resource, name }: Question): Answer {
  const has = (list: readonly string[] | null | undefined, word: string) =>
    (list?.includes('*') || list?.includes(word)) ?? false
  if (!has(rule.verbs, verb) || !has(rule.apiGroups, group)) return 'no'
  const subresource = resource.includes('/') ? `*/${resource.slice(resource.indexOf('/') + 1)}` : undefined
  if (!has(rule.resources, resource) && !(subresource && rule.resources?.includes(subresource))) return 'no'
  if (!rule.resourceNames?.length) return 'yes'
  return name === undefined ? 'some' : rule.resourceNames.includes(name) ? 'yes' : 'no'
}

/** What all of the rules together say, and those that say it. */
export function decide(grants: readonly Grant[], question: Question): { answer: Answer; by: Grant[] } {
  const told = grants.map(grant => ({ grant, answer: ruleAnswers(grant.rule, question) }))
  for (const answer of ['yes', 'some'] as const) {
    const by = told.filter(t => t.answer === answer).map(t => t.grant)
    if (by.length) return { answer, by }
  }
  return { answer: 'no', by: [] }
}

/**
 * Roles that would allow it if they were bound to whoever asks: what to do about a "no". Those that give the least beside come first,
 * and the cluster's own ones last.
 */
export function rolesThatAllow(rbac: Rbac, question: Question, namespace: string | undefined): Grant['role'][] {
  const allows = ({ rules }: Role | ClusterRole) => (rules ?? []).some(rule => ruleAnswers(rule, question) === 'yes')
  const inNamespace = rbac.roles.filter(r => r.metadata.namespace === namespace && allows(r))
  const own = (name = '') => Number(name.startsWith('system:'))
  const everywhere = rbac.clusterRoles
    .filter(allows)
    .sort((a, b) => own(a.metadata.name) - own(b.metadata.name) || weight(a) - weight(b))
  return [
    ...inNamespace.map(r => ({ kind: 'Role' as const, name: r.metadata.name!, namespace })),
    ...everywhere.map(r => ({ kind: 'ClusterRole' as const, name: r.metadata.name! })),
  ]
}

/** How much a role gives, roughly: its rules by what each of them names, and `*` for a lot. */
function weight({ rules }: ClusterRole): number {
  const size = (list: readonly string[] | null | undefined) => (list?.includes('*') ? 1_000 : (list?.length ?? 0))
  return (rules ?? []).reduce((sum, rule) => sum + size(rule.verbs) * size(rule.resources) * size(rule.apiGroups), 0)
}
