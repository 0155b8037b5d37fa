import { parseQuantity } from '../../../base/quantity.ts'
import { deepEqual } from '../../equality.ts'
import type { FieldError } from '../../strategy.ts'
import { duplicate, forbidden, invalid, notSupported, required } from '../../validation/field.ts'
import { isCIDR, isLabelValue, isQualifiedName } from '../../validation/names.ts'
import { ageColumn, column, nameColumn, wide } from '../columns.ts'
import { defineKind, subresource } from '../define.ts'

interface Taint {
  key: string
  value?: string
  effect: string
}
const EFFECTS = ['NoExecute', 'NoSchedule', 'PreferNoSchedule']

export const strategy = defineKind({
  group: '',
  kind: 'Node',
  resource: 'nodes',
  namespaced: false,
  shortNames: ['no'],
  hasStatus: true,
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
    if (status.capacity && !status.allocatable) status.allocatable = { ...status.capacity }
    else if (status.capacity)
      for (const [key, value] of Object.entries(status.capacity)) status.allocatable[key] ??= value
    const spec = object.spec ?? {}
    if (spec.podCIDR && !spec.podCIDRs?.length) spec.podCIDRs = [spec.podCIDR]
    else if (!spec.podCIDR && spec.podCIDRs?.length) spec.podCIDR = spec.podCIDRs[0]
  },
  prepareForCreate(object) {
    // The kubelet registers a node together with its status.
    object.status = object.status ?? {}
  },
  validate(object) {
    const errors: FieldError[] = []
    const seen = new Set<string>()
    ;((object.spec?.taints ?? []) as Taint[]).forEach((taint, i) => {
      const at = `spec.taints[${i}]`
      errors.push(...isQualifiedName(taint.key ?? '').map(text => invalid(`${at}.key`, taint.key ?? '', text)))
      errors.push(...isLabelValue(taint.value ?? '').map(text => invalid(`${at}.value`, taint.value ?? '', text)))
      if (!taint.effect) errors.push(required(`${at}.effect`))
      else if (!EFFECTS.includes(taint.effect))
        errors.push(notSupported(`${at}.effect`, taint.effect, ['NoSchedule', 'PreferNoSchedule', 'NoExecute']))
      const id = `${taint.key}:${taint.effect}`
      if (seen.has(id))
        errors.push({
          ...duplicate(at, taint),
          message: `Duplicate value: ${JSON.stringify({ key: taint.key, ...(taint.value && { value: taint.value }), effect: taint.effect })}: taints must be unique by key and effect pair`,
        })
      seen.add(id)
    })
    ;((object.spec?.podCIDRs ?? []) as string[]).forEach((cidr, i) =>
      errors.push(...isCIDR(cidr).map(text => invalid(`spec.podCIDRs[${i}]`, cidr, text))),
    )
    for (const where of ['capacity', 'allocatable'])
      for (const [key, value] of Object.entries<string>(object.status?.[where] ?? {}))
        if (parseQuantity(value).sign() < 0)
          errors.push(invalid(`status.${where}.${key}`, value, 'must be greater than or equal to 0'))
    return errors
  },
  validateUpdate(object, old, context) {
    const errors: FieldError[] = []
    if (context.subresource === 'status') return errors
    if (old.spec?.podCIDRs?.length && !deepEqual(object.spec?.podCIDRs, old.spec.podCIDRs))
      errors.push(forbidden('spec.podCIDRs', 'node updates may not change podCIDR except from "" to valid'))
    if (old.spec?.providerID && object.spec?.providerID !== old.spec.providerID)
      errors.push(forbidden('spec.providerID', 'node updates may not change providerID except from "" to valid'))
    return errors
  },
  selectableFields: o => ({ 'spec.unschedulable': String(o.spec?.unschedulable ?? false) }),
})

function roles(labels: Record<string, string> | undefined): string {
  const found = new Set<string>()
  for (const [key, value] of Object.entries(labels ?? {})) {
    if (key.startsWith('node-role.kubernetes.io/') && key.length > 24) found.add(key.slice(24))
    else if (key === 'kubernetes.io/role' && value) found.add(value)
  }
  return [...found].sort().join(',')
}

function address(status: { addresses?: { type: string; address: string }[] } | undefined, type: string): string {
  return status?.addresses?.find(a => a.type === type)?.address ?? '<none>'
}
