import type { Socket } from 'node:net'
import type { Ingress, IngressClass, Node } from '../../api/types.ts'
import type { Clock, Timer } from '../../base/clock.ts'
import type { Logger } from '../../base/log.ts'
import type { Random } from '../../base/random.ts'
import { InformerFactory, type Informer } from '../../client/cache/informer.ts'
import { INGRESS_CLASSES, INGRESSES } from '../../client/resources.ts'
import type { Resource } from '../../client/resource-client.ts'
import type { RestClient } from '../../client/rest.ts'
import type { ExposedPort, ExposureResult } from '../exposure.ts'
import { RouteError } from '../proxy/route-error.ts'
import { ANY_NODE } from './address.ts'
import { openBackend, type BackendParts } from './backends.ts'
import { Certificates } from './certificates.ts'
import { isOurs } from './classes.ts'
import { RouteTable } from './routes.ts'
import { startIngressServer, type IngressServer } from './server.ts'
import { readSettings } from './settings.ts'
import { IngressStatus, speakerOf, type IngressAddress } from './status.ts'

export interface IngressParts extends BackendParts {
  /** With an identity of its own. */
  rest: RestClient
  clock: Clock
  random: Random
  log: Logger
  nodes: Informer<Node>
  defaultCertificate: { cert: string; key: string }
  /** The ports that are wanted on the laptop have changed. */
  onPorts(): void
}

/** The ingress controller of one node: every node has one, and all serve the same. */
export interface IngressController {
  /** Ports that are to be open on the laptop: none without an Ingress. */
  ports(): ExposedPort[]
  /** The host says where they are open. */
  exposed(results: ExposureResult[]): void
  /** Whether the node's own address has this port. */
  serves(port: number): port is 80 | 443
  /** @throws RouteError where there is no Ingress. */
  connect(port: 80 | 443, client: string, signal?: AbortSignal): Promise<Socket>
  stop(): void
}

/** Changes that come together are taken over together. */
const SETTLE_MS = 20

/** Serves the Ingresses of its class from the first one on. */
export function createIngress(parts: IngressParts): IngressController {
  const { rest, clock, random, log, nodes, nodeName } = parts
  const stopped = new AbortController()
  const informers = new InformerFactory({ rest, clock, random, log })
  const ingresses = informers.informer(INGRESSES as Resource<Ingress>)
  const classes = informers.informer(INGRESS_CLASSES as Resource<IngressClass>)
  const status = new IngressStatus({ rest, clock, log, speaks: () => speakerOf(nodes.lister.list()) === nodeName })
  const onProblem = (ingress: Ingress, message: string) => status.warn(ingress, 'CertificateNotServed', message)
  const certificates = new Certificates({ rest, clock, log, onProblem })
  const former = new Map<string, Ingress>()
  let ours: Ingress[] = []
  let routes = new RouteTable([])
  let address: IngressAddress = {}
  let server: Promise<IngressServer> | undefined
  let first: Promise<void> | undefined
  let timer: Timer | undefined

  const changed = () => {
    timer ??= clock.after(SETTLE_MS, () => {
      timer = undefined
      if (ingresses.hasSynced && classes.hasSynced && !stopped.signal.aborted) takeOver()
    })
  }
  const handler = { onAdd: changed, onUpdate: changed, onDelete: changed }
  ingresses.addHandler(handler)
  classes.addHandler(handler)
  // Whoever speaks for all may be gone.
  nodes.addHandler({ onUpdate: changed, onDelete: changed })
  informers.start(stopped.signal)
  Promise.all([ingresses.whenSynced(), classes.whenSynced()]).then(changed, (error: unknown) =>
    log.debug('the ingress was stopped before it was ready', { error }),
  )

  function takeOver(): void {
    const known = classes.lister.list()
    const all = ingresses.lister.list()
    const had = new Set(ours.map(i => i.metadata.uid))
    ours = all.filter(i => isOurs(i, known))
    const now = new Set(ours.map(i => i.metadata.uid!))
    const there = new Map(all.map(i => [i.metadata.uid!, i]))
    for (const uid of had) if (uid && !now.has(uid) && there.has(uid)) former.set(uid, there.get(uid)!)
    for (const uid of former.keys()) if (now.has(uid) || !there.has(uid)) former.delete(uid)
    for (const uid of former.keys()) former.set(uid, there.get(uid)!)
    routes = new RouteTable(ours)
    const loaded = certificates.setIngresses(ours)
    if (ours.length) first ??= loaded
    for (const ingress of ours) complain(ingress)
    parts.onPorts()
    status.write(ours, [...former.values()], address)
  }

  function complain(ingress: Ingress): void {
    for (const problem of readSettings(ingress).problems) status.warn(ingress, 'AnnotationIgnored', problem)
    const { defaultBackend, rules = [] } = ingress.spec ?? {}
    const backends = [defaultBackend, ...(rules ?? []).flatMap(r => r.http?.paths ?? []).map(p => p.backend)]
    for (const backend of backends)
      if (backend?.resource) {
        const { kind, name } = backend.resource
        status.warn(ingress, 'BackendNotServed', `${kind} ${name} cannot be a backend here: name a Service`)
      }
  }

  return {
    ports: () => (ours.length ? ([80, 443] as const).map(exposedPort) : []),
    exposed(results) {
      const at = (port: number) => results.find(r => r.kind === 'Ingress' && r.port === port)?.boundPort
      address = { http: at(80), https: at(443) }
      status.write(ours, [...former.values()], address)
    },
    serves: (port): port is 80 | 443 => ours.length > 0 && (port === 80 || port === 443),
    async connect(port, client, signal) {
      if (ours.length === 0) throw new RouteError('ECONNREFUSED', `there is no Ingress that port ${port} is for`)
      // The first client must not meet the default certificate because the right one is still being read.
      await first
      server ??= startIngressServer({
        routes: () => routes,
        open: (backend, gone) => openBackend(backend, parts, gone),
        securePort: () => address.https,
        defaultCertificate: parts.defaultCertificate,
        contextFor: name => certificates.contextFor(name),
      })
      return (await server).connect(port, client, signal)
    },
    stop() {
      stopped.abort(new Error('the ingress stops'))
      timer?.cancel()
      certificates.stop()
      server?.then(
        s => s.close(),
        (error: unknown) => log.debug('the ingress server had not started', { error }),
      )
    },
  }
}

function exposedPort(port: 80 | 443): ExposedPort {
  const common = { kind: 'Ingress', namespace: '', service: 'ingress', protocol: 'TCP' } as const
  return { ...common, port, connect: `${ANY_NODE}:${port}` }
}
