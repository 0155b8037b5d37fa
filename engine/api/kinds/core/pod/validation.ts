import type { KubeObject } from '../../../object.ts'
import type { FieldError } from '../../../strategy.ts'
import { forbidden } from '../../../validation/field.ts'
import { MIRROR, validatePodAnnotations, validateProfilesAgree } from './annotation-rules.ts'
import { validateImagePadding } from './container-rules.ts'
import { validatePodSpec } from './spec-rules.ts'

/* eslint-disable @typescript-eslint/no-explicit-any -- validates what clients sent */

/** What holds for a pod at all times. */
export function validatePod(object: KubeObject): FieldError[] {
  const spec = object.spec ?? {}
  const errors = [
    ...validatePodAnnotations(object.metadata.annotations, spec, 'metadata.annotations'),
    ...validatePodSpec(spec, 'spec', {
      isPod: true,
      podName: object.metadata.name,
      isMirror: object.metadata.annotations?.[MIRROR] !== undefined,
    }),
  ]
  if (!spec.serviceAccountName)
    (spec.volumes ?? []).forEach((volume: any, i: number) =>
      (volume.projected?.sources ?? []).forEach((source: any, j: number) => {
        if (source.serviceAccountToken)
          errors.push(
            forbidden(
              `spec.volumes[${i}].projected.sources[${j}].serviceAccountToken`,
              'must not be specified when serviceAccountName is not set',
            ),
          )
      }),
    )
  for (const list of ['containers', 'initContainers'])
    (spec[list] ?? []).forEach((container: any, i: number) =>
      errors.push(...validateImagePadding(container, `spec.${list}[${i}]`)),
    )
  return errors
}

/** What a new pod may not have yet: ephemeral containers come through their subresource, a node after the last gate. */
export function validateNewPod(object: KubeObject): FieldError[] {
  const spec = object.spec ?? {}
  const errors: FieldError[] = []
  if (spec.ephemeralContainers?.length) errors.push(forbidden('spec.ephemeralContainers', 'cannot be set on create'))
  if (spec.nodeName && spec.schedulingGates?.length)
    errors.push(forbidden('spec.nodeName', 'cannot be set until all schedulingGates have been cleared'))
  return [...errors, ...validateProfilesAgree(object.metadata.annotations, spec, 'spec')]
}
