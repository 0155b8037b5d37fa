import { cadvisorMetrics } from '../stats/cadvisor-metrics.ts'
import { kubeletMetrics } from '../stats/kubelet-metrics.ts'
import { probeMetrics } from '../stats/probe-metrics.ts'
import { resourceMetrics } from '../stats/resource-metrics.ts'
import type { KubeletServerDependencies } from './server.ts'

export interface Document {
  type: string
  body: string
}

const JSON_TYPE = 'application/json'
const TEXT = 'text/plain; charset=utf-8'
const PROMETHEUS = 'text/plain; version=0.0.4; charset=utf-8'

/** What the kubelet says of itself and of what runs here, by path. */
const DOCUMENTS: Record<string, (dependencies: KubeletServerDependencies) => Document> = {
  '/healthz': () => ({ type: TEXT, body: 'ok' }),
  '/healthz/log': () => ({ type: TEXT, body: 'ok' }),
  '/healthz/syncloop': () => ({ type: TEXT, body: 'ok' }),
  '/healthz/ping': () => ({ type: TEXT, body: 'ok' }),
  '/pods': ({ pods }) => podList(pods().map(runner => runner.pod)),
  '/runningpods/': ({ pods }) =>
    podList(
      pods().flatMap(({ pod, containers }) => {
        const running = containers.filter(c => c.isRunning).map(({ spec: { name, image } }) => ({ name, image }))
        const { name, namespace, uid } = pod.metadata
        return running.length ? [{ metadata: { name, namespace, uid }, spec: { containers: running } }] : []
      }),
    ),
  '/configz': ({ describe }) => ({ type: JSON_TYPE, body: JSON.stringify({ kubeletconfig: describe() }) }),
  '/stats/summary': ({ stats }) => ({ type: JSON_TYPE, body: JSON.stringify(stats.summary()) }),
  '/metrics': ({ nodeName, version, pods }) => ({ type: PROMETHEUS, body: kubeletMetrics(nodeName, version, pods()) }),
  '/metrics/resource': ({ stats }) => ({ type: PROMETHEUS, body: resourceMetrics(stats.summary()) }),
  '/metrics/probes': ({ pods }) => ({ type: PROMETHEUS, body: probeMetrics(pods()) }),
  '/metrics/cadvisor': ({ stats, pods }) => {
    const byUid = new Map(pods().map(runner => [runner.pod.metadata.uid, runner]))
    const imageOf = (uid: string, container: string) => byUid.get(uid)?.container(container)?.spec.image ?? ''
    return { type: PROMETHEUS, body: cadvisorMetrics(stats.summary(), imageOf) }
  },
}

/** The document at a path; undefined where there is none. */
export function documentAt(path: string, dependencies: KubeletServerDependencies): Document | undefined {
  const make = DOCUMENTS[path] ?? DOCUMENTS[path.replace(/\/+$/, '')] ?? DOCUMENTS[`${path}/`]
  return make?.(dependencies)
}

function podList(items: object[]): Document {
  return { type: JSON_TYPE, body: JSON.stringify({ kind: 'PodList', apiVersion: 'v1', metadata: {}, items }) }
}
