import type { PodRunner } from '../pods/pod-runner.ts'
import { label } from './cadvisor-metrics.ts'

/** The kubelet's /metrics/probes: how often each probe was tried, by what came of it. */
export function probeMetrics(pods: PodRunner[]): string {
  const rows = pods.flatMap(({ pod: { metadata }, containers }) =>
    containers.flatMap(({ spec, probeCounts }) =>
      Array.from(probeCounts, ([outcome, count]) => {
        const [probe_type, result] = outcome.split('/')
        const { namespace, name, uid } = metadata
        const labels = { container: spec.name!, namespace: namespace!, pod: name!, pod_uid: uid!, probe_type, result }
        return `prober_probe_total{${label(labels)}} ${count}`
      }),
    ),
  )
  return [
    '# HELP prober_probe_total Tries of liveness, readiness and startup probes of containers, by result.',
    '# TYPE prober_probe_total counter',
    ...rows,
    '',
  ].join('\n')
}
