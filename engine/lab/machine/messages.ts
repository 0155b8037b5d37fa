import type { ExposedPort, ExposureResult } from '../../network/exposure.ts'
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
  /** Of a connection that was offered, handed over, served to its end. */
  | { type: 'accept' | 'taken' | 'closed'; id: number }
  /** The machine cannot go on; it exits after this. */
  | { type: 'fatal'; message: string; advice?: string }

/** What the lab host tells a machine. */
export type HostMessage =
  | { type: 'stop' }
  /** Which of the exposed ports are really open, and where. */
  | { type: 'exposed'; ports: ExposureResult[] }
  /** A client's connection waits for somebody to serve it; then, with its socket, here it is. */
  | { type: 'offer' | 'connection'; id: number }
