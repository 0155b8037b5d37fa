import type { Feed } from '../storage/feed.ts'
import type { AdmissionPlugin } from './plugin.ts'

const DEFAULT = 'ingressclass.kubernetes.io/is-default-class'
const OLD_ANNOTATION = 'kubernetes.io/ingress.class'

/** A new ingress that names no class gets the default one: the newest, and by name among equals. */
export function defaultIngressClass(deps: { feed: Feed }): AdmissionPlugin {
  return {
    name: 'DefaultIngressClass',
    async mutate({ operation, resource, subresource, object }) {
      if (operation !== 'CREATE' || resource.group !== 'networking.k8s.io' || resource.resource !== 'ingresses') return
      if (subresource || !object?.spec || object.spec.ingressClassName !== undefined) return
      if (object.metadata.annotations?.[OLD_ANNOTATION] !== undefined) return
      const classes = [...(await deps.feed.cache('/registry/ingressclasses/')).values()]
        .map(stored => stored.object.metadata)
        .filter(metadata => metadata.annotations?.[DEFAULT] === 'true')
        .sort(
          (a, b) =>
            (b.creationTimestamp ?? '').localeCompare(a.creationTimestamp ?? '') || a.name!.localeCompare(b.name!),
        )
      if (classes[0]) object.spec.ingressClassName = classes[0].name
    },
  }
}
