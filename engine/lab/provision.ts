import { join } from 'node:path'
import type { ClientConfig } from '../client/rest.ts'
import type { Random } from '../base/random.ts'
import { UserError } from '../base/errors.ts'
import type { ControlPlaneSpec, EtcdConfig, LabConfig, LabPaths, MachineSpec, WorkerSpec } from './config.ts'
import type { MachineConfig } from './machine/config.ts'
import { ETCD_CLIENTS, INGRESS_USER, STORE_MEMBERS } from './pki.ts'
import type { KeyPair, Pki } from './pki.ts'
import { freePorts, isFree } from '../base/ports.ts'
import type { Capacity } from '../kubelet/node/allocatable.ts'
import type { KubeletSettings } from '../kubelet/node/settings.ts'
import type { DnsAddress } from '../network/dns/exchange.ts'
import type { IpvsScheduler } from '../network/services/strategy/ipvs.ts'
import type { ProxyMode } from '../network/services/balancer.ts'
import type { PodNetworkChoice } from '../network/namespaces/choose.ts'
import type { RuntimeChoice } from '../kubelet/runtime/choose.ts'
import type { AllowedHostPath } from '../kubelet/volumes/host-path.ts'

export interface NewLab {
  name: string
  masters: number
  workers: number
  bare: boolean
  /** Port of the load balancer; chosen if absent. */
  port?: number
  /** A real etcd to keep the state in, which must be empty. */
  etcd?: EtcdConfig
  runtime?: RuntimeChoice
  podNetwork?: PodNetworkChoice
  /** How the workers' service proxies choose; absent: iptables, and rr in `ipvs` mode. */
  proxyMode?: ProxyMode
  ipvsScheduler?: IpvsScheduler
  /** Servers that are asked for names outside of the cluster; also takes the place of what an existing lab has. */
  dnsForward?: DnsAddress[]
  /** Folders of the user's machine that pods may mount; also takes the place of what an existing lab allows. */
  allowedHostPaths?: AllowedHostPath[]
  /** How long a node may be silent before it counts as NotReady; absent: `NODE_MONITOR_GRACE_MS`. */
  nodeMonitorGraceMs?: number
  kubelet?: KubeletSettings
  /** What each worker offers, where it is not the usual. */
  capacity?: Partial<Capacity>
}

/** Kubernetes' own (kube-controller-manager's --node-monitor-grace-period). */
export const NODE_MONITOR_GRACE_MS = 50_000
/** Kubernetes' own (nodeLeaseDurationSeconds), for that grace period. */
const LEASE_DURATION_SECONDS = 40

export const PREFERRED_API_PORT = 6443
const DEFAULT_CAPACITY = { cpu: '4', memory: '8Gi', pods: 110, ephemeralStorage: '20Gi' }
/** Machines' addresses, outside the ranges of pods and services. */
const MACHINE_NETWORK = '172.18.0.'
const FIRST_MASTER = 11
const FIRST_WORKER = 101

/**
 * Lays out a new lab: names, addresses, ports and identities of all machines.
 * @throws UserError if the asked port is taken or the numbers make no cluster.
 */
