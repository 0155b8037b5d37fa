import { deepEqual } from '../../api/equality.ts'

/** Whether an update changes nothing that matters: versions and the times of managed fields do not. */
export function equalStored(a: { metadata: object }, b: { metadata: object }): boolean {
  return deepEqual(withoutNoise(a), withoutNoise(b))
}

function withoutNoise(object: { metadata: object }): unknown {
  const { resourceVersion: _v, managedFields, ...metadata } = object.metadata as Record<string, unknown>
  const fields = (managedFields as Record<string, unknown>[] | undefined)?.map(({ time: _t, ...entry }) => entry)
  return { ...object, metadata: { ...metadata, managedFields: fields?.length ? fields : undefined } }
}
