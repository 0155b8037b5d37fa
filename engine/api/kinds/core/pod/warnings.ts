import { parseQuantity } from '../../../../base/quantity.ts'
import type { KubeObject } from '../../../object.ts'

/* eslint-disable @typescript-eslint/no-explicit-any -- reads what clients sent */

/** Remarks on a pod that is created; an update that leaves the spec alone has none. */
export function podWarnings(object: KubeObject, old: KubeObject | undefined): string[] {
  return old ? [] : specWarnings(object.spec, 'spec')
}

/** Remarks on a template, unless it is the one that was there before. */
export function templateWarnings(template: any, old: any, at: string): string[] {
  if (!template?.spec || (old && JSON.stringify(old) === JSON.stringify(template))) return []
  return specWarnings(template.spec, `${at}.spec`)
}

function specWarnings(spec: any, at: string): string[] {
  const warnings: string[] = []
  if (!spec) return warnings
  if (spec.serviceAccount && !spec.serviceAccountName)
    warnings.push(`${at}.serviceAccount: deprecated since v1.0, use ${at}.serviceAccountName instead`)
  ;(spec.volumes ?? []).forEach((volume: any, i: number) => {
    if (volume.gitRepo) warnings.push(`${at}.volumes[${i}].gitRepo: deprecated in v1.11`)
    if (volume.emptyDir?.sizeLimit && parseQuantity(volume.emptyDir.sizeLimit).milliValue() % 1000)
      warnings.push(
        `${at}.volumes[${i}].emptyDir.sizeLimit: fractional byte value ${JSON.stringify(volume.emptyDir.sizeLimit)} is invalid, must be an integer`,
      )
  })
  for (const list of ['initContainers', 'containers']) {
    ;(spec[list] ?? []).forEach((container: any, i: number) => {
      const path = `${at}.${list}[${i}]`
      for (const which of ['limits', 'requests'])
        for (const key of ['memory', 'ephemeral-storage']) {
          const value = container.resources?.[which]?.[key]
          if (value !== undefined && parseQuantity(value).milliValue() % 1000)
            warnings.push(
              `${path}.resources.${which}[${key}]: fractional byte value ${JSON.stringify(value)} is invalid, must be an integer`,
            )
        }
      const names = new Map<string, number>()
      ;(container.env ?? []).forEach((variable: any, j: number) => {
        const first = names.get(variable.name)
        if (first !== undefined)
          warnings.push(
            `${path}.env[${j}]: hides previous definition of ${JSON.stringify(variable.name)}, which may be unintended`,
          )
        names.set(variable.name, j)
      })
      const ports = new Map<string, number>()
      ;(container.ports ?? []).forEach((port: any, j: number) => {
        const key = `${port.containerPort}/${port.protocol ?? 'TCP'}/${port.hostPort ?? 0}/${port.hostIP ?? ''}`
        const first = ports.get(key)
        if (first !== undefined)
          warnings.push(`${path}.ports[${j}]: duplicate port definition with ${path}.ports[${first}]`)
        else ports.set(key, j)
      })
    })
  }
  return warnings
}
