import type { MemberStore } from '../kv.ts'
import type { Unary } from './call.ts'
import { refuse } from './errors.ts'
import type { SERVICES } from './services.ts'

/**
 * etcd's users and roles, which this store does not have: who may connect is settled by certificates. What can be said
 * truly about no users and no roles is answered as etcd answers it without any; making some is refused.
 */
export function authService(member: MemberStore): Unary<typeof SERVICES.Auth> {
  const none = async () => ({ header: member.header() })
  const noUser = async () => refuse('etcdserver: user name not found')
  const noRole = async () => refuse('etcdserver: role name not found')
  const notThere = async () =>
    refuse('etcdserver: users and roles are not implemented: certificates say who may connect')
  return {
    authStatus: async () => ({ header: member.header(), enabled: false, authRevision: 1n }),
    authEnable: async () => refuse('etcdserver: root user does not exist'),
    authDisable: none,
    authenticate: async () => refuse('etcdserver: authentication is not enabled'),
    userAdd: notThere,
    userGet: noUser,
    userList: none,
    userDelete: noUser,
    userChangePassword: noUser,
    userGrantRole: noUser,
    userRevokeRole: noUser,
    roleAdd: notThere,
    roleGet: noRole,
    roleList: none,
    roleDelete: noRole,
    roleGrantPermission: noRole,
    roleRevokePermission: noRole,
  }
}