export async function planLab(
  wanted: NewLab,
  now: string,
  random: Random,
  reserved: ReadonlySet<number> = new Set(),
): Promise<LabConfig> {
  if (![1, 3, 5].includes(wanted.masters))
    throw new UserError(
      `A lab with ${wanted.masters} masters cannot be made.`,
      'Use 1, 3 or 5: an even number of voters survives no more failures than one fewer.',
    )
  if (!(wanted.workers >= 0 && wanted.workers <= 50))
    throw new UserError(`A lab with ${wanted.workers} workers cannot be made.`, 'Use 0 to 50.')
  if (wanted.port !== undefined && !(await isFree(wanted.port)))
    throw new UserError(
      `Port ${wanted.port} is taken by another program, or may not be used.`,
      'Choose another one with --port, or leave it out to have a free one chosen.',
    )
  const [apiServer] = wanted.port === undefined ? await freePorts(1, [PREFERRED_API_PORT], reserved) : [wanted.port]
  const ports = await freePorts(
    4 + MASTER_PORTS * wanted.masters + 2 * wanted.workers,
    [],
    new Set([...reserved, apiServer]),
  )
  const next = () => ports.pop()!
  return {
    formatVersion: 1,
    name: wanted.name,
    clusterId: random.uuid(),
    createdAt: now,
    bare: wanted.bare,
    ports: { apiServer, labServer: next(), proxy: next(), ingressHTTP: next(), ingressHTTPS: next() },
    network: {
      podCIDR: '10.244.0.0/16',
      serviceCIDR: '10.96.0.0/16',
      clusterDomain: 'cluster.local',
      proxyMode: wanted.proxyMode ?? 'iptables',
      ...(wanted.ipvsScheduler ? { ipvsScheduler: wanted.ipvsScheduler } : {}),
      ...(wanted.dnsForward ? { dnsForward: wanted.dnsForward } : {}),
    },
    nodeMonitorGraceMs: wanted.nodeMonitorGraceMs ?? (wanted.bare ? 600_000 : NODE_MONITOR_GRACE_MS),
    ...(wanted.kubelet ? { kubelet: wanted.kubelet } : {}),
    lastMaster: wanted.masters,
    ...(wanted.etcd ? { etcd: wanted.etcd } : {}),
    ...(wanted.runtime ? { runtime: wanted.runtime } : {}),
    ...(wanted.podNetwork ? { podNetwork: wanted.podNetwork } : {}),
    ...(wanted.allowedHostPaths ? { allowedHostPaths: wanted.allowedHostPaths } : {}),
    machines: [
      ...Array.from({ length: wanted.masters }, (_, i) => masterSpec(i + 1, masterPorts(next), 'founding')),
      ...Array.from({ length: wanted.workers }, (_, i) => workerSpec(i + 1, next(), next(), wanted.capacity)),
    ],
  }
}

/** A further worker for a lab, with the lowest free number. */
export async function planWorker(config: LabConfig): Promise<WorkerSpec> {
  const taken = new Set(config.machines.map(m => m.name))
  let number = 1
  while (taken.has(`worker-${number}`)) number++
  const [kubelet, proxy] = await freePorts(2)
  // One like the others.
  const other = config.machines.find(m => m.role === 'worker')
  return workerSpec(number, kubelet, proxy, other?.capacity)
}

/** A further master for a lab. Its number is new: one that was removed may still think that it takes part. */
export async function planMaster(config: LabConfig): Promise<ControlPlaneSpec> {
  const numbers = config.machines.flatMap(m => (m.role === 'control-plane' ? Number(m.name.replace(/\D/g, '')) : []))
  const number = Math.max(config.lastMaster, ...numbers) + 1
  const ports = await freePorts(MASTER_PORTS)
  return masterSpec(
    number,
    masterPorts(() => ports.pop()!),
    'joining',
  )
}

/** As many as a master has. */
export const MASTER_PORTS = 5

export function masterPorts(next: () => number): ControlPlaneSpec['ports'] {
  return { api: next(), peer: next(), etcd: next(), scheduler: next(), controllers: next() }
}

function masterSpec(
  number: number,
  ports: ControlPlaneSpec['ports'],
  store: ControlPlaneSpec['store'],
): ControlPlaneSpec {
  return {
    role: 'control-plane',
    name: `master-${number}`,
    address: MACHINE_NETWORK + (FIRST_MASTER + number - 1),
    ports,
    store,
  }
}

/** The certificate that opens etcd's API of the masters. */
export function etcdClientCertificate(pki: Pki): Promise<KeyPair> {
  return pki.issue({ file: 'etcd-client', commonName: 'etcd-client', organizations: [ETCD_CLIENTS], client: true })
}

function workerSpec(number: number, kubelet: number, proxy: number, capacity?: Partial<Capacity>): WorkerSpec {
  return {
    role: 'worker',
    name: `worker-${number}`,
    address: MACHINE_NETWORK + (FIRST_WORKER + number - 1),
    ports: { kubelet, proxy },
    capacity: { ...DEFAULT_CAPACITY, ...capacity },
  }
}

