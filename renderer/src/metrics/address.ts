/** Address of the charts of one pod. */
export function podChartsAddress(namespace: string, name: string): string {
  return `/metrics/workloads?${new URLSearchParams({ of: `${namespace}/${name}` })}`
}

/** Address of the charts of machines and nodes. */
export const NODE_CHARTS = '/metrics/machines'
export const AUTOSCALER_CHARTS = '/metrics/autoscalers'
