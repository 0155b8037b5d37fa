import * as m from './messages.ts'
import type { Message } from './wire.ts'

/** One method of a service, for either end of it. */
export interface Method<Q = unknown, A = unknown> {
  path: string
  request: Message<Q>
  response: Message<A>
  requestStream: boolean
  responseStream: boolean
}

function method<Q, A>(path: string, request: Message<Q>, response: Message<A>, streams: '' | 'answer' | 'both' = '') {
  const responseStream = streams !== ''
  return { path: `/etcdserverpb.${path}`, request, response, requestStream: streams === 'both', responseStream }
}

const refused = (name: string) => method(`Auth/${name}`, m.AuthRequest, m.AuthResponse)

/** The services of etcd's API, by the names that `rpc.proto` gives them. */
export const SERVICES = {
  KV: {
    range: method('KV/Range', m.RangeRequest, m.RangeResponse),
    put: method('KV/Put', m.PutRequest, m.PutResponse),
    deleteRange: method('KV/DeleteRange', m.DeleteRangeRequest, m.DeleteRangeResponse),
    txn: method('KV/Txn', m.TxnRequest, m.TxnResponse),
    compact: method('KV/Compact', m.CompactionRequest, m.CompactionResponse),
  },
  Watch: {
    watch: method('Watch/Watch', m.WatchRequest, m.WatchResponse, 'both'),
  },
  Lease: {
    leaseGrant: method('Lease/LeaseGrant', m.LeaseGrantRequest, m.LeaseGrantResponse),
    leaseRevoke: method('Lease/LeaseRevoke', m.LeaseRevokeRequest, m.LeaseRevokeResponse),
    leaseKeepAlive: method('Lease/LeaseKeepAlive', m.LeaseKeepAliveRequest, m.LeaseKeepAliveResponse, 'both'),
    leaseTimeToLive: method('Lease/LeaseTimeToLive', m.LeaseTimeToLiveRequest, m.LeaseTimeToLiveResponse),
    leaseLeases: method('Lease/LeaseLeases', m.LeaseLeasesRequest, m.LeaseLeasesResponse),
  },
  Cluster: {
    memberAdd: method('Cluster/MemberAdd', m.MemberAddRequest, m.MemberAddResponse),
    memberRemove: method('Cluster/MemberRemove', m.MemberRemoveRequest, m.MemberRemoveResponse),
    memberUpdate: method('Cluster/MemberUpdate', m.MemberUpdateRequest, m.MemberUpdateResponse),
    memberList: method('Cluster/MemberList', m.MemberListRequest, m.MemberListResponse),
    memberPromote: method('Cluster/MemberPromote', m.MemberPromoteRequest, m.MemberPromoteResponse),
  },
  Maintenance: {
    alarm: method('Maintenance/Alarm', m.AlarmRequest, m.AlarmResponse),
    status: method('Maintenance/Status', m.StatusRequest, m.StatusResponse),
    defragment: method('Maintenance/Defragment', m.DefragmentRequest, m.DefragmentResponse),
    hash: method('Maintenance/Hash', m.HashRequest, m.HashResponse),
    hashKV: method('Maintenance/HashKV', m.HashKVRequest, m.HashKVResponse),
    snapshot: method('Maintenance/Snapshot', m.SnapshotRequest, m.SnapshotResponse, 'answer'),
    moveLeader: method('Maintenance/MoveLeader', m.MoveLeaderRequest, m.MoveLeaderResponse),
    downgrade: method('Maintenance/Downgrade', m.DowngradeRequest, m.DowngradeResponse),
  },
  Auth: {
    authStatus: method('Auth/AuthStatus', m.AuthStatusRequest, m.AuthStatusResponse),
    authEnable: refused('AuthEnable'),
    authDisable: refused('AuthDisable'),
    authenticate: refused('Authenticate'),
    userAdd: refused('UserAdd'),
    userGet: refused('UserGet'),
    userList: refused('UserList'),
    userDelete: refused('UserDelete'),
    userChangePassword: refused('UserChangePassword'),
    userGrantRole: refused('UserGrantRole'),
    userRevokeRole: refused('UserRevokeRole'),
    roleAdd: refused('RoleAdd'),
    roleGet: refused('RoleGet'),
    roleList: refused('RoleList'),
    roleDelete: refused('RoleDelete'),
    roleGrantPermission: refused('RoleGrantPermission'),
    roleRevokePermission: refused('RoleRevokePermission'),
  },
}

/** Answers are as large as what they hold: only requests have a limit. */
export const MAX_ANSWER_BYTES = -1
