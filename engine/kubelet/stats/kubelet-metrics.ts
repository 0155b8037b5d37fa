import type { PodRunner } from '../pods/pod-runner.ts'
import { label } from './cadvisor-metrics.ts'

/** The kubelet's own /metrics: what it runs, and what its process needs. */
export function kubeletMetrics(nodeName: string, version: string, pods: PodRunner[]): string {
  const states = new Map<string, number>([
    ['created', 0],
    ['exited', 0],
    ['running', 0],
  ])
  for (const container of pods.flatMap(pod => pod.containers)) {
    const state = { waiting: 'created', running: 'running', terminated: 'exited' }[container.state.kind]
    states.set(state, states.get(state)! + 1)
  }
  const running = pods.filter(pod => pod.containers.some(c => c.isRunning)).length
  const { rss } = process.memoryUsage()
  const { user, system } = process.cpuUsage()
  return [
    ...gauge('kubelet_node_name', "The node's name. The count is always 1.", [[label({ node: nodeName }), 1]]),
    ...gauge(
      'kubelet_running_containers',
      'Containers by state.',
      [...states].map(([state, n]) => [label({ container_state: state }), n]),
    ),
    ...gauge('kubelet_running_pods', 'Pods with a container that runs.', [['', running]]),
    ...gauge('kubernetes_build_info', 'Version of what this kubelet speaks.', [[label({ git_version: version }), 1]]),
    '# HELP process_cpu_seconds_total Processor time of this machine itself, in seconds.',
    '# TYPE process_cpu_seconds_total counter',
    `process_cpu_seconds_total ${(user + system) / 1e6}`,
    ...gauge('process_resident_memory_bytes', 'Resident memory of this machine itself, in bytes.', [['', rss]]),
    '',
  ].join('\n')
}

function gauge(name: string, help: string, rows: [labels: string, value: number][]): string[] {
  const lines = rows.map(([labels, value]) => `${name}${labels ? `{${labels}}` : ''} ${value}`)
  return [`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, ...lines]
}
