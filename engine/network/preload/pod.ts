import type { Socket } from 'node:net'
import type { ControlClient } from './control-client.ts'
import type { Resolver } from './resolver.ts'

/** What the parts of the preload share about the pod that this program belongs to. */
export interface Pod {
  ip: string
  gatewayPort: number
  /** Proves to the gateway which pod this is. */
  token: string
  /** The DNS of this pod. */
  resolver: Resolver
  /** Names mean here what they mean to the gateway: the pod said nothing of its own about DNS. */
  namesAsUsual: boolean
  /** Start of a loopback address → start of the address that it stands for. */
  aliases: Map<string, string>
  /** Names in the pod's own hosts file, and their addresses. */
  hosts: Map<string, string>
  control: ControlClient
  /** Real port → port that the program asked for. */
  askedPorts: Map<number, number>
  /** Lookup functions that lead to the cluster's DNS anyway. */
  lookups: Set<unknown>
  /** Connects past the overlay. */
  connectDirectly(port: number): Socket
}
