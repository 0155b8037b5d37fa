import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'

const COOKIE = 'kubarium'
const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]'])

/**
 * Decides who may talk to the lab server: programs with the bearer token, and pages that were opened with it. The Host
 * must be loopback (so that no foreign name can be rebound to us), and a request that a page sends must come from a page
 * of ours (so that no other site can use the browser's cookie).
 */
export class Access {
  readonly #digest: Buffer
  readonly #token: string

  constructor(token: string) {
    this.#token = token
    this.#digest = digestOf(token)
  }

  /** True if the request may go on; else it has been answered. */
  admit(request: IncomingMessage, response: ServerResponse): boolean {
    setSecurityHeaders(response)
    if (!hasLoopbackHost(request)) return refuse(response, 403, 'This server answers to loopback names only.')
    const url = new URL(request.url ?? '/', 'http://lab')
    const offered = url.searchParams.get('token')
    if (
      offered !== null &&
      request.method === 'GET' &&
      !url.pathname.startsWith('/lab/') &&
      !url.pathname.startsWith('/cluster/')
    )
      return this.#signIn(response, url, offered)
    if (!this.#isAuthentic(request))
      return refuse(
        response,
        401,
        'You are not signed in. Open the address that `kubarium lab status` prints: it carries the token of this lab.',
      )
    if (!hasOwnOrigin(request)) return refuse(response, 403, 'Requests from pages of other sites are refused.')
    return true
  }

  mayUpgrade(request: IncomingMessage): boolean {
    return hasLoopbackHost(request) && this.#isAuthentic(request) && hasOwnOrigin(request)
  }

  /** Trades the token in an address for a cookie, and takes it out of the address and so out of the history. */
  #signIn(response: ServerResponse, url: URL, offered: string): boolean {
    if (!this.#matches(offered))
      return refuse(
        response,
        401,
        'This token belongs to another run of the lab. Ask `kubarium lab status` for the address.',
      )
    url.searchParams.delete('token')
    response.writeHead(303, {
      location: url.pathname + url.search,
      'set-cookie': `${COOKIE}=${this.#token}; Path=/; HttpOnly; SameSite=Strict`,
      'cache-control': 'no-store',
    })
    response.end()
    return false
  }

  #isAuthentic(request: IncomingMessage): boolean {
    const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1]
    if (bearer !== undefined) return this.#matches(bearer)
    // Cookies do not know ports: another lab's may be here too, under the same name.
    const cookies = (request.headers.cookie ?? '').split(/;\s*/)
    return cookies.some(c => c.startsWith(`${COOKIE}=`) && this.#matches(c.slice(COOKIE.length + 1)))
  }

  #matches(offered: string): boolean {
    return timingSafeEqual(digestOf(offered), this.#digest)
  }
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

function hasLoopbackHost(request: IncomingMessage): boolean {
  return LOOPBACK.has((request.headers.host ?? '').replace(/:\d+$/, ''))
}

/** Programs send no Origin; pages of ours send our own address. */
function hasOwnOrigin(request: IncomingMessage): boolean {
  const { origin, host } = request.headers
  return origin === undefined || origin === `http://${host}`
}

function setSecurityHeaders(response: ServerResponse): void {
  response.setHeader('x-content-type-options', 'nosniff')
  response.setHeader('x-frame-options', 'DENY')
  response.setHeader('referrer-policy', 'no-referrer')
  response.setHeader('cross-origin-resource-policy', 'same-origin')
}

function refuse(response: ServerResponse, code: number, why: string): false {
  response.writeHead(code, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' })
  response.end(why + '\n')
  return false
}
