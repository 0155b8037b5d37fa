import type { ControlPlaneSpec, EtcdConfig } from '../config.ts'
import type { Capacity } from '../../kubelet/node/allocatable.ts'
import type { KubeletSettings } from '../../kubelet/node/settings.ts'
import type { DnsAddress } from '../../network/dns/exchange.ts'
import type { IpvsScheduler } from '../../network/services/strategy/ipvs.ts'
import type { ProxyMode } from '../../network/services/balancer.ts'
import type { PodNetworkChoice } from '../../network/namespaces/choose.ts'
import type { RuntimeChoice } from '../../kubelet/runtime/choose.ts'
import type { AllowedHostPath } from '../../kubelet/volumes/host-path.ts'
import type { KeyPair } from '../pki.ts'

/** All that a machine process needs to know; written by the lab host into the machine's folder. */
export type MachineConfig = ControlPlaneMachineConfig | WorkerMachineConfig

interface MachineBase {
  lab: string
  name: string
  /** Folder of this machine. */
  dir: string
  address: string
  ca: string
  /** Base address of the load balancer. */
  server: string
}

export interface ControlPlaneMachineConfig extends MachineBase {
  role: 'control-plane'
  bare: boolean
  clusterId: string
  ports: ControlPlaneSpec['ports']
  /** The etcd that takes the place of the own store, if there is one. */
  etcd?: EtcdConfig
  /** What it means that the store has no file. */
  storeState: 'new' | 'joining' | 'existing'
  members: { name: string; host: string; port: number }[]
  serviceCIDR: string
  podCIDR: string
  nodeMonitorGraceMs: number
  serving: KeyPair
  peer: KeyPair
  kubeletClient: KeyPair
  scheduler: KeyPair
  controllerManager: KeyPair
  serviceAccount: { privateKey: string; publicKey: string }
  /** Base64. */
  encryptionKey: string
  /** The authority's key: the controllers sign certificate requests with it. */
  caKey: string
}

export interface WorkerMachineConfig extends MachineBase {
  role: 'worker'
  ports: { kubelet: number; proxy: number }
  /** By which the network's own parts know each other. */
  overlayKey: string
  capacity: Capacity
  settings: KubeletSettings
  /** How long the Node may stay silent, in seconds: its Lease is renewed four times in that. */
  leaseDurationSeconds: number
  clusterDomain: string
  podCIDR: string
  serviceCIDR: string
  proxyMode: ProxyMode
  /** Absent: rr. */
  ipvsScheduler?: IpvsScheduler
  /** Servers that are asked for names outside of the cluster; absent: none. */
  dnsForward?: DnsAddress[]
  runtime: RuntimeChoice
  /** Absent: "auto". */
  podNetwork?: PodNetworkChoice
  /** Folders of the user's machine that pods may mount. */
  allowedHostPaths: AllowedHostPath[]
  /** Where the built-in images are. */
  imagesDir: string
  /** Where those are that were added to the lab. */
  addedImagesDir: string
  serving: KeyPair
  kubelet: KeyPair
  proxy: KeyPair
  /** The ingress controller's identity, and the certificate that it shows where there is no other. */
  ingress: KeyPair
  ingressServing: KeyPair
}
