import type { Summary, Usage } from './stats.ts'

/** The kubelet's /metrics/resource, in Prometheus' text format. */
export function resourceMetrics({ node, pods }: Summary): string {
  const containers = pods.flatMap(({ podRef, containers }) =>
    containers.map(c => ({ usage: c, labels: { container: c.name, namespace: podRef.namespace, pod: podRef.name } })),
  )
  const ofPods = pods.map(p => ({ usage: p, labels: { namespace: p.podRef.namespace, pod: p.podRef.name } }))
  const ofNode = [{ usage: node, labels: {} }]
  return [
    ...family(
      'container_cpu_usage_seconds_total',
      'counter',
      'Processor time of the container, in core-seconds',
      containers,
      seconds,
    ),
    ...family('container_memory_working_set_bytes', 'gauge', 'Memory of the container, in bytes', containers, bytes),
    ...family(
      'container_start_time_seconds',
      'gauge',
      'Start of the container, in seconds since the epoch',
      containers,
      started,
    ),
    ...family(
      'node_cpu_usage_seconds_total',
      'counter',
      'Processor time of the node, in core-seconds',
      ofNode,
      seconds,
    ),
    ...family('node_memory_working_set_bytes', 'gauge', 'Memory of the node, in bytes', ofNode, bytes),
    ...family('pod_cpu_usage_seconds_total', 'counter', 'Processor time of the pod, in core-seconds', ofPods, seconds),
    ...family('pod_memory_working_set_bytes', 'gauge', 'Memory of the pod, in bytes', ofPods, bytes),
    '# HELP resource_scrape_error [STABLE] 1 if there was an error while measuring, 0 otherwise',
    '# TYPE resource_scrape_error gauge',
    'resource_scrape_error 0',
    '',
  ].join('\n')
}

const seconds = (usage: Usage) => usage.cpu.usageCoreNanoSeconds / 1e9
const bytes = (usage: Usage) => usage.memory.workingSetBytes
const started = (usage: Usage) => Date.parse(usage.startTime) / 1000

function family(
  name: string,
  type: string,
  help: string,
  rows: { usage: Usage; labels: Record<string, string> }[],
  value: (usage: Usage) => number,
): string[] {
  const lines = rows.map(({ usage, labels }) => {
    const text = Object.entries(labels)
      .map(([key, label]) => `${key}=${JSON.stringify(label)}`)
      .join(',')
    return `${name}${text ? `{${text}}` : ''} ${value(usage)}`
  })
  return [`# HELP ${name} [STABLE] ${help}`, `# TYPE ${name} ${type}`, ...lines]
}
