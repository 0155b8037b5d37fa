import type { FieldError } from '../../strategy.ts'
import { duplicate, forbidden, invalid } from '../../validation/field.ts'
import { cidrWarnings, isDualStack, parseCIDR, validateCIDR } from '../../validation/ip.ts'
import { ageColumn, column, nameColumn, wide } from '../columns.ts'
import { defineKind, subresource } from '../define.ts'
import { validateAvoidedPods } from './node-annotations.ts'
import { validateConfigSource } from './node-config.ts'
import { validateResourceQuantity } from './pod/resource-names.ts'
import { validateTaints } from './pod/scheduling-rules.ts'

interface Address {
  type: string
  address: string
}

export const strategy = defineKind({
  group: '',
  kind: 'Node',
  resource: 'nodes',
  namespaced: false,
  shortNames: ['no'],
  hasStatus: true,
  // The kubelet registers a node together with its status.
  bornWithStatus: true,
  subresources: [subresource('proxy', 'NodeProxyOptions', ['create', 'delete', 'get', 'patch', 'update'])],
  columns: [
    nameColumn,
    column('Status', 'string', 'Whether the node is ready and takes pods.', o => {
      const ready = (o.status?.conditions ?? []).find((c: { type: string }) => c.type === 'Ready')
      const status = ready ? (ready.status === 'True' ? 'Ready' : 'NotReady') : 'Unknown'
      return o.spec?.unschedulable ? `${status},SchedulingDisabled` : status
    }),
    column('Roles', 'string', 'Roles that its labels give it.', o => roles(o.metadata.labels) || '<none>'),
    ageColumn,
    column('Version', 'string', 'Version of its kubelet.', o => o.status?.nodeInfo?.kubeletVersion ?? ''),
    wide('Internal-IP', 'string', 'Address inside of the cluster.', o => address(o.status, 'InternalIP')),
    wide('External-IP', 'string', 'Address for the world outside.', o => address(o.status, 'ExternalIP')),
    wide('OS-Image', 'string', 'Operating system.', o => o.status?.nodeInfo?.osImage || '<unknown>'),
    wide('Kernel-Version', 'string', 'Version of the kernel.', o => o.status?.nodeInfo?.kernelVersion || '<unknown>'),
    wide(
      'Container-Runtime',
      'string',
      'Runtime and its version.',
      o => o.status?.nodeInfo?.containerRuntimeVersion || '<unknown>',
    ),
  ],
  setDefaults(object) {
    const status = (object.status ??= {})
    // What is not said to be allocatable is the capacity.
    if (status.capacity) status.allocatable ??= { ...status.capacity }
    const spec = object.spec ?? {}
    if (spec.podCIDR && !spec.podCIDRs?.length) spec.podCIDRs = [spec.podCIDR]
    else if (!spec.podCIDR && spec.podCIDRs?.length) spec.podCIDR = spec.podCIDRs[0]
  },
  validate(object, context) {
    const errors = [
      ...validateAvoidedPods(object.metadata.annotations, 'metadata.annotations'),
      ...validateTaints(object.spec?.taints, 'metadata.taints'),
      ...validateAmounts(object.status),
    ]
    const swap = object.status?.nodeInfo?.swap?.capacity
    if (swap !== undefined && swap <= 0)
      errors.push(invalid('metadata.nodeSwapStatus.capacity', swap, 'must be greater than zero'))
    return context.subresource ? [] : errors
  },
  validateNew(object) {
    const cidrs: string[] = object.spec?.podCIDRs ?? []
    const errors = cidrs.flatMap((cidr, i) => validateCIDR(cidr, `spec.podCIDRs[${i}]`))
    if (cidrs.length > 1 && (cidrs.length > 2 || !isDualStack(cidrs, text => parseCIDR(text)?.ip)))
      errors.push(invalid('spec.podCIDRs', cidrs, 'may specify no more than one CIDR for each IP family'))
    return errors
  },
  validateUpdate(object, old, context) {
    const errors: FieldError[] = context.subresource === 'status' ? validateAmounts(object.status) : []
    const seen = new Set<string>()
    ;((object.status?.addresses ?? []) as Address[]).forEach((address, i) => {
      const id = JSON.stringify([address.type, address.address])
      if (seen.has(id))
        errors.push(duplicate(`status.addresses[${i}]`, { Type: address.type, Address: address.address }))
      seen.add(id)
    })
    if (context.subresource === 'status') return errors
    const [now, was] = [object.spec ?? {}, old.spec ?? {}]
    const cidrs: string[] = now.podCIDRs ?? []
    const before: string[] = was.podCIDRs ?? []
    const moved = cidrs.length === before.length ? before.filter((cidr, i) => cidr !== cidrs[i]) : before.slice(0, 1)
    for (const _ of moved)
      errors.push(forbidden('spec.podCIDRs', 'node updates may not change podCIDR except from "" to valid'))
    if (was.providerID && now.providerID !== was.providerID)
      errors.push(forbidden('spec.providerID', 'node updates may not change providerID except from "" to valid'))
    if (now.configSource) errors.push(...validateConfigSource(now.configSource, 'spec.configSource', false))
    for (const key of ['assigned', 'active', 'lastKnownGood'])
      if (object.status?.config?.[key])
        errors.push(...validateConfigSource(object.status.config[key], `status.config.${key}`, true))
    if ((now.externalID ?? '') !== (was.externalID ?? ''))
      errors.push(forbidden('spec.externalID', 'may not be updated'))
    return errors
  },
  warnings(object) {
    const spec = object.spec ?? {}
    const warnings: string[] = []
    if (spec.configSource) warnings.push('spec.configSource: the feature is no longer supported')
    if (spec.externalID) warnings.push('spec.externalID: this field is deprecated, and is unused by Kubernetes')
    ;((spec.podCIDRs ?? []) as string[]).forEach((cidr, i) =>
      warnings.push(...cidrWarnings(cidr, `spec.podCIDRs[${i}]`)),
    )
    return warnings
  },
  selectableFields: o => ({ 'spec.unschedulable': String(o.spec?.unschedulable ?? false) }),
})

/** What a node has has to be there in sensible amounts. */
function validateAmounts(status: Record<string, Record<string, string> | undefined> | undefined): FieldError[] {
  return ['capacity', 'allocatable'].flatMap(which =>
    Object.entries(status?.[which] ?? {}).flatMap(([name, value]) =>
      validateResourceQuantity(name, value, `status.${which}.${name}`),
    ),
  )
}

function roles(labels: Record<string, string> | undefined): string {
  const found = new Set<string>()
  for (const [key, value] of Object.entries(labels ?? {})) {
    if (key.startsWith('node-role.kubernetes.io/') && key.length > 24) found.add(key.slice(24))
    else if (key === 'kubernetes.io/role' && value) found.add(value)
  }
  return [...found].sort().join(',')
}

function address(status: { addresses?: Address[] } | undefined, type: string): string {
  return status?.addresses?.find(a => a.type === type)?.address ?? '<none>'
}
