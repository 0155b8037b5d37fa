import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { codeOf, UserError } from '../base/errors.ts'
import type { Capacity } from '../kubelet/node/allocatable.ts'
import type { KubeletSettings } from '../kubelet/node/settings.ts'
import type { DnsAddress } from '../network/dns/exchange.ts'
import type { IpvsScheduler } from '../network/services/strategy/ipvs.ts'
import type { ProxyMode } from '../network/services/balancer.ts'
import type { PodNetworkChoice } from '../network/namespaces/choose.ts'
import type { RuntimeChoice } from '../kubelet/runtime/choose.ts'
import type { AllowedHostPath } from '../kubelet/volumes/host-path.ts'

/** What a lab is made of. Lives as `lab.json` in the lab's folder and changes only through the lab host. */
export interface LabConfig {
  formatVersion: 1
  name: string
  /** Identity of the cluster: members with another one are strangers. */
  clusterId: string
  createdAt: string
  /** Masters alone, as a reference for other control planes: no workers, no default StorageClass, no metrics. */
  bare: boolean
  ports: {
    /** The load balancer, which is the cluster's address. */
    apiServer: number
    /** User interface and lab API. */
    labServer: number
    /** Forward proxy into the cluster's network. */
    proxy: number
    /** Where Ingresses answer: an ordinary user may have neither 80 nor 443. */
    ingressHTTP: number
    ingressHTTPS: number
  }
  network: {
    podCIDR: string
    serviceCIDR: string
    clusterDomain: string
    proxyMode: ProxyMode
    /** Absent: rr. */
    ipvsScheduler?: IpvsScheduler
    /** Servers that are asked for names outside of the cluster; absent: none. */
    dnsForward?: DnsAddress[]
  }
  /** What runs pods without a RuntimeClass on the workers; absent: "auto". */
  runtime?: RuntimeChoice
  /** How pods under bubblewrap are on the network; absent: "auto". */
  podNetwork?: PodNetworkChoice
  /** How long a node may be silent before it counts as NotReady, in milliseconds. */
  nodeMonitorGraceMs: number
  /** What the kubelets of the workers are told beyond their defaults. */
  kubelet?: KubeletSettings
  /** Folders of the user's machine that pods may mount by hostPath; absent: none. */
  allowedHostPaths?: AllowedHostPath[]
  /** Where the masters keep their state instead of in a store of their own. */
  etcd?: EtcdConfig
  /** The highest number that a master has had. */
  lastMaster: number
  machines: MachineSpec[]
}

/** How a real etcd is reached. */
export interface EtcdConfig {
  endpoints: string[]
  /** PEM; absent: without TLS. */
  tls?: { ca: string; cert?: string; key?: string }
}

export type MachineSpec = ControlPlaneSpec | WorkerSpec

export interface ControlPlaneSpec {
  role: 'control-plane'
  name: string
  /** Address in the lab's address plan. Nothing is configured in the operating system. */
  address: string
  /** `etcd`: where the store member serves etcd's API; `scheduler`, `controllers`: where these tell their metrics. */
  ports: { api: number; peer: number; etcd: number; scheduler: number; controllers: number }
  /**
   * What its store member is to the cluster. `founding`: one of those that begin it. `joining`: on its way into a cluster
   * that lives. `member`: it takes part, so that without its file it has lost what it promised.
   */
  store: 'founding' | 'joining' | 'member'
}

export interface WorkerSpec {
  role: 'worker'
  name: string
  address: string
  ports: { kubelet: number; proxy: number }
  /** What the node offers to the scheduler, in Kubernetes' quantities; not what the laptop has. */
  capacity: Capacity
}

export const DEFAULT_LAB = 'default'

const NAME = /^[a-z0-9]([-a-z0-9]{0,30}[a-z0-9])?$/

/** @throws UserError if `name` cannot be a lab's name. */
export function checkLabName(name: string): void {
  if (!NAME.test(name))
    throw new UserError(
      `"${name}" cannot be the name of a lab.`,
      'Use up to 32 lower-case letters, digits and dashes, beginning and ending with a letter or digit.',
    )
}

/** The places inside a lab's folder. */
export function labPaths(dataDir: string, name: string) {
  const root = join(dataDir, 'labs', name)
  return {
    root,
    config: join(root, 'lab.json'),
    /** Written while a host runs: who it is and how to talk to it. */
    host: join(root, 'host.json'),
    kubeconfig: join(root, 'admin.kubeconfig'),
    pki: join(root, 'pki'),
    logs: join(root, 'logs'),
    /** Images that were added to the lab. */
    images: join(root, 'images'),
    machines: join(root, 'machines'),
    machine: (machine: string) => join(root, 'machines', machine),
  }
}

export type LabPaths = ReturnType<typeof labPaths>

/** Reads a lab's config, or undefined if there is no such lab. */
export function readLabConfig(paths: LabPaths): LabConfig | undefined {
  let text: string
  try {
    text = readFileSync(paths.config, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined
    throw new UserError(
      `${paths.config} cannot be read: ${(error as Error).message}`,
      'Give your user the right to read it, or choose another folder with --data-dir.',
    )
  }
  try {
    const config = JSON.parse(text) as LabConfig
    if (config.formatVersion !== 1) throw new Error(`format version ${config.formatVersion} is not known here`)
    return config
  } catch (error) {
    throw new UserError(
      `${paths.config} is damaged: ${(error as Error).message}`,
      'Restore it from a copy, or remove the lab with `kubarium lab delete` and make it anew.',
    )
  }
}

/** All ports that the labs of a data folder call their own, also while they are down: they will want them back. */
export function reservedPorts(dataDir: string): Set<number> {
  const root = join(dataDir, 'labs')
  const names = existsSync(root) ? readdirSync(root) : []
  const configs = names.flatMap(name => readLabConfig(labPaths(dataDir, name)) ?? [])
  return new Set(
    configs.flatMap(c => [c.ports, ...c.machines.map(m => m.ports)].flatMap(ports => Object.values(ports))),
  )
}

/** Writes a file so that a crash leaves either the old or the new one, readable by its owner alone. */
export function writeFileAtomically(path: string, text: string): void {
  const temporary = `${path}.${process.pid}.new`
  writeFileSync(temporary, text, { mode: 0o600, flush: true })
  renameSync(temporary, path)
}

export function writeLabConfig(paths: LabPaths, config: LabConfig): void {
  writeFileAtomically(paths.config, JSON.stringify(config, null, 2) + '\n')
}

/** Makes a folder and its parents; says what to do when that is not allowed or there is no room. */
export function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 })
  } catch (error) {
    const why = codeOf(error)
    const advice =
      why === 'ENOSPC'
        ? 'Free some disk space, or choose a folder on another disk with --data-dir.'
        : 'Give your user the right to write there, or choose another folder with --data-dir.'
    throw new UserError(`The folder ${path} cannot be made: ${(error as Error).message}`, advice)
  }
}
