import type { Node, Pod } from '../../api/types.ts'
import { matchesNodeAffinity } from '../../api/scheduling/node-affinity.ts'
import { untoleratedTaint } from '../../api/scheduling/tolerations.ts'
import { addInto, amountsOf, hostPorts, podRequests, type Amounts } from '../../api/scheduling/requests.ts'
import type { Failure } from './pod-runner.ts'
import { forbiddenSysctl } from './spec-check.ts'

export interface AdmissionDependencies {
  /** The Node as it was last seen; undefined while it is not known: then nothing can be judged by it. */
  node(): Node | undefined
  allocatable: Record<string, string>
  /** In Go's terms. */
  operatingSystem: string
  /** Whether the node goes down. */
  isStopping(): boolean
  /** Why a node under pressure does not take the pod. */
  underPressure(pod: Pod): Failure | undefined
}

/** Why a resize cannot be had: not now, or never on this node. */
export interface ResizeRefusal {
  reason: 'Deferred' | 'Infeasible'
  message: string
}

/**
 * The node's own look at what it is given (k8s.io/kubernetes/pkg/kubelet/lifecycle): whoever bound a pod, it runs only
 * if it fits. Reasons and messages are Kubernetes'.
 */
export class Admission {
  readonly #dependencies: AdmissionDependencies

  constructor(dependencies: AdmissionDependencies) {
    this.#dependencies = dependencies
  }

  /** Why a pod is refused beside the others that are here, each with what it was allocated; undefined if it is not. */
  refuses(pod: Pod, others: readonly Pod[]): Failure | undefined {
    const { isStopping, underPressure, operatingSystem } = this.#dependencies
    if (isStopping()) return { reason: 'NodeShutdown', message: 'Pod was rejected as the node is shutting down.' }
    const pressed = underPressure(pod)
    if (pressed) return pressed
    const os = pod.metadata.labels?.['kubernetes.io/os']
    if (os !== undefined && os !== operatingSystem)
      return {
        reason: 'PodOSSelectorNodeLabelDoesNotMatch',
        message: "Failed to admit pod as the `kubernetes.io/os` label doesn't match node label",
      }
    if (pod.spec?.os && pod.spec.os.name !== operatingSystem)
      return { reason: 'PodOSNotSupported', message: "Failed to admit pod as the OS field doesn't match node OS" }
    if (pod.spec?.securityContext?.supplementalGroupsPolicy === 'Strict')
      return {
        reason: 'SupplementalGroupsPolicyNotSupported',
        message: 'SupplementalGroupsPolicy=Strict is not supported in this node',
      }
    const sysctl = forbiddenSysctl(pod)
    if (sysctl) return { reason: 'SysctlForbidden', message: `forbidden sysctl: "${sysctl}" not allowlisted` }
    return this.#misfit(pod, others)
  }

  /** Why what a pod asks for now cannot be allocated to it. */
  refusesResize(pod: Pod, others: readonly Pod[]): ResizeRefusal | undefined {
    const allocatable = amountsOf(this.#dependencies.allocatable)
    const wanted = podRequests(pod)
    for (const name of ['memory', 'cpu']) {
      const [requested, capacity] = [wanted.get(name) ?? 0, allocatable.get(name) ?? 0]
      if (requested <= capacity) continue
      const message = `Node didn't have enough capacity: ${name}, requested: ${requested}, capacity: ${capacity}`
      return { reason: 'Infeasible', message }
    }
    const misfit = this.#misfit(pod, others)
    return misfit && { reason: 'Deferred', message: misfit.message }
  }

  /** The first thing that does not fit: amounts, then labels, ports and taints. */
  #misfit(pod: Pod, others: readonly Pod[]): Failure | undefined {
    const allocatable = amountsOf(this.#dependencies.allocatable)
    const taken: Amounts = new Map()
    for (const other of others) addInto(taken, podRequests(other))
    const lacking = (name: string, requested: number, used: number, capacity: number): Failure => ({
      reason: `OutOf${name}`,
      message: `Node didn't have enough resource: ${name}, requested: ${requested}, used: ${used}, capacity: ${capacity}`,
    })
    const most = allocatable.get('pods') ?? 0
    if (others.length + 1 > most) return lacking('pods', 1, others.length, most)
    const wanted = podRequests(pod)
    for (const name of ['cpu', 'memory', 'ephemeral-storage', ...wanted.keys()]) {
      const requested = wanted.get(name) ?? 0
      const [used, capacity] = [taken.get(name) ?? 0, allocatable.get(name)]
      // What the node knows nothing of belongs to the cluster as a whole.
      if (requested === 0 || capacity === undefined || requested <= capacity - used) continue
      return lacking(name, requested, used, capacity)
    }
    const failed = (predicate: string, why: string): Failure => ({
      reason: predicate,
      message: `Predicate ${predicate} failed: ${why}`,
    })
    const node = this.#dependencies.node()
    if (node && !matchesNodeAffinity(pod, node))
      return failed('NodeAffinity', "node(s) didn't match Pod's node affinity/selector")
    const usedPorts = others.flatMap(hostPorts)
    if (hostPorts(pod).some(port => isTaken(port, usedPorts)))
      return failed('NodePorts', "node(s) didn't have free ports for the requested pod ports")
    const source = pod.metadata.annotations?.['kubernetes.io/config.source']
    if (node && !source && untoleratedTaint(node.spec?.taints, pod.spec?.tolerations, ['NoExecute']))
      return failed('TaintToleration', "node(s) had taints that the pod didn't tolerate")
    return undefined
  }
}

/** A port is taken for all addresses by who has it on 0.0.0.0, and the other way round. */
function isTaken(wanted: string, usedPorts: readonly string[]): boolean {
  const [ip, ...rest] = wanted.split('/')
  return usedPorts.some(used => {
    const [other, ...port] = used.split('/')
    return port.join('/') === rest.join('/') && (ip === other || ip === '0.0.0.0' || other === '0.0.0.0')
  })
}
