import type { ConfigMap, Container, EnvVar, Pod, Secret, Service } from '../../api/types.ts'
import { parseQuantity } from '../../base/quantity.ts'
import type { Image } from '../images/image.ts'
import type { PodAttachment } from '../pod-network.ts'

/** Where values come from that a pod only refers to. */
export interface ValueSources {
  configMap(namespace: string, name: string): Promise<ConfigMap | undefined>
  secret(namespace: string, name: string): Promise<Secret | undefined>
  services(namespace: string): Service[]
  /** Status as the kubelet knows it now, for fieldRef. */
  podIP: string | undefined
  hostIP: string
  allocatable: Record<string, string>
}

/** A reference that cannot be resolved: the container waits with CreateContainerConfigError. */
export class ConfigError extends Error {}

const VALID_NAME = /^[-._a-zA-Z0-9]+$/

/** The environment of a container: service variables, envFrom, then env with expansion, each overriding the former. */
export async function buildEnvironment(
  pod: Pod,
  container: Container,
  sources: ValueSources,
): Promise<Record<string, string>> {
  const env: Record<string, string> = {}
  if (pod.spec?.enableServiceLinks !== false)
    Object.assign(env, serviceVariables(sources.services(pod.metadata.namespace!)))
  else Object.assign(env, serviceVariables(sources.services('default').filter(s => s.metadata.name === 'kubernetes')))
  for (const source of container.envFrom ?? []) Object.assign(env, await fromWhole(pod, source, sources))
  for (const variable of container.env ?? []) {
    const value = await valueOf(pod, container, variable, sources)
    if (value !== undefined) env[variable.name!] = expand(value, env)
  }
  return env
}

async function fromWhole(
  pod: Pod,
  source: NonNullable<Container['envFrom']>[number],
  sources: ValueSources,
): Promise<Record<string, string>> {
  const { namespace } = pod.metadata
  const ref = source.configMapRef ?? source.secretRef
  const kind = source.configMapRef ? 'configmap' : 'secret'
  const object = source.configMapRef
    ? await sources.configMap(namespace!, ref!.name!)
    : await sources.secret(namespace!, ref!.name!)
  if (!object) {
    if (ref!.optional) return {}
    throw new ConfigError(`${kind} "${ref!.name}" not found`)
  }
  const entries = Object.entries(object.data ?? {}).map(([key, value]): [string, string] => [
    (source.prefix ?? '') + key,
    source.secretRef ? Buffer.from(value, 'base64').toString('utf8') : value,
  ])
  return Object.fromEntries(entries.filter(([key]) => VALID_NAME.test(key)))
}

async function valueOf(
  pod: Pod,
  container: Container,
  variable: EnvVar,
  sources: ValueSources,
): Promise<string | undefined> {
  const from = variable.valueFrom
  if (!from) return variable.value ?? ''
  const { namespace } = pod.metadata
  if (from.fieldRef) return fieldValue(pod, from.fieldRef.fieldPath!, sources)
  if (from.resourceFieldRef) return resourceValue(pod, container, from.resourceFieldRef, sources)
  if (from.configMapKeyRef) {
    const { name, key, optional } = from.configMapKeyRef
    const map = await sources.configMap(namespace!, name!)
    return required(map?.data?.[key!], !!map, 'configmap', namespace!, name!, key!, optional)
  }
  if (from.secretKeyRef) {
    const { name, key, optional } = from.secretKeyRef
    const secret = await sources.secret(namespace!, name!)
    const data = secret?.data?.[key!]
    const value = data === undefined ? undefined : Buffer.from(data, 'base64').toString('utf8')
    return required(value, !!secret, 'secret', namespace!, name!, key!, optional)
  }
  throw new ConfigError(`the source of variable ${variable.name} is not known here`)
}

function required(
  value: string | undefined,
  found: boolean,
  kind: string,
  namespace: string,
  name: string,
  key: string,
  optional: boolean | undefined,
): string | undefined {
  if (value !== undefined || optional) return value
  if (!found) throw new ConfigError(`${kind} "${name}" not found`)
  throw new ConfigError(
    `couldn't find key ${key} in ${kind === 'configmap' ? 'ConfigMap' : 'Secret'} ${namespace}/${name}`,
  )
}

