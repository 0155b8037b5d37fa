import type { Ingress, IngressClass } from '../../api/types.ts'

/** The controller that IngressClasses of this one name. */
export const INGRESS_CONTROLLER = 'kubarium.io/ingress'

const CLASS_ANNOTATION = 'kubernetes.io/ingress.class'

/**
 * Whether an Ingress is for this controller: by its class, or by the annotation that was there before classes. One without
 * either is nobody's: admission gives new ones the default class.
 */
export function isOurs(ingress: Ingress, classes: Iterable<IngressClass>): boolean {
  const name = ingress.spec?.ingressClassName ?? ingress.metadata.annotations?.[CLASS_ANNOTATION]
  if (!name) return false
  for (const { metadata, spec } of classes) if (metadata.name === name) return spec?.controller === INGRESS_CONTROLLER
  return false
}
