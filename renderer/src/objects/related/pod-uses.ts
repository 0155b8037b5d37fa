import type { Container, PodSpec } from '../../../../engine/api/types.ts'

/** Something of the same namespace that a pod needs, and where it says so. */
export interface Use {
  kind: 'ConfigMap' | 'Secret' | 'PersistentVolumeClaim' | 'ServiceAccount'
  name: string
  /** The places: names of volumes, environment variables, and such. */
  as: string[]
}

/** What a pod uses by name. */
export function usesOf(spec: PodSpec | undefined): Use[] {
  const found = new Map<string, Use>()
  const add = (kind: Use['kind'], name: string | undefined, as: string) => {
    if (!name) return
    const key = `${kind}/${name}`
    const use = found.get(key) ?? { kind, name, as: [] }
    if (as && !use.as.includes(as)) use.as.push(as)
    found.set(key, use)
  }
  for (const volume of spec?.volumes ?? []) {
    const as = volume.name ?? ''
    add('ConfigMap', volume.configMap?.name, as)
    add('Secret', volume.secret?.secretName, as)
    add('PersistentVolumeClaim', volume.persistentVolumeClaim?.claimName, as)
    for (const source of volume.projected?.sources ?? []) {
      add('ConfigMap', source.configMap?.name, as)
      add('Secret', source.secret?.name, as)
    }
  }
  const containers = [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])] as Container[]
  for (const container of containers) {
    for (const { configMapRef, secretRef } of container.envFrom ?? []) {
      add('ConfigMap', configMapRef?.name, 'envFrom')
      add('Secret', secretRef?.name, 'envFrom')
    }
    for (const { name, valueFrom } of container.env ?? []) {
      add('ConfigMap', valueFrom?.configMapKeyRef?.name, name ?? '')
      add('Secret', valueFrom?.secretKeyRef?.name, name ?? '')
    }
  }
  for (const { name } of spec?.imagePullSecrets ?? []) add('Secret', name, 'imagePullSecrets')
  add('ServiceAccount', spec?.serviceAccountName, '')
  return [...found.values()]
}
