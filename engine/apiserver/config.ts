/** What an API server is told at its start. Plain data, so that it can be handed to a machine's process. */
export interface APIServerConfig {
  /** This server's name among its siblings, such as the machine's. */
  name: string
  /** Where to listen. Only loopback is ever bound. Port 0 picks a free one. */
  listen: { host: string; port: number }
  /** The address that clients of the whole control plane use (the load balancer): a URL or host:port. */
  advertise: string
  /** This server's address as an endpoint of the kubernetes Service. */
  advertiseAddress: string
  /** The serving certificate, in PEM. */
  tls: { cert: string; key: string }
  /** The authorities whose client certificates are believed, in PEM. */
  clientCA: string
  serviceAccount: {
    issuer: string
    audiences: string[]
    /** Signs tokens; RSA (RS256) or P-256 (ES256), PEM. */
    privateKey: string
    /** Believed signers, PEM. */
    publicKeys: string[]
  }
  /** Such as "10.96.0.0/16". */
  serviceClusterIPRange: string
  /** First and last port that Services of type NodePort may get. */
  nodePortRange: { from: number; to: number }
  /** Encrypts Secrets at rest with AES-256-GCM; `key` is 32 bytes in base64. */
  encryption?: { key: string }
  /** The certificate with which this server calls kubelets, and the authority that signed theirs. */
  kubeletClient?: { cert: string; key: string; ca?: string }
  /** Whether this server answers for metrics.k8s.io out of what the kubelets measure. */
  metrics?: boolean
  staticTokens?: { token: string; user: string; groups: string[] }[]
  limits?: Partial<Limits>
}

export interface Limits {
  /** Concurrent reads and writes that are not watches or streams. */
  readsInFlight: number
  writesInFlight: number
  /** Bytes of a request body. */
  bodyBytes: number
  /** Milliseconds that a request may take, watches and streams aside. */
  requestTimeoutMs: number
  /** Events that may wait for one watcher before it is cut off. */
  watchBuffer: number
  /** Events that a resource's cache remembers for watches that come back. */
  history: number
}

export const DEFAULT_LIMITS: Limits = {
  readsInFlight: 400,
  writesInFlight: 200,
  bodyBytes: 3 * 1024 * 1024,
  requestTimeoutMs: 60_000,
  watchBuffer: 1000,
  history: 1000,
}