/**
 * Gives new ports to machines and servers whose ports other programs have taken since the last run. The load balancer
 * keeps its own: kubeconfigs and scripts name it. Says whether anything changed.
 */
export async function repairPorts(config: LabConfig): Promise<boolean> {
  const holders: Record<string, number>[] = [
    config.ports,
    ...config.machines.map(m => m.ports as Record<string, number>),
  ]
  let changed = false
  // Labs that were made before there were Ingresses.
  for (const key of ['ingressHTTP', 'ingressHTTPS'] as const)
    if (!config.ports[key]) {
      ;[config.ports[key]] = await freePorts(1)
      changed = true
    }
  // And before schedulers and controllers told their metrics.
  for (const machine of config.machines)
    for (const key of ['scheduler', 'controllers'] as const)
      if (machine.role === 'control-plane' && !machine.ports[key]) {
        ;[machine.ports[key]] = await freePorts(1)
        changed = true
      }
  for (const ports of holders) {
    for (const key of Object.keys(ports)) {
      if (key === 'apiServer' || (await isFree(ports[key]))) continue
      ;[ports[key]] = await freePorts(1)
      changed = true
    }
  }
  return changed
}

/** Writes down for one machine all that its process has to know, and makes its certificates. */
export async function provisionMachine(
  config: LabConfig,
  spec: MachineSpec,
  paths: LabPaths,
  pki: Pki,
  imagesDir: string,
): Promise<MachineConfig> {
  const authority = await pki.authority()
  const base = {
    lab: config.name,
    name: spec.name,
    dir: paths.machine(spec.name),
    address: spec.address,
    ca: authority.cert,
    server: `https://127.0.0.1:${config.ports.apiServer}`,
  }
  const loopback = { dnsNames: ['localhost', spec.name], addresses: ['127.0.0.1', spec.address] }
  if (spec.role === 'worker') {
    const node = `system:node:${spec.name}`
    return {
      ...base,
      role: 'worker',
      ports: spec.ports,
      overlayKey: pki.overlayKey(),
      capacity: spec.capacity,
      settings: config.kubelet ?? {},
      leaseDurationSeconds: leaseDuration(config.nodeMonitorGraceMs),
      ...config.network,
      runtime: config.runtime ?? 'auto',
      podNetwork: config.podNetwork ?? 'auto',
      allowedHostPaths: config.allowedHostPaths ?? [],
      imagesDir,
      addedImagesDir: paths.images,
      serving: await pki.issue({
        file: `${spec.name}-serving`,
        commonName: node,
        organizations: ['system:nodes'],
        server: true,
        ...loopback,
      }),
      kubelet: await pki.issue({
        file: `${spec.name}-kubelet`,
        commonName: node,
        organizations: ['system:nodes'],
        client: true,
      }),
      proxy: await pki.issue({ file: `kube-proxy`, commonName: 'system:kube-proxy', client: true }),
      ingress: await pki.issue({ file: 'ingress', commonName: INGRESS_USER, client: true }),
      ingressServing: await pki.issue({
        file: 'ingress-serving',
        commonName: 'Default certificate of the ingress',
        server: true,
        dnsNames: ['ingress.local', 'localhost'],
        addresses: ['127.0.0.1'],
      }),
    }
  }
  const domain = config.network.clusterDomain
  return {
    ...base,
    role: 'control-plane',
    bare: config.bare,
    clusterId: config.clusterId,
    ...(config.etcd ? { etcd: config.etcd } : {}),
    ports: spec.ports,
    storeState: ({ founding: 'new', joining: 'joining', member: 'existing' } as const)[spec.store],
    members: config.machines
      .filter(m => m.role === 'control-plane')
      .map(m => ({ name: m.name, host: '127.0.0.1', port: m.ports.peer })),
    serviceCIDR: config.network.serviceCIDR,
    podCIDR: config.network.podCIDR,
    nodeMonitorGraceMs: config.nodeMonitorGraceMs,
    serving: await pki.issue({
      file: `${spec.name}-apiserver`,
      commonName: 'kube-apiserver',
      server: true,
      dnsNames: [
        ...loopback.dnsNames,
        'kubernetes',
        'kubernetes.default',
        'kubernetes.default.svc',
        `kubernetes.default.svc.${domain}`,
      ],
      addresses: [...loopback.addresses, firstAddress(config.network.serviceCIDR)],
    }),
    peer: await pki.issue({
      file: `${spec.name}-peer`,
      commonName: spec.name,
      organizations: [STORE_MEMBERS],
      server: true,
      client: true,
      ...loopback,
    }),
    kubeletClient: await pki.issue({
      file: 'apiserver-kubelet-client',
      commonName: 'kube-apiserver-kubelet-client',
      organizations: ['system:masters'],
      client: true,
    }),
    scheduler: await pki.issue({ file: 'scheduler', commonName: 'system:kube-scheduler', client: true }),
    // The controllers act with full rights, as without --use-service-account-credentials under an allow-all authorizer.
    controllerManager: await pki.issue({
      file: 'controller-manager',
      commonName: 'system:kube-controller-manager',
      organizations: ['system:masters'],
      client: true,
    }),
    serviceAccount: pki.serviceAccountKeys(),
    encryptionKey: pki.encryptionKey(),
    caKey: authority.key,
  }
}

