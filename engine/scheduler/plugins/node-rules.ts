import { rejection, scaleToMax, type Cycle, type FilterPlugin, type Rejection, type ScorePlugin } from '../framework.ts'
import { hostPorts, type NodeInfo } from '../node-info.ts'
import { matchesNodeAffinity, preferredNodeScore } from '../../api/scheduling/node-affinity.ts'
import { toleratesTaint, untoleratedTaint } from '../../api/scheduling/tolerations.ts'

const UNSCHEDULABLE_TAINT = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }

/** A cordoned node takes only pods that tolerate it. */
export const nodeUnschedulable: FilterPlugin = {
  name: 'NodeUnschedulable',
  filter({ pod }: Cycle, { node }: NodeInfo): Rejection | undefined {
    if (!node.spec?.unschedulable) return undefined
    if ((pod.spec?.tolerations ?? []).some(t => toleratesTaint(t, UNSCHEDULABLE_TAINT))) return undefined
    return rejection(this.name, 'node(s) were unschedulable', true)
  },
}

/** A pod that names a node runs there or nowhere. */
export const nodeName: FilterPlugin = {
  name: 'NodeName',
  filter({ pod }, node) {
    const wanted = pod.spec?.nodeName
    if (!wanted || wanted === node.name) return undefined
    return rejection(this.name, "node(s) didn't match the requested node name", true)
  },
}

/** Taints keep pods away that do not tolerate them; PreferNoSchedule only lowers the score. */
export const taintToleration: FilterPlugin & ScorePlugin = {
  name: 'TaintToleration',
  weight: 3,
  filter({ pod }, { node }) {
    const taint = untoleratedTaint(node.spec?.taints, pod.spec?.tolerations, ['NoSchedule', 'NoExecute'])
    return taint && rejection(this.name, 'node(s) had untolerated taint(s)', true)
  },
  score({ pod }, { node }) {
    const tolerations = pod.spec?.tolerations ?? []
    const soft = (node.spec?.taints ?? []).filter(t => t.effect === 'PreferNoSchedule')
    return soft.filter(taint => !tolerations.some(t => toleratesTaint(t, taint))).length
  },
  normalise: scores => scaleToMax(scores, true),
}

/** nodeSelector and node affinity. */
export const nodeAffinity: FilterPlugin & ScorePlugin = {
  name: 'NodeAffinity',
  weight: 2,
  filter({ pod }, { node }) {
    if (matchesNodeAffinity(pod, node)) return undefined
    return rejection(this.name, "node(s) didn't match Pod's node affinity/selector", true)
  },
  score: ({ pod }, { node }) => preferredNodeScore(pod, node),
  normalise: scores => scaleToMax(scores, false),
}

/** Two pods on a node cannot have the same host port on the same address. */
export const nodePorts: FilterPlugin = {
  name: 'NodePorts',
  filter({ pod }, node) {
    if (!hostPorts(pod).some(port => clashes(port, node))) return undefined
    return rejection(this.name, "node(s) didn't have free ports for the requested pod ports", false)
  },
}

/** An address of 0.0.0.0 stands for all. */
function clashes(wanted: string, node: NodeInfo): boolean {
  const [ip, protocol, port] = wanted.split('/')
  for (const used of node.usedPorts.keys()) {
    const [usedIP, usedProtocol, usedPort] = used.split('/')
    if (usedPort !== port || usedProtocol !== protocol) continue
    if (ip === usedIP || ip === '0.0.0.0' || usedIP === '0.0.0.0') return true
  }
  return false
}
