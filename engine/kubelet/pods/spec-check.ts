import type { Container, Pod } from '../../api/types.ts'
import type { Image } from '../images/image.ts'
import type { RuntimeHandler } from '../runtime/contract.ts'
import { ConfigError } from './environment.ts'

/** What runs a pod, as far as it matters for what a spec may ask. */
export interface SpecContext {
  /** Of the pod's RuntimeClass, or the node's own choice; undefined where the runtime has no names. */
  handler: RuntimeHandler | undefined
  /** Whether the kubelet may give processes other users than its own. */
  isRoot: boolean
}

/** Where containers are processes like any other of the user. */
const BARE = 'process'

/** Namespaced settings of the kernel that Kubernetes allows pods to change. */
const SAFE_SYSCTLS = [
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.ping_group_range',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_rmem',
  'net.ipv4.tcp_wmem',
]

/** The first setting of the kernel that a pod may not change. */
export function forbiddenSysctl({ spec }: Pod): string | undefined {
  return spec?.securityContext?.sysctls?.find(({ name }) => !SAFE_SYSCTLS.includes(name!))?.name
}

const SHARED = ['shareProcessNamespace', 'hostPID', 'hostIPC'] as const

/** What runs a pod without a RuntimeClass; undefined: the node's own choice. Who wants no namespaces gets none. */
export function handlerWithoutClass({ spec }: Pod, handlers: readonly RuntimeHandler[] = []): string | undefined {
  return SHARED.some(field => spec?.[field]) && handlers.some(({ name }) => name === BARE) ? BARE : undefined
}

/**
 * Why a pod cannot be given the surroundings that it asks for, as an event says it. It would behave in another way
 * without them, so it waits: undefined if it can.
 */
export function refusedSurroundings(
  pod: Pod,
  { handler }: SpecContext,
): { reason: string; message: string } | undefined {
  const { spec } = pod
  const sandbox = (why: string) => ({
    reason: 'FailedCreatePodSandBox',
    message: `Failed to create pod sandbox: ${why}`,
  })
  const isBare = !handler || handler.name === BARE
  if (spec?.hostUsers === false && !handler?.features.userNamespaces)
    return sandbox(
      `RuntimeClass handler "${handler?.name ?? ''}" does not support user namespaces (hostUsers: false); choose another RuntimeClass`,
    )
  for (const field of SHARED)
    if (spec?.[field] && !isBare)
      return sandbox(`${field} is not served by runtime handler "${handler.name}"; choose RuntimeClass "process"`)
  if (spec?.resourceClaims?.length)
    return {
      reason: 'FailedPrepareDynamicResources',
      message: `Failed to prepare dynamic resources: claim "${spec.resourceClaims[0].name}": this node has no driver for devices; remove resourceClaims`,
    }
  const device = [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])].flatMap(c => c.volumeDevices ?? [])[0]
  if (device)
    return {
      reason: 'FailedMapVolume',
      message: `MapVolume.SetUpDevice failed for volume "${device.name}" : this node has no block devices; use volumeMounts`,
    }
  return undefined
}

/** @throws ConfigError for a container that would be another one without what it asks for */
export function checkContainer(pod: Pod, container: Container, image: Image, { handler }: SpecContext): void {
  if (container.restartPolicyRules?.some(rule => rule.action === 'RestartAllContainers'))
    throw new ConfigError(
      'restartPolicyRules with action RestartAllContainers are not served by this node; use Restart',
    )
  for (const { name, recursiveReadOnly } of container.volumeMounts ?? [])
    if (recursiveReadOnly === 'Enabled' && !handler?.features.recursiveReadOnlyMounts)
      throw new ConfigError(
        `failed to resolve recursive read-only mode: volume "${name}" requested recursive read-only mode, but it is not supported by the runtime`,
      )
  for (const { name, mountPropagation } of container.volumeMounts ?? [])
    if (mountPropagation === 'Bidirectional' || mountPropagation === 'HostToContainer')
      throw new ConfigError(
        `mountPropagation ${mountPropagation} of volume "${name}" is not served by this node; use None`,
      )
  checkNonRoot(pod, container, image)
}

