import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { TLSSocket } from 'node:tls'
import type { Clock } from '../../base/clock.ts'
import type { RestClient } from '../../client/rest.ts'
import { HttpError } from './http-error.ts'

export interface KubeletUser {
  name: string
  uid?: string
  groups: string[]
  extra?: Record<string, string[]>
}

export interface KubeletAuthDependencies {
  rest: Pick<RestClient, 'request'>
  clock: Clock
  nodeName: string
}

/** How long the API server's answers are taken for true (KubeletConfiguration's defaults). */
const AUTHENTICATED_MS = 120_000
const ALLOWED_MS = 300_000
const DENIED_MS = 30_000
const MOST_REMEMBERED = 1_024

const VERBS: Record<string, string> = { POST: 'create', GET: 'get', PUT: 'update', PATCH: 'patch', DELETE: 'delete' }

/** Parts of the kubelet's API that can be allowed by themselves: path, and the subresource of nodes that stands for it. */
const PARTS: [string, string][] = [
  ['/stats', 'stats'],
  ['/metrics', 'metrics'],
  ['/logs', 'log'],
  ['/checkpoint', 'checkpoint'],
  ['/healthz', 'healthz'],
  ['/configz', 'configz'],
  ['/pods', 'pods'],
  ['/runningpods', 'pods'],
]
/** These alone were told apart before the others were: who may use all of nodes/proxy may not use them for that. */
const ALONE = new Set(['stats', 'metrics', 'log', 'checkpoint'])

/**
 * Who may use the kubelet's API: certificates of the cluster's authority and bearer tokens say who somebody is, the API
 * server says what they may do (TokenReview and SubjectAccessReview). Nobody is let in without a name.
 */
export class KubeletAuth {
  readonly #dependencies: KubeletAuthDependencies
  readonly #tokens: Remembered<KubeletUser | undefined>
  readonly #decisions: Remembered<boolean>

  constructor(dependencies: KubeletAuthDependencies) {
    this.#dependencies = dependencies
    this.#tokens = new Remembered(dependencies.clock)
    this.#decisions = new Remembered(dependencies.clock)
  }

  /** @throws HttpError 401 for who is nobody, 403 for who may not */
  async check(request: IncomingMessage): Promise<void> {
    const user = await this.#authenticate(request)
    if (!user) throw new HttpError(401, 'Unauthorized')
    const verb = VERBS[request.method ?? ''] ?? ''
    const path = new URL(request.url ?? '/', 'https://kubelet').pathname
    const subresources = subresourcesOf(path)
    for (const subresource of subresources) if (await this.#allows(user, verb, subresource)) return
    throw new HttpError(
      403,
      `Forbidden (user=${user.name}, verb=${verb}, resource=nodes, subresource(s)=[${subresources.join(' ')}])\n`,
    )
  }

  async #authenticate(request: IncomingMessage): Promise<KubeletUser | undefined> {
    const socket = request.socket as TLSSocket
    if (socket.authorized) {
      const { CN, O } = (socket.getPeerCertificate().subject ?? {}) as { CN?: string; O?: string | string[] }
      if (CN) return { name: CN, groups: [...(O === undefined ? [] : [O].flat()), 'system:authenticated'] }
    }
    const token = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
    if (!token) return undefined
    const key = createHash('sha256').update(token).digest('hex')
    return this.#tokens.get(
      key,
      () => this.#review(token),
      user => (user ? AUTHENTICATED_MS : DENIED_MS),
    )
  }

  async #review(token: string): Promise<KubeletUser | undefined> {
    const { status } = await this.#dependencies.rest.request<{
      status?: { authenticated?: boolean; user?: { username?: string } & Omit<KubeletUser, 'name'> }
    }>('POST', '/apis/authentication.k8s.io/v1/tokenreviews', {
      body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec: { token } },
    })
    if (!status?.authenticated || !status.user?.username) return undefined
    const { username, uid, groups, extra } = status.user
    return { name: username, groups: groups ?? [], ...(uid ? { uid } : {}), ...(extra ? { extra } : {}) }
  }

  #allows(user: KubeletUser, verb: string, subresource: string): Promise<boolean> {
    const { rest, nodeName } = this.#dependencies
    const { name, ...rights } = user
    const resourceAttributes = { verb, version: 'v1', resource: 'nodes', subresource, name: nodeName }
    const spec = { user: name, ...rights, resourceAttributes }
    const ask = async () => {
      const { status } = await rest.request<{ status?: { allowed?: boolean } }>(
        'POST',
        '/apis/authorization.k8s.io/v1/subjectaccessreviews',
        { body: { apiVersion: 'authorization.k8s.io/v1', kind: 'SubjectAccessReview', spec } },
      )
      return !!status?.allowed
    }
    return this.#decisions.get(JSON.stringify(spec), ask, allowed => (allowed ? ALLOWED_MS : DENIED_MS))
  }
}

/** What of a node somebody must be allowed for a path; one of several is enough. */
export function subresourcesOf(path: string): string[] {
  const part = PARTS.find(([prefix]) => path === prefix || path.startsWith(`${prefix}/`))?.[1]
  if (!part) return ['proxy']
  return ALONE.has(part) ? [part] : [part, 'proxy']
}

/** Answers that hold for a while. The same question is asked once at a time; an error is no answer. */
class Remembered<T> {
  readonly #clock: Clock
  readonly #answers = new Map<string, { answer: Promise<T>; until: number }>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get(key: string, ask: () => Promise<T>, lastsMs: (answer: T) => number): Promise<T> {
    const known = this.#answers.get(key)
    if (known && this.#clock.monotonic() < known.until) return known.answer
    const answer = ask()
    const entry = { answer, until: Infinity }
    this.#answers.delete(key)
    this.#answers.set(key, entry)
    if (this.#answers.size > MOST_REMEMBERED) this.#answers.delete(this.#answers.keys().next().value!)
    answer.then(
      given => (entry.until = this.#clock.monotonic() + lastsMs(given)),
      () => {
        if (this.#answers.get(key) === entry) this.#answers.delete(key)
      },
    )
    return answer
  }
}
