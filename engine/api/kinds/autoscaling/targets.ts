import type { KubeObject } from '../../object.ts'

/* eslint-disable @typescript-eslint/no-explicit-any -- reads open objects */

/** The Targets column: "cpu: 12%/80%, …", at most two metrics spelled out. */
export function targetsText(hpa: KubeObject): string {
  const specs: any[] = hpa.spec?.metrics ?? []
  const statuses: any[] = hpa.status?.currentMetrics ?? []
  if (!specs.length) return '<none>'
  const texts = specs.map((spec, i) => {
    const status = statuses[i]
    const member =
      {
        ContainerResource: 'containerResource',
        External: 'external',
        Object: 'object',
        Pods: 'pods',
        Resource: 'resource',
      }[spec.type as string] ?? ''
    const target = spec[member]?.target ?? {}
    const current = status?.[member]?.current ?? {}
    const prefix = member === 'resource' || member === 'containerResource' ? `${spec[member]?.name}: ` : ''
    if (target.averageUtilization !== undefined)
      return `${prefix}${current.averageUtilization === undefined ? '<unknown>' : `${current.averageUtilization}%`}/${target.averageUtilization}%`
    if (target.averageValue !== undefined)
      return `${prefix}${current.averageValue ?? '<unknown>'}/${target.averageValue}${member === 'object' || member === 'external' ? ' (avg)' : ''}`
    if (prefix)
      return `${prefix}${current.averageUtilization === undefined ? '<unknown>' : `${current.averageUtilization}%`}/<auto>`
    return `${current.value ?? '<unknown>'}/${target.value ?? '<auto>'}`
  })
  return texts.length > 2 ? `${texts.slice(0, 2).join(', ')} + ${texts.length - 2} more...` : texts.join(', ')
}
