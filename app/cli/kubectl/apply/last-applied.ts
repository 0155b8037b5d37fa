import type { KubeObject } from '../../../../engine/api/object.ts'
import { toJSON } from '../print/yaml.ts'

export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'

/** The object with its own configuration in the annotation that client-side apply compares with. */
export function withLastApplied(object: KubeObject): KubeObject {
  const annotations = { ...object.metadata.annotations }
  delete annotations[LAST_APPLIED]
  const plain = { ...object, metadata: { ...object.metadata, annotations } }
  return {
    ...plain,
    metadata: { ...plain.metadata, annotations: { ...annotations, [LAST_APPLIED]: `${toJSON(plain, 0)}\n` } },
  }
}

/** The configuration that was last applied, if the annotation is there. */
export function lastApplied(object: KubeObject): KubeObject | undefined {
  const text = object.metadata.annotations?.[LAST_APPLIED]
  return text ? (JSON.parse(text) as KubeObject) : undefined
}
