import type { Service } from '../../../engine/api/types.ts'
import { UserError } from '../../../engine/base/errors.ts'
import { isNotFound } from '../../../engine/client/errors.ts'
import { ResourceClient, type Resource } from '../../../engine/client/resource-client.ts'
import { SERVICES } from '../../../engine/client/resources.ts'
import { LabClient, requireLab, type LabEntry } from '../../../engine/lab/client.ts'
import { openBrowser } from '../browser.ts'
import { adminRest } from './admin-rest.ts'
import type { LabOptions } from './commands.ts'

type ServicePort = NonNullable<NonNullable<Service['spec']>['ports']>[number]

export interface OpenOptions {
  namespace: string
  /** Name or number; absent: the only one, or the one that looks like the web. */
  port?: string
  url: boolean
}

/** `lab open`: a Service of any type in the browser, through a port of this machine that leads to it alone. */
export async function openService(
  name: string,
  service: string,
  { dataDir, platform }: LabOptions,
  { namespace, port: wanted, url }: OpenOptions,
): Promise<void> {
  const lab = requireLab(dataDir, name, platform)
  const port = portToOpen(await findService(lab, namespace, service), wanted)
  const opened = await new LabClient(lab).openService(namespace, service, port.port!)
  const address = `${speaksTLS(port) ? 'https' : 'http'}://127.0.0.1:${opened.port}/`
  console.log(address)
  if (!url) openBrowser(address, platform)
}

/**
 * The port of a Service that is meant.
 * @throws UserError if there is none such, or no telling
 */
export function portToOpen(service: Service, wanted: string | undefined): ServicePort {
  const { namespace, name } = service.metadata
  const ports = (service.spec?.ports ?? []).filter(p => (p.protocol ?? 'TCP') === 'TCP')
  const said = ports.map(p => (p.name ? `${p.name} (${p.port})` : String(p.port))).join(', ')
  if (ports.length === 0)
    throw new UserError(`Service ${namespace}/${name} has no TCP port.`, 'A browser cannot show what it does.')
  if (wanted !== undefined) {
    const found = ports.find(p => p.name === wanted || String(p.port) === wanted)
    if (!found) throw new UserError(`Service ${namespace}/${name} has no port ${wanted}.`, `It has ${said}.`)
    return found
  }
  const web = ports.filter(p => /^https?$/.test(p.name ?? '') || [80, 443, 8080, 8443].includes(p.port!))
  const [first] = ports.length === 1 ? ports : web
  if (!first) throw new UserError(`Service ${namespace}/${name} has several ports.`, `Choose with --port: ${said}.`)
  return first
}

function speaksTLS({ name = '', port, appProtocol = '' }: ServicePort): boolean {
  return /^https/.test(name) || /^(https|kubernetes\.io\/wss)$/i.test(appProtocol) || port === 443 || port === 8443
}

async function findService(lab: LabEntry, namespace: string, name: string): Promise<Service> {
  const rest = adminRest(lab)
  try {
    return await new ResourceClient(rest, SERVICES as Resource<Service>).get(namespace, name)
  } catch (error) {
    if (!isNotFound(error)) throw error
    throw new UserError(
      `There is no Service ${name} in the namespace ${namespace}.`,
      'See `kubectl get services -A`, and choose a namespace with -n.',
    )
  } finally {
    rest.dispose()
  }
}
