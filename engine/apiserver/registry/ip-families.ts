import { validateClusterIPs } from '../../api/kinds/core/service/address-rules.ts'
import type { KubeObject } from '../../api/object.ts'
import { invalid } from '../../api/status.ts'
import type { FieldError } from '../../api/strategy.ts'
import { invalid as invalidField } from '../../api/validation/field.ts'
import { parseIP } from '../../api/validation/ip.ts'

/** Fills in the families of a service's addresses and refuses what this cluster, which has IPv4 alone, cannot give. */
export function initFamilies(service: KubeObject): void {
  const { spec } = service
  const refuseAll = (errors: FieldError[]) => {
    if (errors.length) throw invalid({ group: '', kind: 'Service' }, service.metadata.name ?? '', errors)
  }
  refuseAll(validateClusterIPs(spec))
  const errors: FieldError[] = []
  const dual = spec.ipFamilyPolicy === 'RequireDualStack' || spec.ipFamilyPolicy === 'PreferDualStack'
  for (const [key, what] of [
    ['clusterIPs', 'cluster IPs'],
    ['ipFamilies', 'IP families'],
  ] as const)
    if (spec[key]?.length === 2 && spec.ipFamilyPolicy !== undefined && !dual)
      errors.push(
        invalidField(
          'spec.ipFamilyPolicy',
          spec.ipFamilyPolicy,
          `must be RequireDualStack or PreferDualStack when multiple ${what} are specified`,
        ),
      )
  const families: string[] = [...(spec.ipFamilies ?? [])]
  for (const [i, ip] of ((spec.clusterIPs ?? []) as string[]).entries()) {
    const family = parseIP(ip)?.family
    if (!family || i < families.length) continue
    if (family === 'IPv4') families.push(family)
    else
      errors.push(invalidField(`spec.clusterIPs[${i}]`, spec.clusterIPs, `${family} is not configured on this cluster`))
  }
  refuseAll(errors)
  if (spec.clusterIP === 'None' && !hasSelector(service)) {
    // Who runs the endpoints of a headless service without a selector is not known: both families may come.
    if (!families.length) families.push('IPv4')
    if (families.length < 2 && spec.ipFamilyPolicy !== 'SingleStack')
      families.push(families[0] === 'IPv4' ? 'IPv6' : 'IPv4')
    spec.ipFamilies = families
    spec.ipFamilyPolicy ??= 'RequireDualStack'
    return
  }
  if (spec.ipFamilyPolicy === 'RequireDualStack')
    errors.push(
      invalidField(
        'spec.ipFamilyPolicy',
        spec.ipFamilyPolicy,
        'this cluster is not configured for dual-stack services',
      ),
    )
  families.forEach((family, i) => {
    if (family !== 'IPv4') errors.push(invalidField(`spec.ipFamilies[${i}]`, family, 'not configured on this cluster'))
  })
  refuseAll(errors)
  spec.ipFamilies = families.length ? families : ['IPv4']
  spec.ipFamilyPolicy ??= 'SingleStack'
}

function hasSelector(service: KubeObject): boolean {
  return Object.keys(service.spec?.selector ?? {}).length > 0
}
