/** The name under which OpenAPI documents list a type: io.k8s.api.core.v1.PodSpec. */
export function definitionName(qualified: string): string {
  const dot = qualified.lastIndexOf('.')
  const [pkg, name] = [qualified.slice(0, dot), qualified.slice(dot + 1)]
  const [group, version] = pkg.split('/') as [string, string]
  if (name === 'RawExtension') return 'io.k8s.apimachinery.pkg.runtime.RawExtension'
  if (pkg === 'meta/v1') return `io.k8s.apimachinery.pkg.apis.meta.v1.${name}`
  if (group === 'apiextensions') return `io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.${version}.${name}`
  if (group === 'apiregistration') return `io.k8s.kube-aggregator.pkg.apis.apiregistration.${version}.${name}`
  if (group === 'metrics') return `io.k8s.metrics.pkg.apis.metrics.${version}.${name}`
  return `io.k8s.api.${group}.${version}.${name}`
}

/** The name of a custom resource's definition: the group's labels turned round, then version and kind. */
export function customDefinitionName(group: string, version: string, kind: string): string {
  return `${group.split('.').reverse().join('.')}.${version}.${kind}`
}

/** The path of a group version: `api/v1` or `apis/apps/v1`. */
export function groupVersionPath(group: string, version: string): string {
  return group ? `apis/${group}/${version}` : `api/${version}`
}

/** A group's name as part of an operation's: `core`, `apps`, `rbacAuthorization`. */
export function groupIdentifier(group: string): string {
  const [first, ...rest] = (group || 'core').replace(/\.k8s\.io$/, '').split(/[^A-Za-z0-9]+/)
  return first! + rest.map(capital).join('')
}

/** `status` → `Status`. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

export const QUANTITY = 'io.k8s.apimachinery.pkg.api.resource.Quantity'
export const INT_OR_STRING = 'io.k8s.apimachinery.pkg.util.intstr.IntOrString'
export const TIME = 'io.k8s.apimachinery.pkg.apis.meta.v1.Time'
export const MICRO_TIME = 'io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime'
