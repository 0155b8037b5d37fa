import type { Clock } from '../../base/clock.ts'
import type { Random } from '../../base/random.ts'
import type { APIServerConfig } from '../config.ts'
import type { UserInfo } from '../request/context.ts'
import { createSigner, createVerifier } from './jwt.ts'
import type { Signer, Verifier } from './jwt.ts'

const REMEMBERED = 1000
/** Seconds that a pod's token of about an hour really lives, so that clients that do not reload it go on (as Kubernetes does). */
const EXTENDED_SECONDS = 365 * 24 * 3600
const WARN_AFTER_SECONDS = 3607

export interface Bound {
  kind: 'Pod' | 'Node' | 'Secret'
  name: string
  uid: string
}

/** Looks up what a token is bound to: the object's uid, or undefined if it is gone. */
export interface Lookup {
  serviceAccount(namespace: string, name: string): Promise<string | undefined>
  pod(namespace: string, name: string): Promise<string | undefined>
  secret(namespace: string, name: string): Promise<string | undefined>
  node(name: string): Promise<string | undefined>
}

export interface Authenticated {
  user: UserInfo
  audiences: string[]
}

interface PrivateClaims {
  namespace: string
  serviceaccount: { name: string; uid: string }
  pod?: { name: string; uid: string }
  node?: { name: string; uid: string }
  secret?: { name: string; uid: string }
  warnafter?: number
}

interface Claims {
  iss: string
  sub: string
  aud: string[] | string
  exp: number
  iat: number
  nbf: number
  jti?: string
  'kubernetes.io': PrivateClaims
}

/** Issues and checks the tokens of service accounts. */
export class ServiceAccountTokens {
  readonly verifier: Verifier
  readonly #config: APIServerConfig['serviceAccount']
  readonly #clock: Clock
  readonly #random: Random
  readonly #lookup: Lookup
  #signer: Signer | undefined
  /** Signatures that have been checked: the expensive part. Everything else is checked each time. */
  readonly #checked = new Map<string, Claims>()

  constructor(config: APIServerConfig['serviceAccount'], deps: { clock: Clock; random: Random; lookup: Lookup }) {
    this.#config = config
    this.#clock = deps.clock
    this.#random = deps.random
    this.#lookup = deps.lookup
    this.verifier = createVerifier(config.publicKeys)
  }

  get audiences(): string[] {
    return this.#config.audiences
  }

  /** @param node the node on which the bound pod runs. */
  issue(request: {
    namespace: string
    account: { name: string; uid: string }
    audiences: string[]
    seconds: number
    bound?: Bound
    node?: { name: string; uid: string }
  }): { token: string; expiresAt: number } {
    this.#signer ??= createSigner(this.#config.privateKey)
    const now = Math.floor(this.#clock.now() / 1000)
    const audiences = request.audiences.length > 0 ? request.audiences : this.#config.audiences
    const extend =
      request.bound?.kind === 'Pod' &&
      request.seconds === WARN_AFTER_SECONDS &&
      sameSet(audiences, this.#config.audiences)
    const seconds = extend ? EXTENDED_SECONDS : request.seconds
    const claims: Claims = {
      aud: audiences,
      exp: now + seconds,
      iat: now,
      iss: this.#config.issuer,
      jti: this.#random.uuid(),
      'kubernetes.io': {
        namespace: request.namespace,
        ...(request.node ? { node: request.node } : {}),
        ...(request.bound
          ? { [request.bound.kind.toLowerCase()]: { name: request.bound.name, uid: request.bound.uid } }
          : {}),
        serviceaccount: request.account,
        ...(extend ? { warnafter: now + WARN_AFTER_SECONDS } : {}),
      },
      nbf: now,
      sub: `system:serviceaccount:${request.namespace}:${request.account.name}`,
    }
    return { token: this.#signer.sign(claims), expiresAt: (now + (extend ? WARN_AFTER_SECONDS : seconds)) * 1000 }
  }

  /** Who a token speaks for, if it is good now and for one of `audiences` (default: the API's own). */
  async authenticate(token: string, audiences = this.#config.audiences): Promise<Authenticated | undefined> {
    const claims = this.#check(token)
    if (!claims || claims.iss !== this.#config.issuer) return undefined
    const now = this.#clock.now() / 1000
    if (now >= claims.exp || now < claims.nbf - 10) return undefined
    const given = Array.isArray(claims.aud) ? claims.aud : [claims.aud]
    const shared = given.filter(audience => audiences.includes(audience))
    if (shared.length === 0) return undefined
    const { namespace, serviceaccount, pod, node, secret } = claims['kubernetes.io']
    if (claims.sub !== `system:serviceaccount:${namespace}:${serviceaccount.name}`) return undefined
    if ((await this.#lookup.serviceAccount(namespace, serviceaccount.name)) !== serviceaccount.uid) return undefined
    if (pod && (await this.#lookup.pod(namespace, pod.name)) !== pod.uid) return undefined
    if (secret && (await this.#lookup.secret(namespace, secret.name)) !== secret.uid) return undefined
    if (!pod && node && (await this.#lookup.node(node.name)) !== node.uid) return undefined
    const extra: Record<string, string[]> = {}
    if (claims.jti) extra['authentication.kubernetes.io/credential-id'] = [`JTI=${claims.jti}`]
    if (node) {
      extra['authentication.kubernetes.io/node-name'] = [node.name]
      extra['authentication.kubernetes.io/node-uid'] = [node.uid]
    }
    if (pod) {
      extra['authentication.kubernetes.io/pod-name'] = [pod.name]
      extra['authentication.kubernetes.io/pod-uid'] = [pod.uid]
    }
    const groups = ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated']
    return { user: { name: claims.sub, uid: serviceaccount.uid, groups, extra }, audiences: shared }
  }

  #check(token: string): Claims | undefined {
    const known = this.#checked.get(token)
    if (known) return known
    const claims = this.verifier.verify(token) as Claims | undefined
    if (!claims?.['kubernetes.io']?.serviceaccount) return undefined
    if (this.#checked.size >= REMEMBERED) this.#checked.delete(this.#checked.keys().next().value!)
    this.#checked.set(token, claims)
    return claims
  }
}

function sameSet(a: string[], b: string[]): boolean {
  return a.length === b.length && a.every(item => b.includes(item))
}
