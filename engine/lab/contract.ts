/** What the lab server tells its clients: the user interface, the desktop shell and the command line. */

import type { MemberStatus } from '../store/kv.ts'
import type { ExposureResult } from '../network/exposure.ts'

export type { ExposureResult, MemberStatus }

/**
 * off: not started, or stopped on request · starting: the process runs, its components come up · running: ready ·
 * silent: the process is there but does not answer (paused from outside, stuck) · paused: on request ·
 * stopping: was asked to stop · dead: the process ended without being asked
 */
export type MachineState = 'off' | 'starting' | 'running' | 'silent' | 'paused' | 'stopping' | 'dead'

export interface LabStatus {
  name: string
  /** starting until every machine was ready once; degraded while some machine is not. */
  state: 'starting' | 'running' | 'degraded' | 'stopping'
  bare: boolean
  /** Where all of it is kept. */
  folder: string
  /** Address of the load balancer: what a kubeconfig names. */
  apiServer: string
  kubeconfig: string
  /** Forward proxy into the cluster's network. */
  proxy: string
  /** Whether pods may run programs of this machine as host/<program>; "ask" until the user has said. */
  hostPrograms: 'ask' | 'allow' | 'deny'
  /** Folders of this machine that pods may mount by hostPath. */
  allowedHostPaths: { path: string; mode: 'ro' | 'rw' }[]
  pid: number
  startedAt: string
  machines: MachineStatus[]
  /** Ports of Services that answer on this laptop. */
  exposed: ExposureResult[]
}

export interface MachineStatus {
  name: string
  role: 'control-plane' | 'worker'
  address: string
  state: MachineState
  pid?: number
  phase?: string
  reason?: string
  startedAt?: string
  /** The store member of a control-plane machine, as it last reported. */
  store?: MemberStatus
  /** Resident bytes, and processor use as a share of one core; absent while nobody looks. */
  usage?: { memory: number; cpu: number }
  /** Connections that the load balancer passed on to a control-plane machine: those open now, and all since the lab started. */
  connections?: { open: number; served: number }
  /** Where the parts of a control-plane machine tell their figures, for Prometheus and the like. */
  metrics?: { apiServer: string; scheduler: string; controllerManager: string; store?: string }
  capacity?: { cpu: string; memory: string; pods: number; ephemeralStorage: string }
}

export type MachineAction = 'kill' | 'stop' | 'start' | 'pause' | 'resume'

export const MACHINE_ACTIONS: readonly MachineAction[] = ['kill', 'stop', 'start', 'pause', 'resume']

/** A context of the user's kubeconfig. */
export interface ContextEntry {
  name: string
  /** Address of its API server, as it stands in the file. */
  server: string
  user: string
  namespace?: string
  /** Why it cannot be used here, if so. */
  problem?: string
}

/** A lab of the same data folder. */
export interface OtherLab {
  name: string
  /** Where its user interface is, with its key; absent while it is down. */
  url?: string
}

/** One step of bringing a lab up. */
export interface Progress {
  phase: string
  /** Milliseconds since the start. */
  elapsedMs: number
  done: boolean
}

/**
 * What a page says on the socket of `/lab/v1/streams`: open an answer that goes on for long, close it, or that so many bytes of it
 * were taken. Names of streams are the page's, each used once.
 */
export type StreamRequest =
  | { op: 'open'; id: number; path: string; accept: string }
  | { op: 'close'; id: number }
  | { op: 'taken'; id: number; bytes: number }

/** What it hears: first the status, then what comes, whole characters each time, and that it is over, and why if that is no good end. */
export type StreamAnswer =
  | { id: number; status: number }
  | { id: number; data: string; bytes: number }
  | { id: number; end: true; error?: string }

/** A log of the lab itself: of a machine, or of the host that runs them. */
export interface LabLog {
  /** Of the machine; `host` for the host. */
  name: string
  role: MachineStatus['role'] | 'host'
  /** Size of its file; 0 if nothing was written yet. */
  bytes: number
}

/** Figures that are taken together: those of machines and their components, and those of nodes, pods and autoscalers. */
export type MetricsBank = 'fast' | 'slow'

