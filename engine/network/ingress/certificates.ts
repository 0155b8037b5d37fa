import { X509Certificate } from 'node:crypto'
import { createSecureContext, type SecureContext } from 'node:tls'
import type { Ingress, Secret } from '../../api/types.ts'
import type { Clock, Timer } from '../../base/clock.ts'
import { messageOf } from '../../base/errors.ts'
import type { Logger } from '../../base/log.ts'
import { isNotFound } from '../../client/errors.ts'
import { ResourceClient, type Resource } from '../../client/resource-client.ts'
import { SECRETS } from '../../client/resources.ts'
import type { RestClient } from '../../client/rest.ts'
import { normaliseHost } from './routes.ts'

export interface CertificateParts {
  rest: RestClient
  clock: Clock
  log: Logger
  /** A certificate of an Ingress cannot be served, or not as it should be. */
  onProblem(ingress: Ingress, message: string): void
}

interface Loaded {
  version: string
  context?: SecureContext
  leaf?: X509Certificate
  problem?: string
}

/** Secrets are read one by one, by name: to follow them all would be a right to read them all. */
const REFRESH_MS = 10_000

/** The certificates that Ingresses name, by the host that a client asks for. */
export class Certificates {
  readonly #parts: CertificateParts
  readonly #secrets: ResourceClient<Secret>
  readonly #loaded = new Map<string, Loaded>()
  #ingresses: Ingress[] = []
  #byHost = new Map<string, SecureContext>()
  #timer: Timer | undefined
  #work: Promise<void> = Promise.resolve()

  constructor(parts: CertificateParts) {
    this.#parts = parts
    this.#secrets = new ResourceClient(parts.rest, SECRETS as Resource<Secret>)
  }

  /** The certificate for a server name; undefined: the default one. */
  contextFor(serverName: string): SecureContext | undefined {
    const host = normaliseHost(serverName)
    const dot = host.indexOf('.')
    const wildcard = dot > 0 ? this.#byHost.get(`*${host.slice(dot)}`) : undefined
    return this.#byHost.get(host) ?? wildcard ?? this.#byHost.get('')
  }

  /** What is served from now on, the oldest first. Resolves when the certificates are there or known to be missing. */
  setIngresses(ingresses: Ingress[]): Promise<void> {
    this.#ingresses = ingresses
    const wanted = this.#wanted()
    for (const key of this.#loaded.keys()) if (!wanted.has(key)) this.#loaded.delete(key)
    if (wanted.size) this.#timer ??= this.#parts.clock.every(REFRESH_MS, () => void this.#refresh(true))
    else this.#stopTimer()
    return this.#refresh(false)
  }

  stop(): void {
    this.#stopTimer()
    this.#ingresses = []
  }

  #stopTimer(): void {
    this.#timer?.cancel()
    this.#timer = undefined
  }

  #refresh(all: boolean): Promise<void> {
    this.#work = this.#work.then(async () => {
      const missing = [...this.#wanted()].filter(key => all || !this.#loaded.get(key)?.context)
      await Promise.all(missing.map(key => this.#load(key)))
      this.#index()
    })
    return this.#work
  }

  #wanted(): Set<string> {
    return new Set(
      this.#ingresses.flatMap(({ metadata, spec }) =>
        (spec?.tls ?? []).flatMap(t => (t.secretName ? [`${metadata.namespace}/${t.secretName}`] : [])),
      ),
    )
  }

  async #load(key: string): Promise<void> {
    const [namespace, name] = key.split('/') as [string, string]
    try {
      const secret = await this.#secrets.get(namespace, name)
      const version = `${secret.metadata.uid} ${secret.metadata.resourceVersion}`
      if (this.#loaded.get(key)?.version !== version) this.#loaded.set(key, read(secret, version))
    } catch (error) {
      if (isNotFound(error))
        this.#loaded.set(key, { version: '', problem: `Secret ${key} is not there: the default certificate is served` })
      // Whatever else it is will pass; what was served goes on.
      else this.#parts.log.debug('a certificate was not read', { secret: key, error: messageOf(error) })
    }
  }

  #index(): void {
    const byHost = new Map<string, SecureContext>()
    for (const ingress of this.#ingresses)
      for (const { hosts, secretName } of ingress.spec?.tls ?? []) {
        if (!secretName) continue
        const { context, leaf, problem } = this.#loaded.get(`${ingress.metadata.namespace}/${secretName}`) ?? {}
        if (problem) this.#parts.onProblem(ingress, problem)
        if (!context) continue
        for (const host of namesOf(ingress, hosts ?? undefined)) {
          if (!byHost.has(host)) byHost.set(host, context)
          if (host && !leaf?.checkHost(host.replace(/^\*/, 'any')))
            this.#parts.onProblem(
              ingress,
              `the certificate in Secret ${secretName} does not name ${host}: clients that check will refuse it`,
            )
        }
      }
    this.#byHost = byHost
  }
}

/** Hosts of an entry of `tls`; of one without hosts, those of the rules, or all. */
function namesOf(ingress: Ingress, hosts: string[] | undefined): string[] {
  const named = hosts?.length ? hosts : (ingress.spec?.rules ?? []).map(r => r.host ?? '')
  return named.length ? named.map(normaliseHost) : ['']
}

function read(secret: Secret, version: string): Loaded {
  const { namespace, name } = secret.metadata
  const part = (key: string) => Buffer.from(secret.data?.[key] ?? '', 'base64').toString('utf8')
  const cert = part('tls.crt')
  const key = part('tls.key')
  if (!cert || !key)
    return {
      version,
      problem: `Secret ${namespace}/${name} has no tls.crt and tls.key: the default certificate is served`,
    }
  try {
    return { version, context: createSecureContext({ cert, key }), leaf: new X509Certificate(cert) }
  } catch (error) {
    const problem = `Secret ${namespace}/${name} holds no usable certificate (${messageOf(error)}): the default one is served`
    return { version, problem }
  }
}
