import type { Service } from '../../../../engine/api/types.ts'

export interface OpenablePort {
  port: number
  name?: string
  scheme: 'http' | 'https'
}

/** The ports of a Service that a browser can speak to. */
export function openablePorts({ spec }: Pick<Service, 'spec'>): OpenablePort[] {
  return (spec?.ports ?? [])
    .filter(({ protocol }) => (protocol ?? 'TCP') === 'TCP')
    .map(({ port, name, appProtocol = '' }) => {
      const tls = /^https/.test(name ?? '') || /^https$/i.test(appProtocol) || port === 443 || port === 8443
      return { port: port!, ...(name && { name }), scheme: tls ? 'https' : 'http' }
    })
}