/**
 * What `/lab/v1/metrics` tells, a line each: the banks, each before its series, whose values end with the step at `at`; then `ready`, and
 * if it is followed, each step as it comes. Names of series: `machine/NAME/cpu` in cores, `…/memory` in bytes; `host/lab/…` the lab host;
 * `node/NAME/…`, `pod/NAMESPACE/NAME/…`; `api/verb/VERB`, `api/errors/4xx`, `api/MASTER/requests` a second, `api/read/p99` in seconds,
 * `api/MASTER/inflight`; `scheduler/bound` pods a second, `scheduler/attempts/RESULT`, `scheduler/pending/QUEUE`, `scheduler/attempt/p99`;
 * `controllers/wait/p99`, `controllers/work/p99` in seconds, `queue/CONTROLLER/depth`, `…/adds` a second; `scheduler/MASTER/leads`; `store/MASTER/…`; `hpa/NAMESPACE/NAME/…`.
 */
export type MetricsLine =
  | { type: 'bank'; bank: MetricsBank; stepMs: number; points: number; at: number | null }
  | { type: 'series'; bank: MetricsBank; key: string; values: (number | null)[] }
  | { type: 'ready' }
  | { type: 'point'; bank: MetricsBank; at: number; values: Record<string, number> }

/** A shell that the lab server knows how to start. */
export interface ShellChoice {
  id: string
  name: string
}

/** A terminal of the lab server, whether a page shows it or not. */
export interface TerminalInfo {
  id: string
  /** Of the shell that it runs. */
  shell: string
  startedAt: string
  /** A page shows it now. */
  attached: boolean
  /** The program that runs in the shell now; absent while the shell waits for a command. */
  program?: string
}

/**
 * What a terminal's page says as text; what is typed comes as binary messages. `taken` says that so many more bytes of the output were
 * shown: without it no more follows soon. `end` ends the shell with its page.
 */
export type TerminalCommand =
  { type: 'resize'; cols: number; rows: number } | { type: 'taken'; bytes: number } | { type: 'end' }

/** What it hears as text; output comes as binary messages. */
export type TerminalNotice =
  /** How to come back to this terminal, and whether what follows is what it showed before. */
  | { type: 'session'; id: string; shell: string; again: boolean }
  | { type: 'exit'; code: number }
  | { type: 'error'; message: string }

/** Where the requests of a trial come from: the laptop, by one worker or by each in turn; a node; a pod of a node. */
export type TrialPlace =
  { kind: 'outside'; worker?: string } | { kind: 'node'; worker: string } | { kind: 'pod'; worker: string; ip: string }

/** Requests through a Service that the lab server is to send, one after the other. */
export interface ServiceTrial {
  from: TrialPlace
  /** `tcp` connects and listens for a greeting, and says nothing. */
  scheme: 'http' | 'https' | 'tcp'
  method: string
  /** With the query. */
  path: string
  headers: [name: string, value: string][]
  count: number
  intervalMs: number
  /** All over one connection, as long as the other side keeps it. */
  reuse: boolean
}

/** What became of one request of a trial: a line of the answer. */
export interface TrialAnswer {
  /** From 1. */
  number: number
  /** Whose proxy decided. */
  worker: string
  /** Where the connection went (`ip:port`). */
  endpoint?: string
  /** The connection was open already: nothing was decided. */
  reused: boolean
  ms: number
  /** Of HTTP. */
  status?: number
  bytes?: number
  /** The beginning of what was answered. */
  excerpt?: string
  error?: { code: string; message: string }
}

export const TRIAL_LIMITS = { count: 200, intervalMs: 5_000, headers: 32, path: 2_048 } as const
export const TRIAL_METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const

/** What the proxy of a worker would program in its mode, in the notation of the field. */
export interface WorkerRules {
  mode: 'userspace' | 'iptables' | 'ipvs'
  /** In the mode `ipvs`. */
  scheduler: string
  text: string
}

/** Body of every error of the lab server. */
export interface LabError {
  error: string
  /** What to do about it. */
  advice?: string
}

/** Kept in the lab's folder while its host runs, readable by the owner alone. */
export interface HostRecord {
  pid: number
  started: string
  /** Base address of the lab server; absent until it listens. */
  url?: string
  token: string
}
