import { invalid, required } from '../../validation/field.ts'
import { isDualStack, parseCIDR, validateCIDR } from '../../validation/ip.ts'
import { ageColumn, column, nameColumn } from '../columns.ts'
import { defineKind } from '../define.ts'

export const strategy = defineKind({
  group: 'networking.k8s.io',
  kind: 'ServiceCIDR',
  resource: 'servicecidrs',
  namespaced: false,
  hasStatus: true,
  columns: [
    nameColumn,
    column('CIDRs', 'string', 'Ranges that service addresses are taken from.', o => (o.spec?.cidrs ?? []).join(',')),
    ageColumn,
  ],
  validate(object) {
    const cidrs: string[] = object.spec?.cidrs ?? []
    if (!cidrs.length) return [required('spec.cidrs', 'at least one CIDR required')]
    const wrong = (text: string) => [invalid('spec.cidrs', { CIDRs: cidrs }, text)]
    if (cidrs.length > 2) return wrong('may only hold up to 2 values')
    if (cidrs.length === 2 && !isDualStack(cidrs, text => parseCIDR(text)?.ip))
      return wrong('may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/96')
    return cidrs.flatMap((cidr, i) => validateCIDR(cidr, `spec.cidrs[${i}]`))
  },
  validateUpdate(object, old, context) {
    if (context.subresource === 'status') return []
    const [now, was]: [string[], string[]] = [object.spec?.cidrs ?? [], old.spec?.cidrs ?? []]
    // A range of the other family may join the first one.
    if (now.length !== was.length && !(was.length === 1 && now.length === 2))
      return [invalid('spec.cidrs', object.spec?.cidrs ?? null, 'field is immutable')]
    return was.flatMap((cidr, i) =>
      cidr === now[i] ? [] : [invalid(`spec.cidrs[${i}]`, now[i], 'field is immutable')],
    )
  },
})
