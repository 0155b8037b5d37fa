/** The name under which OpenAPI documents list a type: io.k8s.api.core.v1.PodSpec. */
export function definitionName(qualified: string): string {
  const dot = qualified.lastIndexOf('.')
  const [pkg, name] = [qualified.slice(0, dot), qualified.slice(dot + 1)]
  const [group, version] = pkg.split('/') as [string, string]
  if (pkg === 'meta/v1') return `io.k8s.apimachinery.pkg.apis.meta.v1.${name}`
  if (group === 'apiextensions') return `io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.${version}.${name}`
  if (group === 'apiregistration') return `io.k8s.kube-aggregator.pkg.apis.apiregistration.${version}.${name}`
  return `io.k8s.api.${group}.${version}.${name}`
}

/** The path of a group version: `api/v1` or `apis/apps/v1`. */
export function groupVersionPath(group: string, version: string): string {
  return group ? `apis/${group}/${version}` : `api/${version}`
}

export const QUANTITY = 'io.k8s.apimachinery.pkg.api.resource.Quantity'
export const INT_OR_STRING = 'io.k8s.apimachinery.pkg.util.intstr.IntOrString'
export const TIME = 'io.k8s.apimachinery.pkg.apis.meta.v1.Time'
export const MICRO_TIME = 'io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime'
