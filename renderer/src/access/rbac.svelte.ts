import type { ClusterRole, ClusterRoleBinding, Role, RoleBinding } from '../../../engine/api/types/rbac-v1.ts'
import { watched } from '../cluster/watched.svelte.ts'
import type { Rbac } from './rights.ts'

const ROOT = '/apis/rbac.authorization.k8s.io/v1'
const roles = watched<Role>(`${ROOT}/roles`)
const clusterRoles = watched<ClusterRole>(`${ROOT}/clusterroles`)
const roleBindings = watched<RoleBinding>(`${ROOT}/rolebindings`)
const clusterRoleBindings = watched<ClusterRoleBinding>(`${ROOT}/clusterrolebindings`)

/** All that RBAC is made of, kept up to date while somebody looks. */
export function currentRbac(): Rbac {
  return {
    roles: [...roles.items.values()],
    clusterRoles: [...clusterRoles.items.values()],
    roleBindings: [...roleBindings.items.values()],
    clusterRoleBindings: [...clusterRoleBindings.items.values()],
  }
}

/** Of the four watches, the first that does not get through. */
export function rbacError(): Error | undefined {
  return [roles, clusterRoles, roleBindings, clusterRoleBindings].find(w => w.phase === 'failed')?.error
}

export function isRbacKnown(): boolean {
  return [roles, clusterRoles, roleBindings, clusterRoleBindings].every(w => w.phase === 'live' || w.items.size > 0)
}
