/** A page's right to use the lab server: its token. In the desktop app the shell has it, and the page never sees it. */

const KEPT = 'token'
const PARAMETER = /^#token=([\w-]+)$/
/** How the lab server's `Access` reads a token from a WebSocket, and the protocol that it agrees to. */
const BEARER_PROTOCOL = 'kubarium.bearer.'
const PROTOCOL = 'kubarium'

class Session {
  #token = takeToken()
  #signedOut = $state(false)

  /** The lab server knows no such token: another run of the lab has another one. */
  get signedOut(): boolean {
    return this.#signedOut
  }

  /** Told of each refusal for want of the right token. */
  refused(): void {
    this.#signedOut = true
  }

  sign(init: RequestInit): RequestInit {
    if (!this.#token) return init
    const headers = new Headers(init.headers)
    headers.set('authorization', `Bearer ${this.#token}`)
    return { ...init, headers }
  }

  /** What a WebSocket to the lab server offers. */
  get protocols(): string[] {
    return this.#token ? [PROTOCOL, BEARER_PROTOCOL + this.#token] : []
  }
}

/** From the address, which is rid of it, or else as it was kept: storage belongs to this very port. */
function takeToken(): string | undefined {
  const given = PARAMETER.exec(location.hash)?.[1]
  if (given === undefined) return localStorage.getItem(KEPT) ?? undefined
  localStorage.setItem(KEPT, given)
  history.replaceState(history.state, '', location.pathname + location.search)
  return given
}

export const session = new Session()
