/**
 * The messages of etcd's API, version 3. Names and numbers are those of `rpc.proto` (package etcdserverpb), `kv.proto`
 * (mvccpb) and `auth.proto` (authpb) of etcd, https://github.com/etcd-io/etcd, licensed under Apache-2.0; names are
 * written in camel case here, which the wire does not show.
 */
import {
  bool,
  bytes,
  enumeration,
  id64,
  int64,
  lease,
  message,
  nested,
  optional,
  repeated,
  string,
  uint32,
} from './wire.ts'
import type { Draft, Message, TypeOf } from './wire.ts'

export const ResponseHeader = message('ResponseHeader', {
  clusterId: id64(1),
  memberId: id64(2),
  revision: int64(3),
  raftTerm: int64(4),
})

const header = nested(1, () => ResponseHeader)

export const KeyValue = message('KeyValue', {
  key: bytes(1),
  createRevision: int64(2),
  modRevision: int64(3),
  version: int64(4),
  value: bytes(5),
  lease: lease(6),
})

export const Event = message('Event', {
  type: enumeration(1),
  kv: nested(2, () => KeyValue),
  prevKv: nested(3, () => KeyValue),
})

export const EVENT = { PUT: 0, DELETE: 1 } as const

// KV

export const RangeRequest = message('RangeRequest', {
  key: bytes(1),
  rangeEnd: bytes(2),
  limit: int64(3),
  revision: int64(4),
  sortOrder: enumeration(5),
  sortTarget: enumeration(6),
  serializable: bool(7),
  keysOnly: bool(8),
  countOnly: bool(9),
  minModRevision: int64(10),
  maxModRevision: int64(11),
  minCreateRevision: int64(12),
  maxCreateRevision: int64(13),
})

export const SORT_ORDERS = ['none', 'ascend', 'descend'] as const
export const SORT_TARGETS = ['key', 'version', 'create', 'mod', 'value'] as const

export const RangeResponse = message('RangeResponse', {
  header,
  kvs: repeated(nested(2, () => KeyValue)),
  more: bool(3),
  count: int64(4),
})

export const PutRequest = message('PutRequest', {
  key: bytes(1),
  value: bytes(2),
  lease: lease(3),
  prevKv: bool(4),
  ignoreValue: bool(5),
  ignoreLease: bool(6),
})

export const PutResponse = message('PutResponse', { header, prevKv: nested(2, () => KeyValue) })

export const DeleteRangeRequest = message('DeleteRangeRequest', { key: bytes(1), rangeEnd: bytes(2), prevKv: bool(3) })

export const DeleteRangeResponse = message('DeleteRangeResponse', {
  header,
  deleted: int64(2),
  prevKvs: repeated(nested(3, () => KeyValue)),
})

export const Compare = message('Compare', {
  result: enumeration(1),
  target: enumeration(2),
  key: bytes(3),
  version: optional(int64(4)),
  createRevision: optional(int64(5)),
  modRevision: optional(int64(6)),
  value: optional(bytes(7)),
  lease: optional(lease(8)),
  rangeEnd: bytes(64),
})

export const COMPARE_RESULTS = ['equal', 'greater', 'less', 'notEqual'] as const
export const COMPARE_TARGETS = ['version', 'createRevision', 'modRevision', 'value', 'lease'] as const

// A transaction may hold transactions, so its type cannot follow from its table.
export interface TxnRequestType {
  compare: TypeOf<typeof Compare>[]
  success: RequestOpType[]
  failure: RequestOpType[]
}

export interface RequestOpType {
  requestRange: TypeOf<typeof RangeRequest> | undefined
  requestPut: TypeOf<typeof PutRequest> | undefined
  requestDeleteRange: TypeOf<typeof DeleteRangeRequest> | undefined
  requestTxn: TxnRequestType | undefined
}

export interface TxnResponseType {
  header: TypeOf<typeof ResponseHeader> | undefined
  succeeded: boolean
  responses: ResponseOpType[]
}

