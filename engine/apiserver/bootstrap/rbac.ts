import type { KubeObject } from '../../api/object.ts'
import type { PolicyRule } from '../auth/rbac.ts'
import { AGGREGATES, BINDINGS, CLUSTER_ROLES, CONTROLLERS, ROLES } from './rbac-data.ts'

const LABELS = { 'kubernetes.io/bootstrapping': 'rbac-defaults' }
const ANNOTATIONS = { 'rbac.authorization.kubernetes.io/autoupdate': 'true' }
const GROUP = 'rbac.authorization.k8s.io'
const API_VERSION = `${GROUP}/v1`

/** An object of RBAC, and the resource that it belongs to. */
export interface BootstrapObject {
  resource: 'clusterroles' | 'clusterrolebindings' | 'roles' | 'rolebindings'
  object: KubeObject
}

/** The roles and bindings that every cluster has from its first second. */
export function bootstrapRBAC(): BootstrapObject[] {
  const objects: BootstrapObject[] = []
  const add = (resource: BootstrapObject['resource'], kind: string, metadata: object, body: object) =>
    objects.push({ resource, object: { kind, apiVersion: API_VERSION, metadata, ...body } as KubeObject })
  const meta = (name: string, labels: object = {}, namespace?: string) => ({
    name,
    ...(namespace ? { namespace } : {}),
    labels: { ...LABELS, ...labels },
    annotations: ANNOTATIONS,
  })
  for (const [name, { rules, labels }] of Object.entries(CLUSTER_ROLES))
    add('clusterroles', 'ClusterRole', meta(name, labels), { rules: rules.map(parseRule) })
  for (const [name, { label, labels }] of Object.entries(AGGREGATES)) {
    const selected = Object.values(CLUSTER_ROLES).filter(role => role.labels?.[label] === 'true')
    // The controller keeps this up to date; it is right from the start for those who ask before it runs.
    const rules = [...new Set([...selected.flatMap(role => role.rules), ...inherited(label)])].map(parseRule)
    add('clusterroles', 'ClusterRole', meta(name, labels), {
      aggregationRule: { clusterRoleSelectors: [{ matchLabels: { [label]: 'true' } }] },
      rules,
    })
  }
  for (const [controller, rules] of Object.entries(CONTROLLERS)) {
    const name = `system:controller:${controller}`
    add('clusterroles', 'ClusterRole', meta(name), { rules: [...rules, EVENTS].map(parseRule) })
    add('clusterrolebindings', 'ClusterRoleBinding', meta(name), {
      roleRef: { apiGroup: GROUP, kind: 'ClusterRole', name },
      subjects: [{ kind: 'ServiceAccount', name: controller, namespace: 'kube-system' }],
    })
  }
  for (const [name, { role, subjects }] of Object.entries(BINDINGS))
    add('clusterrolebindings', 'ClusterRoleBinding', meta(name), {
      roleRef: { apiGroup: GROUP, kind: 'ClusterRole', name: role ?? name },
      subjects: subjects.map(parseSubject),
    })
  for (const { namespace, name, rules, subjects } of ROLES) {
    add('roles', 'Role', meta(name, {}, namespace), { rules: rules.map(parseRule) })
    if (subjects.length > 0)
      add('rolebindings', 'RoleBinding', meta(name, {}, namespace), {
        roleRef: { apiGroup: GROUP, kind: 'Role', name },
        subjects: subjects.map(parseSubject),
      })
  }
  return objects
}

const EVENTS = 'create,patch,update @ ,events.k8s.io @ events'

/** admin takes in edit, and edit takes in view. */
function inherited(label: string): string[] {
  const rules: string[] = []
  for (const [name, { label: own, labels }] of Object.entries(AGGREGATES))
    if (labels?.[label] === 'true' && name) {
      for (const role of Object.values(CLUSTER_ROLES)) if (role.labels?.[own] === 'true') rules.push(...role.rules)
      rules.push(...inherited(own))
    }
  return rules
}

/** "verbs @ groups @ resources @ names", or "verbs @ /urls": lists with commas, the core group empty. */
function parseRule(text: string): PolicyRule {
  const [verbs, second, resources, names] = text.split('@').map(part => part.trim().split(','))
  if (!resources) return { nonResourceURLs: second!, verbs: verbs! }
  return { apiGroups: second!, resources, ...(names ? { resourceNames: names } : {}), verbs: verbs! }
}

/** "Group x", "User x" or "ServiceAccount namespace/x". */
function parseSubject(text: string): object {
  const [kind, name = ''] = text.split(' ')
  if (kind !== 'ServiceAccount') return { apiGroup: GROUP, kind, name }
  const [namespace, account] = name.split('/')
  return { kind, name: account, namespace }
}
