import type { AdmissionPlugin } from './plugin.ts'

const FINALIZERS: Record<string, string> = {
  persistentvolumes: 'kubernetes.io/pv-protection',
  persistentvolumeclaims: 'kubernetes.io/pvc-protection',
}

/** Claims and volumes are protected from their first moment on against going while they are used. */
export function storageObjectInUseProtection(): AdmissionPlugin {
  return {
    name: 'StorageObjectInUseProtection',
    async mutate({ operation, resource, subresource, object }) {
      const finalizer = FINALIZERS[resource.resource]
      if (operation !== 'CREATE' || resource.group || subresource || !object || !finalizer) return
      const { finalizers = [] } = object.metadata
      if (!finalizers.includes(finalizer)) object.metadata.finalizers = [...finalizers, finalizer]
    },
  }
}