/** What a fieldRef means (k8s.io/kubernetes/pkg/fieldpath, and the pod fields that need the kubelet). */
export function fieldValue(pod: Pod, path: string, sources: Pick<ValueSources, 'podIP' | 'hostIP'>): string {
  const keyed = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(path)
  if (keyed) return pod.metadata[keyed[1] as 'labels' | 'annotations']?.[keyed[2]] ?? ''
  const asLines = (map: Record<string, string> | undefined) =>
    Object.entries(map ?? {})
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([k, v]) => `${k}=${JSON.stringify(v)}`)
      .join('\n')
  switch (path) {
    case 'metadata.name':
      return pod.metadata.name!
    case 'metadata.namespace':
      return pod.metadata.namespace!
    case 'metadata.uid':
      return pod.metadata.uid!
    case 'metadata.labels':
      return asLines(pod.metadata.labels)
    case 'metadata.annotations':
      return asLines(pod.metadata.annotations)
    case 'spec.nodeName':
      return pod.spec?.nodeName ?? ''
    case 'spec.serviceAccountName':
      return pod.spec?.serviceAccountName ?? ''
    case 'status.podIP':
    case 'status.podIPs':
      return sources.podIP ?? ''
    case 'status.hostIP':
    case 'status.hostIPs':
      return sources.hostIP
    default:
      throw new ConfigError(`unsupported fieldPath: ${path}`)
  }
}

/** What a resourceFieldRef means: the container's request or limit, or what the node has, in units of the divisor. */
export function resourceValue(
  pod: Pod,
  container: Container,
  ref: { containerName?: string; resource?: string; divisor?: string | number },
  sources: Pick<ValueSources, 'allocatable'>,
): string {
  const target = ref.containerName
    ? [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])].find(c => c.name === ref.containerName)
    : container
  const [section, resource] = (ref.resource ?? '').split(/\.(.*)/s)
  const limits = target?.resources?.limits as Record<string, string> | undefined
  const requests = target?.resources?.requests as Record<string, string> | undefined
  const amount =
    (section === 'limits' ? limits?.[resource] : requests?.[resource]) ??
    (section === 'limits' ? sources.allocatable[resource] : '0')
  const divisor = ref.divisor && String(ref.divisor) !== '0' ? parseQuantity(ref.divisor) : parseQuantity('1')
  return String(Math.ceil(parseQuantity(amount).milliValue() / divisor.milliValue()))
}

/** Docker-style variables of the services of a namespace that have an address, and of the API server. */
function serviceVariables(services: Service[]): Record<string, string> {
  const env: Record<string, string> = {}
  for (const service of services) {
    const ip = service.spec?.clusterIP
    const ports = service.spec?.ports ?? []
    if (!ip || ip === 'None' || ports.length === 0) continue
    const prefix = service.metadata.name!.toUpperCase().replaceAll('-', '_')
    env[`${prefix}_SERVICE_HOST`] = ip
    env[`${prefix}_SERVICE_PORT`] = String(ports[0].port)
    const first = `${(ports[0].protocol ?? 'TCP').toLowerCase()}://${ip}:${ports[0].port}`
    env[`${prefix}_PORT`] = first
    for (const port of ports) {
      if (port.name) env[`${prefix}_SERVICE_PORT_${port.name.toUpperCase().replaceAll('-', '_')}`] = String(port.port)
      const protocol = port.protocol ?? 'TCP'
      const base = `${prefix}_PORT_${port.port}_${protocol}`
      env[base] = `${protocol.toLowerCase()}://${ip}:${port.port}`
      env[`${base}_PROTO`] = protocol.toLowerCase()
      env[`${base}_PORT`] = String(port.port)
      env[`${base}_ADDR`] = ip
    }
  }
  return env
}

/** Replaces $(NAME) by variables that are known; $$ stands for $; what is not known stays as it is. */
export function expand(text: string, env: Record<string, string>): string {
  return text.replace(/\$(\$|\(([^)]*)\))/g, (whole, token: string, name: string | undefined) => {
    if (token === '$') return '$'
    return name !== undefined && name in env ? env[name] : whole
  })
}

/**
 * Puts a container's environment on the network. What the pod says itself stays: its own PORT, and its own options for
 * Node beside the overlay's. Programs for Node need no PORT: the overlay lets them listen where they want.
 */
export function onNetwork(
  env: Record<string, string>,
  { ip, env: overlay }: PodAttachment,
  image: Image,
): Record<string, string> {
  const { NODE_OPTIONS: preload, PORT: port, ...rest } = overlay
  const options = [env.NODE_OPTIONS, preload].filter(Boolean).join(' ')
  return {
    POD_IP: ip,
    ...(port && image.runs === 'host' ? { PORT: port } : {}),
    ...env,
    ...rest,
    ...(options ? { NODE_OPTIONS: options } : {}),
  }
}
