import type { LabConfig, LabPaths } from './config.ts'

/** Addresses that are no business of the cluster's network. */
const NOT_PROXIED = '127.0.0.1,localhost,::1'

/**
 * The variables that put a shell of this machine on a lab's network, with its kubeconfig: in both spellings, since curl takes
 * `http_proxy` in lower case alone and others want capitals.
 */
export function labEnvironment(
  config: Pick<LabConfig, 'name' | 'ports'>,
  paths: Pick<LabPaths, 'kubeconfig'>,
): Record<string, string> {
  const proxy = `http://127.0.0.1:${config.ports.proxy}`
  const proxies = { HTTP_PROXY: proxy, ALL_PROXY: proxy, NO_PROXY: NOT_PROXIED }
  const lower = Object.entries(proxies).map(([name, value]) => [name.toLowerCase(), value])
  return { KUBECONFIG: paths.kubeconfig, KUBARIUM_LAB: config.name, ...proxies, ...Object.fromEntries(lower) }
}