/** As k8s.io/kubernetes/pkg/kubelet/kuberuntime verifyRunAsNonRoot: by what is declared, not by who the processes are. */
function checkNonRoot(pod: Pod, container: Container, { user }: Image): void {
  const own = container.securityContext
  const of = pod.spec?.securityContext
  if (!(own?.runAsNonRoot ?? of?.runAsNonRoot)) return
  const { name, namespace, uid } = pod.metadata
  const where = `(pod: "${name}_${namespace}(${uid})", container: ${container.name})`
  const runAsUser = own?.runAsUser ?? of?.runAsUser
  if (runAsUser !== undefined) {
    if (Number(runAsUser) === 0) throw new ConfigError(`container's runAsUser breaks non-root policy ${where}`)
    return
  }
  const [declared = ''] = String(user ?? '').split(':')
  if (declared === '' || declared === '0')
    throw new ConfigError(`container has runAsNonRoot and image will run as root ${where}`)
  if (!/^\d+$/.test(declared))
    throw new ConfigError(
      `container has runAsNonRoot and image has non-numeric user (${declared}), cannot verify user is non-root ${where}`,
    )
}

/**
 * What of a spec is not held on this node, though the pod runs: protection that the user's own rights do not suffice for.
 * One text for a Warning event; undefined when all is held.
 */
export function notHeld(pod: Pod, { handler, isRoot }: SpecContext): string | undefined {
  const isBare = !handler || handler.name === BARE
  const missing = [
    ...podFields(pod, isBare, isRoot),
    ...[...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])].flatMap(container =>
      containerFields(container, isBare).map(field => `containers{${container.name}}.${field}`),
    ),
  ]
  if (missing.length === 0) return undefined
  const advice = isBare ? '. RuntimeClass "bubblewrap", where the node has it, isolates more' : ''
  return `Containers of this node are processes with the rights of its user. The pod runs, but without: ${missing.join(', ')}${advice}`
}

function podFields({ spec }: Pod, isBare: boolean, isRoot: boolean): string[] {
  const context = spec?.securityContext
  const isAsked: [string, unknown][] = [
    ['securityContext.runAsUser', isBare && context?.runAsUser],
    ['securityContext.runAsGroup', isBare && context?.runAsGroup],
    ['securityContext.supplementalGroups', !isRoot && context?.supplementalGroups?.length],
    ['securityContext.seccompProfile', isConfining(context?.seccompProfile?.type)],
    ['securityContext.appArmorProfile', isConfining(context?.appArmorProfile?.type)],
    ['securityContext.seLinuxOptions', context?.seLinuxOptions],
    ['securityContext.windowsOptions', context?.windowsOptions],
    ['securityContext.sysctls', context?.sysctls?.length],
    ['resources.limits (each container is held to them, not their sum)', spec?.resources?.limits],
  ]
  return isAsked.filter(([, asked]) => asked !== undefined && asked !== false && asked !== 0).map(([field]) => field)
}

function containerFields({ securityContext: context }: Container, isBare: boolean): string[] {
  const isAsked: [string, unknown][] = [
    ['securityContext.runAsUser', isBare && context?.runAsUser],
    ['securityContext.runAsGroup', isBare && context?.runAsGroup],
    ['securityContext.privileged', context?.privileged],
    ['securityContext.capabilities.add', context?.capabilities?.add?.length],
    ['securityContext.allowPrivilegeEscalation', isBare && context?.allowPrivilegeEscalation === false],
    ['securityContext.readOnlyRootFilesystem', isBare && context?.readOnlyRootFilesystem],
    ['securityContext.procMount', context?.procMount === 'Unmasked'],
    ['securityContext.seccompProfile', isConfining(context?.seccompProfile?.type)],
    ['securityContext.appArmorProfile', isConfining(context?.appArmorProfile?.type)],
    ['securityContext.seLinuxOptions', context?.seLinuxOptions],
    ['securityContext.windowsOptions', context?.windowsOptions],
  ]
  return isAsked.filter(([, asked]) => asked !== undefined && asked !== false && asked !== 0).map(([field]) => field)
}

function isConfining(type: string | undefined): boolean {
  return type !== undefined && type !== 'Unconfined'
}
