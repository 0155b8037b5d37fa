import type { Pod } from '../../api/types.ts'
import type { Clock } from '../../base/clock.ts'
import type { RestClient } from '../../client/rest.ts'

/** Tokens of pods' service accounts, bound to the pods; asked for anew when four fifths of their life are over. */
export class PodTokens {
  readonly #rest: RestClient
  readonly #clock: Clock
  readonly #known = new Map<string, { token: string; renewAtMs: number }>()

  constructor(rest: RestClient, clock: Clock) {
    this.#rest = rest
    this.#clock = clock
  }

  async token(pod: Pod, audience: string | undefined, expirationSeconds: number): Promise<string> {
    const { uid, name, namespace } = pod.metadata
    const key = JSON.stringify([uid, audience, expirationSeconds])
    const known = this.#known.get(key)
    if (known && this.#clock.now() < known.renewAtMs) return known.token
    const boundObjectRef = { apiVersion: 'v1', kind: 'Pod', name, uid }
    const body = {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: { audiences: audience ? [audience] : [], expirationSeconds, boundObjectRef },
    }
    const account = pod.spec?.serviceAccountName || 'default'
    const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${account}/token`
    const { status } = await this.#rest.request<{ status: { token: string } }>('POST', path, { body })
    this.#known.set(key, { token: status.token, renewAtMs: this.#clock.now() + expirationSeconds * 800 })
    return status.token
  }

  forget(uid: string): void {
    for (const key of this.#known.keys())
      if (key.startsWith(JSON.stringify([uid]).slice(0, -1))) this.#known.delete(key)
  }
}