export interface ResponseOpType {
  responseRange: TypeOf<typeof RangeResponse> | undefined
  responsePut: TypeOf<typeof PutResponse> | undefined
  responseDeleteRange: TypeOf<typeof DeleteRangeResponse> | undefined
  responseTxn: TxnResponseType | undefined
}

export const RequestOp: Message<RequestOpType> = message('RequestOp', {
  requestRange: nested(1, () => RangeRequest),
  requestPut: nested(2, () => PutRequest),
  requestDeleteRange: nested(3, () => DeleteRangeRequest),
  requestTxn: nested<TxnRequestType>(4, () => TxnRequest),
})

export const TxnRequest: Message<TxnRequestType> = message('TxnRequest', {
  compare: repeated(nested(1, () => Compare)),
  success: repeated(nested<RequestOpType>(2, () => RequestOp)),
  failure: repeated(nested<RequestOpType>(3, () => RequestOp)),
})

export const ResponseOp: Message<ResponseOpType> = message('ResponseOp', {
  responseRange: nested(1, () => RangeResponse),
  responsePut: nested(2, () => PutResponse),
  responseDeleteRange: nested(3, () => DeleteRangeResponse),
  responseTxn: nested<TxnResponseType>(4, () => TxnResponse),
})

export const TxnResponse: Message<TxnResponseType> = message('TxnResponse', {
  header,
  succeeded: bool(2),
  responses: repeated(nested<ResponseOpType>(3, () => ResponseOp)),
})

export const CompactionRequest = message('CompactionRequest', { revision: int64(1), physical: bool(2) })
export const CompactionResponse = message('CompactionResponse', { header })

// Watch

export const WatchCreateRequest = message('WatchCreateRequest', {
  key: bytes(1),
  rangeEnd: bytes(2),
  startRevision: int64(3),
  progressNotify: bool(4),
  filters: repeated(enumeration(5)),
  prevKv: bool(6),
  watchId: int64(7),
  fragment: bool(8),
})

export const FILTERS = ['noPut', 'noDelete'] as const

export const WatchCancelRequest = message('WatchCancelRequest', { watchId: int64(1) })
export const WatchProgressRequest = message('WatchProgressRequest', {})

export const WatchRequest = message('WatchRequest', {
  createRequest: nested(1, () => WatchCreateRequest),
  cancelRequest: nested(2, () => WatchCancelRequest),
  progressRequest: nested(3, () => WatchProgressRequest),
})

export const WatchResponse = message('WatchResponse', {
  header,
  watchId: int64(2),
  created: bool(3),
  canceled: bool(4),
  compactRevision: int64(5),
  cancelReason: string(6),
  fragment: bool(7),
  events: repeated(nested(11, () => Event)),
})

// Lease

export const LeaseGrantRequest = message('LeaseGrantRequest', { ttl: int64(1), id: lease(2) })
export const LeaseGrantResponse = message('LeaseGrantResponse', {
  header,
  id: lease(2),
  ttl: int64(3),
  error: string(4),
})
export const LeaseRevokeRequest = message('LeaseRevokeRequest', { id: lease(1) })
export const LeaseRevokeResponse = message('LeaseRevokeResponse', { header })
export const LeaseKeepAliveRequest = message('LeaseKeepAliveRequest', { id: lease(1) })
export const LeaseKeepAliveResponse = message('LeaseKeepAliveResponse', { header, id: lease(2), ttl: int64(3) })
export const LeaseTimeToLiveRequest = message('LeaseTimeToLiveRequest', { id: lease(1), keys: bool(2) })
export const LeaseTimeToLiveResponse = message('LeaseTimeToLiveResponse', {
  header,
  id: lease(2),
  ttl: int64(3),
  grantedTtl: int64(4),
  keys: repeated(bytes(5)),
})
export const LeaseLeasesRequest = message('LeaseLeasesRequest', {})
export const LeaseStatus = message('LeaseStatus', { id: lease(1) })
export const LeaseLeasesResponse = message('LeaseLeasesResponse', {
  header,
  leases: repeated(nested(2, () => LeaseStatus)),
})

