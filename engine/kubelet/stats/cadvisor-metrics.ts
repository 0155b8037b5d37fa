import type { Summary, Usage } from './stats.ts'

/** The kubelet's /metrics/cadvisor: what dashboards of clusters draw, as far as processes can be measured. */
export function cadvisorMetrics({ pods }: Summary, imageOf: (uid: string, container: string) => string): string {
  const rows = pods.flatMap(({ podRef, containers }) =>
    containers.map(usage => ({
      usage,
      labels: label({
        container: usage.name,
        id: `/kubepods/pod${podRef.uid}/${usage.name}`,
        image: imageOf(podRef.uid, usage.name),
        name: `${podRef.uid}_${usage.name}`,
        namespace: podRef.namespace,
        pod: podRef.name,
      }),
    })),
  )
  const family = (name: string, type: string, help: string, value: (usage: Usage) => number) => [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} ${type}`,
    ...rows.map(({ usage, labels }) => `${name}{${labels}} ${value(usage)} ${Date.parse(usage.cpu.time)}`),
  ]
  const bytes = (usage: Usage) => usage.memory.rssBytes
  return [
    ...family(
      'container_cpu_usage_seconds_total',
      'counter',
      'Processor time, in seconds.',
      u => u.cpu.usageCoreNanoSeconds / 1e9,
    ),
    ...family('container_memory_rss', 'gauge', 'Resident memory, in bytes.', bytes),
    ...family('container_memory_usage_bytes', 'gauge', 'Memory in use, in bytes.', bytes),
    ...family('container_memory_working_set_bytes', 'gauge', 'Memory that cannot be given back, in bytes.', bytes),
    ...family(
      'container_start_time_seconds',
      'gauge',
      'Start, in seconds since the epoch.',
      u => Date.parse(u.startTime) / 1000,
    ),
    '',
  ].join('\n')
}

/** Labels in the text format of Prometheus. */
export function label(values: Record<string, string>): string {
  return Object.entries(values)
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join(',')
}
