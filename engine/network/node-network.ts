import { randomBytes } from 'node:crypto'
import type { Socket } from 'node:net'
import { pathToFileURL } from 'node:url'
import type { EndpointSlice, Node, Service, ServiceCIDR } from '../api/types.ts'
import type { Clock } from '../base/clock.ts'
import { Eventual } from '../base/eventual.ts'
import type { Logger } from '../base/log.ts'
import { freePort } from '../base/ports.ts'
import type { Random } from '../base/random.ts'
import { InformerFactory } from '../client/cache/informer.ts'
import { ENDPOINT_SLICES, NODES, SERVICE_CIDRS, SERVICES } from '../client/resources.ts'
import type { Resource } from '../client/resource-client.ts'
import type { RestClient } from '../client/rest.ts'
import type { PodAttachment, PodNetwork } from '../kubelet/pod-network.ts'
import { parseCidr } from './address/cidr.ts'
import { PodAddresses } from './address/pod-addresses.ts'
import type { DnsAddress } from './dns/exchange.ts'
import { Forwarder } from './dns/forwarder.ts'
import { createResponder } from './dns/responder.ts'
import { startDnsServerAgain } from './dns/saved-port.ts'
import { ClusterZone } from './dns/zone.ts'
import { createExposure, type ExposedPort, type ExposureResult } from './exposure.ts'
import { DatagramSwitch } from './datagrams/switch.ts'
import { createHealthChecks } from './health/health-checks.ts'
import { createIngress } from './ingress/ingress.ts'
import { GATEWAY_ANNOTATION, NodeDirectory } from './node-directory.ts'
import { Attachments, type Attachment } from './overlay/attachments.ts'
import { HostPorts } from './overlay/host-ports.ts'
import { PortRegistry, type OverlayPod, type Protocol } from './overlay/port-registry.ts'
import {
  ENV_ALIASES,
  ENV_DECLARED_PORT,
  ENV_DNS_REAL,
  ENV_DNS_SEARCH,
  ENV_DNS_SERVER,
  ENV_GATEWAY,
  ENV_TOKEN,
} from './overlay/protocol.ts'
import { Tickets } from './overlay/tickets.ts'
import type { HelperKeeper } from './namespaces/keeper.ts'
import { PodNamespaces } from './namespaces/pod-namespaces.ts'
import { startGateway } from './proxy/gateway.ts'
import { createPolicyEnforcer } from './policy/enforcer.ts'
import { Peers } from './proxy/peers.ts'
import { RouteError } from './proxy/route-error.ts'
import { Router } from './proxy/router.ts'
import { SourceAliases } from './proxy/source-aliases.ts'
import { renderRules } from './rules/render.ts'
import { Balancer, type ProxyMode } from './services/balancer.ts'
import { ServiceRanges } from './services/service-ranges.ts'
import { ServiceTable } from './services/service-table.ts'
import type { IpvsScheduler } from './services/strategy/ipvs.ts'

export interface NodeNetworkConfig {
  nodeName: string
  /** The node's address in the cluster, such as 172.18.0.101. */
  address: string
  /** Port on 127.0.0.1 where the node's gateway listens. */
  proxyPort: number
  /** A secret that the lab's own processes share: the nodes' gateways and the lab's host know each other by it. */
  overlayKey: string
  clusterDomain: string
  serviceCIDR: string
  /** Range of all pods of the cluster. */
  podCIDR: string
  /** Range of this node's pods where nobody gives nodes a range. */
  podCIDRFallback?: string
  /** Address of the cluster's DNS, as programs see it. */
  clusterDNS: string
  proxyMode: ProxyMode
  /** How endpoints are chosen in `ipvs` mode. */
  ipvsScheduler: IpvsScheduler
  /** The preload for Node programs: a file. */
  preloadPath: string
  /** Where the pods' addresses are kept over a restart. */
  stateFile: string
  /** Where that is kept which pods were told of the network; absent: what outlives this process is without it. */
  attachmentsFile?: string
  /** Where the port of the DNS is kept; absent: it is another one after a restart. */
  dnsPortFile?: string
  /** Servers that are asked for names outside of the cluster; absent: such names are refused. */
  dnsForward?: DnsAddress[]
  /** What the ingress shows for hosts without a certificate of their own. */
  ingressCertificate: { cert: string; key: string }
  /** How long (ms) callers of the gateway may take to say what they want; absent: ten seconds. */
  patienceMs?: number
  /** Told of all ports that Services want open on the laptop, whenever they change. */
  expose(ports: ExposedPort[]): void
}

