import { own } from '../../../../base/own.ts'
import { isHugePages } from './resource-names.ts'
import { aggregate } from './resource-rules.ts'

/* eslint-disable @typescript-eslint/no-explicit-any -- fills in what clients sent */

/**
 * Defaults of a pod's spec that the schema cannot say. `isPod` is true for pods themselves: ports of the host, and requests
 * that follow limits, are filled in there only (and after admission), not in templates.
 */
export function defaultPodSpec(spec: any, isPod = false): void {
  if (!spec) return
  for (const container of [
    ...(spec.initContainers ?? []),
    ...(spec.containers ?? []),
    ...(spec.ephemeralContainers ?? []),
  ]) {
    container.imagePullPolicy ??= defaultPullPolicy(container.image ?? '')
    for (const variable of container.env ?? [])
      if (variable.valueFrom?.fileKeyRef) variable.valueFrom.fileKeyRef.optional ??= false
  }
  for (const volume of spec.volumes ?? []) {
    // A volume that names no source is an empty directory.
    if (Object.keys(volume).every(key => key === 'name')) volume.emptyDir = {}
    if (volume.image) volume.image.pullPolicy ??= defaultPullPolicy(volume.image.reference ?? '')
  }
  // The old name of the field is kept in step.
  if (spec.serviceAccountName) spec.serviceAccount = spec.serviceAccountName
  else if (spec.serviceAccount) spec.serviceAccountName = spec.serviceAccount
  if (isPod) defaultPod(spec)
}

function defaultPod(spec: any): void {
  const longRunning = [...(spec.initContainers ?? []), ...(spec.containers ?? [])]
  if (spec.hostNetwork)
    for (const container of longRunning)
      for (const port of container.ports ?? [])
        if (!port.hostPort && port.containerPort) port.hostPort = port.containerPort
  for (const container of longRunning) {
    const { limits } = container.resources ?? {}
    if (!limits) continue
    const requests = (container.resources.requests ??= {})
    for (const key in limits) requests[key] = own(requests, key) ?? limits[key]
  }
  defaultPodResources(spec)
}

/** What a pod that says some of its resources as a whole means by it. */
function defaultPodResources(spec: any): void {
  const own = spec.resources
  if (!own) return
  const has = (map: object | undefined) => map !== undefined && Object.keys(map).length > 0
  // Huge pages are limited to what the containers may have together, unless they are asked for.
  if (has(own.limits) || has(own.requests))
    for (const [key, sum] of aggregate(spec, 'limits'))
      if (isHugePages(key) && own.requests?.[key] === undefined) (own.limits ??= {})[key] ??= sum.toString()
  if (!has(own.limits)) return
  // Requests are what the containers ask for together, or else the limit.
  const requests = (own.requests ??= {})
  const isPlain = (key: string) => key === 'cpu' || key === 'memory'
  for (const [key, sum] of aggregate(spec, 'requests')) if (isPlain(key)) requests[key] ??= sum.toString()
  for (const key in own.limits) if (isPlain(key) || isHugePages(key)) requests[key] ??= own.limits[key]
  if (!has(requests)) delete own.requests
}

/** Always for the tag latest (or none), else IfNotPresent. */
export function defaultPullPolicy(image: string): 'Always' | 'IfNotPresent' {
  if (image.includes('@')) return 'IfNotPresent'
  const colon = image.lastIndexOf(':')
  const tag = colon > image.lastIndexOf('/') ? image.slice(colon + 1) : 'latest'
  return tag === 'latest' ? 'Always' : 'IfNotPresent'
}
