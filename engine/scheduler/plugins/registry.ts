import type { FilterPlugin, ScorePlugin } from '../framework.ts'
import { imageLocality } from './image-locality.ts'
import { nodeAffinity, nodeName, nodePorts, nodeUnschedulable, taintToleration } from './node-rules.ts'
import { interPodAffinity } from './pod-affinity.ts'
import { balancedAllocation, nodeResourcesFit } from './resources.ts'
import { podTopologySpread } from './topology-spread.ts'
import { volumeBinding, volumeRestrictions } from './volumes.ts'

/** In the order of Kubernetes' default profile: the first filter that says no is the one whose reason is told. */
export const FILTERS: readonly FilterPlugin[] = [
  nodeUnschedulable,
  nodeName,
  taintToleration,
  nodeAffinity,
  nodePorts,
  nodeResourcesFit,
  volumeRestrictions,
  volumeBinding,
  podTopologySpread,
  interPodAffinity,
]

export const SCORES: readonly ScorePlugin[] = [
  taintToleration,
  nodeAffinity,
  podTopologySpread,
  interPodAffinity,
  nodeResourcesFit,
  balancedAllocation,
  imageLocality,
]
