import type { KubeObject } from '../../api/object.ts'
import { notFound } from '../../api/status.ts'
import { partialMetadata, toTable } from '../../api/table.ts'
import { messageOf } from '../../base/errors.ts'
import type { Backend } from '../backend.ts'
import { makeFilter } from '../registry/list.ts'
import { negotiate } from '../request/negotiate.ts'
import { listOptions } from '../request/options.ts'
import { sendObject } from '../request/respond.ts'
import type { Resource } from '../registry/resources.ts'
import type { SubresourceHandler } from '../rest.ts'
import { askKubelet, kubeletOf, readyKubelets } from '../subresources/kubelet-client.ts'
import type { KubeletAddress } from '../subresources/kubelet-client.ts'

/** A kubelet that is busy or paused must not hold up the figures of all others. */
const TIMEOUT_MS = 5_000

interface Usage {
  cpu: { time: string; usageNanoCores: number; windowSeconds: number }
  memory: { workingSetBytes: number }
}

/** As much of the kubelet's /stats/summary as is needed here. */
interface Summary {
  node: Usage
  pods: (Usage & { podRef: { name: string; namespace: string }; containers: (Usage & { name: string })[] })[]
}

/** GET and LIST of metrics.k8s.io: what kubelets measure at this moment, with the labels of their nodes and pods. */
export const serveMetrics: SubresourceHandler = async (backend, ctx, resource) => {
  const { name } = ctx.info
  const namespace = resource.namespaced ? ctx.info.namespace : ''
  const form = negotiate(ctx.headers.accept, true, !name)
  const found = resource.namespaced ? await podMetrics(backend, namespace, name) : await nodeMetrics(backend, name)
  if (name && found.length === 0) throw notFound({ group: resource.group, resource: resource.resource }, name)
  const wanted = name ? undefined : makeFilter(resource, listOptions(ctx, false))
  const items = wanted ? found.filter(wanted) : found
  items.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
  if (form.as === 'Table')
    return sendObject(ctx, 200, table(backend, resource, items, ctx.query.get('includeObject')), form.format)
  const shown = form.as
    ? items.map(item => ({ ...partialMetadata(item), apiVersion: `meta.k8s.io/${form.version}` }))
    : items
  if (name) return sendObject(ctx, 200, shown[0]!, form.format)
  const list = form.as
    ? { kind: 'PartialObjectMetadataList', apiVersion: `meta.k8s.io/${form.version}` }
    : { kind: `${resource.kind}List`, apiVersion: resource.apiVersion }
  await sendObject(ctx, 200, { ...list, metadata: {}, items: shown }, form.format)
}

const keyOf = ({ metadata }: KubeObject) => `${metadata.namespace ?? ''}/${metadata.name ?? ''}`

function table(backend: Backend, resource: Resource, items: KubeObject[], include: string | null) {
  const includeObject = (include as 'None' | 'Metadata' | 'Object' | null) ?? 'Metadata'
  return toTable(resource.strategy, items, { now: backend.clock.now(), includeObject, listMeta: {} })
}

async function nodeMetrics(backend: Backend, name: string): Promise<KubeObject[]> {
  const nodes = backend.resources.must('', 'v1', 'nodes')
  const kubelets = name ? await oneKubelet(backend, name) : await readyKubelets(backend)
  const cache = await backend.feed.cache(nodes.prefix)
  return (await summaries(backend, kubelets)).map(({ kubelet, summary: { node } }) => {
    const labels = cache.get(nodes.prefix + kubelet.node)?.object.metadata.labels
    return metrics(backend, 'NodeMetrics', { name: kubelet.node }, labels, node, { usage: quantities(node) })
  })
}

async function podMetrics(backend: Backend, namespace: string, name: string): Promise<KubeObject[]> {
  const pods = backend.resources.must('', 'v1', 'pods')
  const cache = await backend.feed.cache(pods.prefix)
  const nodeName =
    name && (cache.get(`${pods.prefix}${namespace}/${name}`)?.object.spec?.nodeName as string | undefined)
  if (name && !nodeName) return []
  const kubelets = nodeName ? await oneKubelet(backend, nodeName) : await readyKubelets(backend)
  const found = await summaries(backend, kubelets)
  return found.flatMap(({ summary }) =>
    summary.pods.flatMap(pod => {
      const { podRef, containers } = pod
      if ((namespace && podRef.namespace !== namespace) || (name && podRef.name !== name)) return []
      const known = cache.get(`${pods.prefix}${podRef.namespace}/${podRef.name}`)
      if (!known) return []
      const usages = containers.map(c => ({ name: c.name, usage: quantities(c) }))
      const { labels } = known.object.metadata
      const metadata = { name: podRef.name, namespace: podRef.namespace }
      return [metrics(backend, 'PodMetrics', metadata, labels, pod, { containers: usages })]
    }),
  )
}

function metrics(
  backend: Backend,
  kind: string,
  metadata: { name: string; namespace?: string },
  labels: Record<string, string> | undefined,
  { cpu }: Usage,
  used: object,
): KubeObject {
  return {
    kind,
    apiVersion: 'metrics.k8s.io/v1beta1',
    metadata: { ...metadata, creationTimestamp: backend.registry.now(), ...(labels ? { labels } : {}) },
    timestamp: cpu.time,
    window: `${Math.max(0.001, Math.round(cpu.windowSeconds * 1000) / 1000)}s`,
    ...used,
  }
}

function quantities({ cpu, memory }: Usage): { cpu: string; memory: string } {
  return { cpu: `${cpu.usageNanoCores}n`, memory: `${Math.ceil(memory.workingSetBytes / 1024)}Ki` }
}

async function oneKubelet(backend: Backend, name: string): Promise<KubeletAddress[]> {
  const ready = await readyKubelets(backend)
  const found = ready.filter(kubelet => kubelet.node === name)
  // A node that is there but not ready has no figures; one that is not there is an error of its own.
  if (found.length === 0) await kubeletOf(backend, name)
  return found
}

/** Asks all kubelets at once. One that does not answer is left out, as a metrics server does. */
async function summaries(backend: Backend, kubelets: KubeletAddress[]) {
  const asked = await Promise.all(
    kubelets.map(async kubelet => {
      try {
        return [{ kubelet, summary: (await askKubelet(backend, kubelet, '/stats/summary', TIMEOUT_MS)) as Summary }]
      } catch (error) {
        backend.log.info('no figures from a kubelet', { node: kubelet.node, error: messageOf(error) })
        return []
      }
    }),
  )
  return asked.flat()
}
