/** What the preload in a pod's program and the gateway of its node say to each other. */

/** First line of a control connection, followed by the pod's token. */
export const CONTROL_GREETING = 'KUBARIUM/1 '

/** Environment of a pod's programs: where the gateway listens, and the proof of which pod they belong to. */
export const ENV_GATEWAY = 'KUBARIUM_OVERLAY'
export const ENV_TOKEN = 'KUBARIUM_POD_TOKEN'
/** The declared port for which `PORT` was set aside. */
export const ENV_DECLARED_PORT = 'KUBARIUM_DECLARED_PORT'
export const ENV_DNS_SERVER = 'KUBARIUM_DNS_SERVER'
/** The search list of a pod that says nothing about DNS. */
export const ENV_DNS_SEARCH = 'KUBARIUM_DNS_SEARCH'
/** Where that DNS really listens, for programs that can be told a port. */
export const ENV_DNS_REAL = 'KUBARIUM_DNS'

/** Which loopback addresses stand for which callers: `127.244=10.244,…`, the first two numbers of each. */
export const ENV_ALIASES = 'KUBARIUM_ALIASES'

export type ControlRequest = { id: number } & (
  | { op: 'listen'; port: number; realPort: number; loopbackOnly: boolean }
  | { op: 'close'; port: number }
  /** `direct`: the program can connect to other programs' ports on loopback. */
  | { op: 'connect'; host: string; port: number; direct?: boolean }
  /** Nobody waits for the answer of this request any more; has no answer itself. */
  | { op: 'cancel'; of: number }
  /** A direct connection that is counted has ended; has no answer. */
  | { op: 'closed'; of: number }
  /** A DNS packet for the cluster's DNS, in base64. */
  | { op: 'dns'; packet: string }
)

export interface ControlResponse {
  id: number
  error?: { code: string; message: string; address?: string }
  /** The address that a name stood for. */
  ip?: string
  /** Port on 127.0.0.1 where the connection waits, or where the other program itself listens (`direct`). */
  realPort?: number
  direct?: boolean
  /** The gateway wants to hear when a direct connection has ended. */
  counted?: boolean
  /** The answer of the DNS, in base64; absent: it gives none. */
  packet?: string
}