/** The same part of the grace period that Kubernetes' defaults have, so that four renewals fit into it. */
function leaseDuration(graceMs: number): number {
  const seconds = Math.round((graceMs / NODE_MONITOR_GRACE_MS) * LEASE_DURATION_SECONDS)
  return Math.min(LEASE_DURATION_SECONDS, Math.max(1, seconds))
}

type AdminClient = KeyPair & Required<Pick<ClientConfig, 'server' | 'ca'>>

/** How the lab's administrator reaches the API server, through the load balancer. */
export async function adminClient(config: LabConfig, pki: Pki): Promise<AdminClient> {
  const authority = await pki.authority()
  const admin = await pki.issue({
    file: 'admin',
    commonName: 'kubernetes-admin',
    organizations: ['system:masters'],
    client: true,
  })
  return { server: `https://127.0.0.1:${config.ports.apiServer}`, ca: authority.cert, ...admin }
}

/** Who may ask the lab's API servers and its store members for everything. */
export interface LabIdentities {
  ca: string
  admin: KeyPair
  etcd: KeyPair
}

export async function labIdentities(config: LabConfig, pki: Pki): Promise<LabIdentities> {
  const { ca, cert, key } = await adminClient(config, pki)
  return { ca, admin: { cert, key }, etcd: await etcdClientCertificate(pki) }
}

/** The kubeconfig of the lab's administrator. */
export async function adminKubeconfig(config: LabConfig, pki: Pki): Promise<string> {
  const admin = await adminClient(config, pki)
  const name = config.name === 'default' ? 'kubarium' : `kubarium-${config.name}`
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  return [
    'apiVersion: v1',
    'kind: Config',
    'clusters:',
    `- name: ${name}`,
    '  cluster:',
    `    server: ${admin.server}`,
    `    certificate-authority-data: ${base64(admin.ca)}`,
    'users:',
    `- name: ${name}-admin`,
    '  user:',
    `    client-certificate-data: ${base64(admin.cert)}`,
    `    client-key-data: ${base64(admin.key)}`,
    'contexts:',
    `- name: ${name}`,
    '  context:',
    `    cluster: ${name}`,
    `    user: ${name}-admin`,
    `current-context: ${name}`,
    '',
  ].join('\n')
}

/** The first usable address of a range: the service `kubernetes` has it. */
function firstAddress(cidr: string): string {
  const parts = cidr.split('/')[0].split('.').map(Number)
  parts[3]++
  return parts.join('.')
}

/** Where the built-in images are: beside the bundles in a built tree. */
export function defaultImagesDir(distDir: string): string {
  return join(distDir, 'images')
}
