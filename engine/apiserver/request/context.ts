import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { RequestInfo } from './info.ts'

export interface UserInfo {
  name: string
  groups: string[]
  uid?: string
  extra?: Record<string, string[]>
}

/** One request on its way through the chain. */
export interface RequestContext {
  auditID: string
  method: string
  path: string
  query: URLSearchParams
  headers: IncomingHttpHeaders
  info: RequestInfo
  /** Who asks, after impersonation. */
  user: UserInfo
  /** Who asked before impersonation, if that is somebody else. */
  impersonator?: UserInfo
  /** Why authorization allowed the request. */
  reason: string
  /** Go out as Warning headers. */
  warnings: string[]
  /** Aborts when the client goes away, the deadline passes or the server stops. */
  signal: AbortSignal
  /** Milliseconds since the epoch at which the request came in. */
  startedAt: number
  request: IncomingMessage
  response: ServerResponse
  /** Present when the client asked for a protocol upgrade. */
  upgrade?: { socket: Duplex; head: Buffer }
  peerCertificate?: { user: string; groups: string[] }
}

/** Told about each stage of each request, when somebody listens. */
export interface Telemetry {
  /** Checked before anything is computed for a report. */
  enabled: boolean
  stage(event: StageEvent): void
}

export interface StageEvent {
  auditID: string
  stage: 'received' | 'authentication' | 'authorization' | 'admission' | 'registry' | 'response' | 'watch'
  /** What the stage decided: "allowed", "forbidden", the status code, the plugin's name … */
  verdict: string
  /** Milliseconds since the request came in; 0 where the stage does not know. */
  elapsedMs: number
  detail?: Record<string, unknown>
}