// Cluster

export const Member = message('Member', {
  id: id64(1),
  name: string(2),
  peerURLs: repeated(string(3)),
  clientURLs: repeated(string(4)),
  isLearner: bool(5),
})

const members = repeated(nested(2, () => Member))

export const MemberAddRequest = message('MemberAddRequest', { peerURLs: repeated(string(1)), isLearner: bool(2) })
export const MemberAddResponse = message('MemberAddResponse', {
  header,
  member: nested(2, () => Member),
  members: repeated(nested(3, () => Member)),
})
export const MemberRemoveRequest = message('MemberRemoveRequest', { id: id64(1) })
export const MemberRemoveResponse = message('MemberRemoveResponse', { header, members })
export const MemberUpdateRequest = message('MemberUpdateRequest', { id: id64(1), peerURLs: repeated(string(2)) })
export const MemberUpdateResponse = message('MemberUpdateResponse', { header, members })
export const MemberListRequest = message('MemberListRequest', { linearizable: bool(1) })
export const MemberListResponse = message('MemberListResponse', { header, members })
export const MemberPromoteRequest = message('MemberPromoteRequest', { id: id64(1) })
export const MemberPromoteResponse = message('MemberPromoteResponse', { header, members })

// Maintenance

export const AlarmRequest = message('AlarmRequest', {
  action: enumeration(1),
  memberId: id64(2),
  alarm: enumeration(3),
})
export const AlarmMember = message('AlarmMember', { memberId: id64(1), alarm: enumeration(2) })
export const AlarmResponse = message('AlarmResponse', { header, alarms: repeated(nested(2, () => AlarmMember)) })

export const ALARM_ACTIONS = ['get', 'activate', 'deactivate'] as const
export const ALARMS = ['none', 'nospace', 'corrupt'] as const

export const StatusRequest = message('StatusRequest', {})
export const DowngradeInfo = message('DowngradeInfo', { enabled: bool(1), targetVersion: string(2) })
export const StatusResponse = message('StatusResponse', {
  header,
  version: string(2),
  dbSize: int64(3),
  leader: id64(4),
  raftIndex: int64(5),
  raftTerm: int64(6),
  raftAppliedIndex: int64(7),
  errors: repeated(string(8)),
  dbSizeInUse: int64(9),
  isLearner: bool(10),
  storageVersion: string(11),
  dbSizeQuota: int64(12),
  downgradeInfo: nested(13, () => DowngradeInfo),
})

export const DefragmentRequest = message('DefragmentRequest', {})
export const DefragmentResponse = message('DefragmentResponse', { header })
export const HashRequest = message('HashRequest', {})
export const HashResponse = message('HashResponse', { header, hash: uint32(2) })
export const HashKVRequest = message('HashKVRequest', { revision: int64(1) })
export const HashKVResponse = message('HashKVResponse', {
  header,
  hash: uint32(2),
  compactRevision: int64(3),
  hashRevision: int64(4),
})
export const SnapshotRequest = message('SnapshotRequest', {})
export const SnapshotResponse = message('SnapshotResponse', {
  header,
  remainingBytes: int64(2),
  blob: bytes(3),
  version: string(4),
})
export const MoveLeaderRequest = message('MoveLeaderRequest', { targetId: id64(1) })
export const MoveLeaderResponse = message('MoveLeaderResponse', { header })
export const DowngradeRequest = message('DowngradeRequest', { action: enumeration(1), version: string(2) })
export const DowngradeResponse = message('DowngradeResponse', { header, version: string(2) })

// Auth: what is refused needs no more of a request than that it is one.

export const AuthStatusRequest = message('AuthStatusRequest', {})
export const AuthStatusResponse = message('AuthStatusResponse', { header, enabled: bool(2), authRevision: id64(3) })
export const AuthRequest = message('AuthRequest', {})
export const AuthResponse = message('AuthResponse', { header })

export type Header = Draft<TypeOf<typeof ResponseHeader>>
