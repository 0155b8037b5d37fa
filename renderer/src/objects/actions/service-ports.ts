import type { Pod, Service } from '../../../../engine/api/types.ts'

export interface OpenablePort {
  port: number
  name?: string
  scheme: 'http' | 'https'
}

/** The ports of a Service that a browser can speak to. */
export function openablePorts({ spec }: Pick<Service, 'spec'>): OpenablePort[] {
  return (spec?.ports ?? []).filter(isTCP).map(({ port, name, appProtocol }) => openable(port!, name, appProtocol))
}

/** The ports that the containers of a pod name; it may listen on others. */
export function podPorts({ spec }: Pick<Pod, 'spec'>): OpenablePort[] {
  return [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])]
    .flatMap(({ ports }) => ports ?? [])
    .filter(isTCP)
    .map(({ containerPort, name }) => openable(containerPort!, name))
}

export function openable(port: number, name?: string, appProtocol = ''): OpenablePort {
  const isTLS = /^https/.test(name ?? '') || /^https$/i.test(appProtocol) || port === 443 || port === 8443
  return { port, ...(name && { name }), scheme: isTLS ? 'https' : 'http' }
}

function isTCP({ protocol = 'TCP' }: { protocol?: string }): boolean {
  return protocol === 'TCP'
}