export interface NodeNetworkDependencies {
  rest: RestClient
  /** The ingress controller's own identity, which may read Secrets. */
  ingressRest: RestClient
  clock: Clock
  random: Random
  log: Logger
  /** For pods with network namespaces; absent, or nothing: there are none. */
  namespaces?: Promise<HelperKeeper | undefined>
  /** The processes that run in a pod now, or what has started them. */
  processesOf?(uid: string): number[]
}

/** A pod as the kubelet hands it to the network. */
export type PodToAttach = Parameters<PodNetwork['attach']>[0]

export interface NodeNetwork extends PodNetwork {
  attach(pod: PodToAttach): Promise<PodAttachment>
  /** The host says which ports are open: Services and Ingresses get their addresses, and events where a port is another one. */
  exposed(results: ExposureResult[]): void
  /** Serves a connection that somebody else has accepted for the gateway. */
  serve(socket: Socket): void
  /** For the Node object. */
  readonly annotations: Record<string, string>
  /** The port on 127.0.0.1 where the cluster's DNS answers here, over UDP and TCP. */
  readonly dnsPort: number
  /** Services and nodes are known, and this node has its range of pod addresses. */
  readonly ready: Promise<void>
  stop(): Promise<void>
}

/** Starts the cluster's network on one node: addresses for its pods, and the gateway that connects them. */
export async function startNodeNetwork(
  config: NodeNetworkConfig,
  dependencies: NodeNetworkDependencies,
): Promise<NodeNetwork> {
  const { rest, ingressRest, clock, random, log } = dependencies
  const stopped = new AbortController()
  const table = new ServiceTable(config.nodeName)
  const nodes = new NodeDirectory()
  const ports = new PortRegistry()
  const hostPorts = new HostPorts()
  const zone = new ClusterZone(table, config.clusterDomain, config.clusterDNS)
  const forwarder = config.dnsForward?.length ? new Forwarder(config.dnsForward, dependencies) : undefined
  const respond = createResponder({ zone, clock, random, forwarder })
  const dns = await startDnsServerAgain(respond, log, config.dnsPortFile)
  const balancer = new Balancer(config.proxyMode, clock, random, config.ipvsScheduler)
  const informers = new InformerFactory({ rest, clock, random, log })
  const aliases = new SourceAliases([config.podCIDR, `${config.address}/16`])
  // The cluster's DNS is no pod here, but what policies let pass to it they call by the labels of one.
  const dnsPod = { namespace: 'kube-system', name: 'kube-dns', labels: { 'k8s-app': 'kube-dns' } }
  const podAt = (ip: string) => ports.podAt(ip) ?? (ip === config.clusterDNS ? dnsPod : undefined)
  const policies = createPolicyEnforcer(informers, clock, podAt)
  const ranges = { podCIDR: parseCidr(config.podCIDR), services: new ServiceRanges(config.serviceCIDR) }
  const peers = new Peers(config.overlayKey)
  const place = { address: config.address, ...ranges, table, nodes, ports, hostPorts, balancer, policies, peers }
  const datagrams = new DatagramSwitch({ ...place, clock, dns: { address: config.clusterDNS, respond } })
  const router = new Router({
    ...place,
    zone,
    aliases,
    random,
    dns: { address: config.clusterDNS, port: dns.port },
    inPod: ip => namespaces?.at(ip),
    nodeServer: port =>
      ingress.serves(port)
        ? (client, signal) => ingress.connect(port, client, signal)
        : health.serves(port)
          ? (_client, signal) => health.connect(port, signal)
          : undefined,
  })
  const sockets = new Set<Socket>()
  const processesOf = (uid: string) => dependencies.processesOf?.(uid) ?? []
  let namespaces: PodNamespaces | undefined
  const namespacesKnown = Promise.resolve(dependencies.namespaces).then(keeper => {
    if (!keeper) return
    if (stopped.signal.aborted) return keeper.stop()
    namespaces = new PodNamespaces(keeper, { router, datagrams, clock, log, sockets, processesOf })
  })
  // Awaited before the first pod: until then its failure is nobody's.
  namespacesKnown.catch(() => undefined)
  const tickets = new Tickets(clock, sockets)
  const addresses = new PodAddresses(config.stateFile, log)
  const attachments = config.attachmentsFile ? new Attachments(config.attachmentsFile, log) : undefined
  const exposure = createExposure({
    address: config.address,
    table,
    rest,
    clock,
    log,
    others: () => ingress.ports(),
    expose: config.expose,
  })
  const entriesOf = (service: string | null) =>
    table.entries().filter(entry => service === null || `${entry.namespace}/${entry.name}` === service)
  const admin = (path: string, query: URLSearchParams) =>
    path === '/kubarium/rules'
      ? renderRules(query.get('format'), entriesOf(query.get('service')), {
          ...config,
          load: (entry, endpoint) => balancer.load(entry, endpoint),
        })
      : undefined
  const parts = {
    port: config.proxyPort,
    address: config.address,
    router,
    ports,
    respond,
    datagrams,
    tickets,
    peers,
    log,
    sockets,
    admin,
    patienceMs: config.patienceMs,
  }
  const gateway = await startGateway(parts).catch(async (error: unknown) => {
    await dns.close()
    throw error
  })

  const range = new Eventual<string>()
  if (config.podCIDRFallback) range.resolve(config.podCIDRFallback)
  const services = informers.informer(SERVICES as Resource<Service>)
  const slices = informers.informer(ENDPOINT_SLICES as Resource<EndpointSlice>)
  const nodeInformer = informers.informer(NODES as Resource<Node>)
  const health = createHealthChecks({ table, clock, node: () => nodeInformer.lister.get(undefined, config.nodeName) })
  const ingress = createIngress({
    nodeName: config.nodeName,
    table,
    router,
    source: { kind: 'ingress', ip: config.address, namespace: 'default' },
    rest: ingressRest,
    clock,
    random,
    log: log.child('ingress'),
    nodes: nodeInformer,
    defaultCertificate: config.ingressCertificate,
    onPorts: () => exposure.changed(),
  })
  services.addHandler({ onAdd: setService, onUpdate: (_old, service) => setService(service), onDelete: deleteService })
  slices.addHandler({
    onAdd: slice => table.setSlice(slice),
    onUpdate: (old, slice) => {
      table.deleteSlice(old)
      table.setSlice(slice)
    },
    onDelete: slice => table.deleteSlice(slice),
  })
  informers.informer(SERVICE_CIDRS as Resource<ServiceCIDR>).addHandler({
    onAdd: cidr => ranges.services.set(cidr),
    onUpdate: (_old, cidr) => ranges.services.set(cidr),
    onDelete: cidr => ranges.services.delete(cidr),
  })
  nodeInformer.addHandler({
    onAdd: setNode,
    onUpdate: (_old, node) => setNode(node),
    onDelete: node => nodes.delete(node.metadata.name!),
  })
  informers.start(stopped.signal)
  const readiness = Promise.withResolvers<void>()
  // A network that is stopped before never gets ready; that is no failure.
  void Promise.all([services.whenSynced(), slices.whenSynced(), nodeInformer.whenSynced(), range.wait()]).then(
    () => readiness.resolve(),
    (error: unknown) => log.debug('the network was stopped before it was ready', { error }),
  )

  const dial: PodNetwork['dial'] = (ip, port, signal) =>
    router.dial(ip, port, { kind: 'node', ip: config.address, namespace: 'default' }, signal)

  return {
    annotations: { [GATEWAY_ANNOTATION]: `127.0.0.1:${config.proxyPort}` },
    dnsPort: dns.port,
    ready: readiness.promise,
    attach,
    detach(uid) {
      ports.removePod(uid)
      hostPorts.delete(uid)
      namespaces?.detach(uid)
      attachments?.delete(uid)
      addresses.release(uid)
    },
    dial,
    async dialInside(uid, port, signal) {
      const pod = ports.pod(uid)
      if (!pod) throw new RouteError('EHOSTUNREACH', 'the pod is not on the network')
      return namespaces?.inside(uid)?.(port, signal) ?? dial(pod.ip, port, signal)
    },
    exposed(results) {
      exposure.exposed(results)
      ingress.exposed(results)
    },
    serve: socket => gateway.serve(socket),
    async stop() {
      stopped.abort(new Error('the network stops'))
      range.reject(new Error('the network stops'))
      exposure.stop()
      ingress.stop()
      health.close()
      namespaces?.close()
      datagrams.close()
      tickets.close()
      await Promise.all([gateway.close(), dns.close()])
    },
  }

  async function attach(pod: PodToAttach): Promise<PodAttachment> {
    const { uid, namespace, name, hostNetwork } = pod
    const known = ports.pod(uid)
    if (known) return attachment(known, pod)
    await namespacesKnown
    const ip = hostNetwork ? config.address : addresses.assign(uid, await range.wait(), pod.previousIP)
    const again = ports.pod(uid)
    if (again) return attachment(again, pod)
    const before = attachments?.of(uid)
    const token = before?.token ?? randomBytes(18).toString('base64url')
    const attached: OverlayPod = { uid, namespace, name, ip, hostNetwork, token }
    ports.addPod(attached)
    hostPorts.set(attached, pod.ports ?? [])
    const reserved: Attachment['reserved'] = []
    // What runs already stays where it is.
    const runs = before !== undefined && processesOf(uid).length > 0
    const namespaced = !hostNetwork && (runs ? before.namespaced : pod.entersNamespace)
    if (namespaced && !namespaces)
      log.warn('nothing here serves the network namespace of a pod', { pod: `${namespace}/${name}` })
    if (namespaced && namespaces) {
      await namespaces.attach(attached).catch((error: unknown) => {
        ports.removePod(uid)
        throw error
      })
      attachments?.set(uid, { token, reserved, namespaced })
      return attachment(attached, pod)
    }
    for (const { containerPort: port, protocol: said = 'TCP' } of pod.ports ?? []) {
      const protocol = said as Protocol
      if (said !== 'TCP' || ports.find(ip, protocol, port)) continue
      const known = before?.reserved.find(r => r.port === port && r.protocol === protocol)
      // It is not held: the pod's program is to take it.
      const realPort = known?.realPort ?? (await freePort())
      ports.reserve(attached, protocol, port, realPort)
      reserved.push({ protocol, port, realPort })
    }
    attachments?.set(uid, { token, reserved })
    return attachment(attached, pod)
  }

  function attachment(pod: OverlayPod, wanted: PodToAttach): PodAttachment {
    const { clusterDNS } = config
    const own = namespaces?.has(pod.uid) ? namespaces : undefined
    // In a network of its own a program needs to be told nothing.
    if (own) return { ip: pod.ip, env: { POD_IP: pod.ip }, clusterDNS, namespace: () => own.namespaceOf(pod.uid) }
    return { ip: pod.ip, env: environment(pod, wanted), clusterDNS }
  }

  function environment(pod: OverlayPod, { ports: declared = [] }: PodToAttach): Record<string, string> {
    const proxy = `http://pod:${pod.token}@127.0.0.1:${config.proxyPort}`
    const first = declared.find(p => (p.protocol ?? 'TCP') === 'TCP')?.containerPort
    const real = first === undefined ? undefined : ports.find(pod.ip, 'TCP', first)?.realPort
    return {
      POD_IP: pod.ip,
      NODE_OPTIONS: `--import=${pathToFileURL(config.preloadPath).href}`,
      [ENV_GATEWAY]: `127.0.0.1:${config.proxyPort}`,
      [ENV_TOKEN]: pod.token,
      [ENV_DNS_SERVER]: config.clusterDNS,
      [ENV_DNS_REAL]: `127.0.0.1:${dns.port}`,
      [ENV_DNS_SEARCH]: [`${pod.namespace}.svc.`, 'svc.', ''].map(part => part + config.clusterDomain).join(' '),
      [ENV_ALIASES]: aliases.toString(),
      HTTP_PROXY: proxy,
      http_proxy: proxy,
      HTTPS_PROXY: proxy,
      https_proxy: proxy,
      ALL_PROXY: proxy,
      all_proxy: proxy,
      NO_PROXY: 'localhost,127.0.0.1',
      no_proxy: 'localhost,127.0.0.1',
      ...(real === undefined ? {} : { PORT: String(real), [ENV_DECLARED_PORT]: `${first}=${real}` }),
    }
  }

  function setService(service: Service): void {
    table.setService(service)
    exposure.changed(`${service.metadata.namespace}/${service.metadata.name}`)
  }

  function deleteService(service: Service): void {
    table.deleteService(service)
    balancer.forget(service.metadata.namespace!, service.metadata.name!)
    exposure.changed(`${service.metadata.namespace}/${service.metadata.name}`)
  }

  function setNode(node: Node): void {
    const entry = nodes.set(node)
    if (entry.name !== config.nodeName) return
    table.setZone(entry.zone)
    if (entry.podCIDR) range.resolve(entry.podCIDR.text)
  }
}
