import type { MemberStatus } from '../../store/kv.ts'

/** What a machine tells the lab host over its channel. */
export type MachineMessage =
  /** A step of the start has been reached. */
  | { type: 'phase'; phase: string }
  /** Sent every second while the machine runs; a machine that falls silent is paused or stuck. */
  | { type: 'alive'; ready: boolean }
  | { type: 'store'; status: MemberStatus }
  /** Ports that the services of the cluster want open on this laptop. Replaces what was said before. */
  | { type: 'expose'; ports: ExposedPort[] }
  /** The machine cannot go on; it exits after this. */
  | { type: 'fatal'; message: string; advice?: string }

/** What the lab host tells a machine. */
export type HostMessage =
  | { type: 'stop' }
  /** Which of the exposed ports are really open, and where. */
  | { type: 'exposed'; ports: ExposureResult[] }

/** A port of a Service that programs outside the cluster can reach. */
export interface ExposedPort {
  kind: 'NodePort' | 'LoadBalancer'
  namespace: string
  service: string
  protocol: 'TCP' | 'UDP'
  /** The node port, or the port of the Service. */
  port: number
  /** What to ask the worker's forward proxy to connect to (`host:port`) for each connection. */
  connect: string
}

export interface ExposureResult extends ExposedPort {
  /** Port on 127.0.0.1 where it answers; differs from `port` where that was not to be had. */
  boundPort?: number
  /** Why it is not open. */
  error?: string
}
