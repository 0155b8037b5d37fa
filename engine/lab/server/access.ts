import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]'])
/** Paths that do or tell something. All others are the files of the user interface, which are no secret. */
const GUARDED = /^\/(lab|cluster|contexts)\//
/** A page cannot give a WebSocket a header: there the token is the name of a protocol that is offered, behind this. */
const BEARER_PROTOCOL = 'kubarium.bearer.'

/**
 * Decides who may talk to the lab server: whoever has the bearer token. A page gets it behind the `#` of its address, which no
 * server sees, and keeps it by its origin. There is no cookie: browsers send those to every port of this machine, and so to the
 * pods behind NodePorts. The Host must be loopback (so that no foreign name can be rebound to us), and a request that a page
 * sends must come from a page of ours.
 */
export class Access {
  readonly #digest: Buffer

  constructor(token: string) {
    this.#digest = digestOf(token)
  }

  /** True if the request may go on; else it has been answered. */
  admit(request: IncomingMessage, response: ServerResponse): boolean {
    setSecurityHeaders(response)
    if (!hasLoopbackHost(request)) return refuse(response, 403, 'This server answers to loopback names only.')
    if (!isGuarded(request)) return true
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

  #isAuthentic(request: IncomingMessage): boolean {
    const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1]
    if (bearer !== undefined) return this.#matches(bearer)
    const offered = protocolsOf(request).find(isBearer)
    return offered !== undefined && this.#matches(offered.slice(BEARER_PROTOCOL.length))
  }

  #matches(offered: string): boolean {
    return timingSafeEqual(digestOf(offered), this.#digest)
  }
}

/** The WebSocket protocols that a request offers, but for our own: what may be said to others. */
export function foreignProtocols(request: IncomingMessage): string[] {
  return protocolsOf(request).filter(protocol => !isBearer(protocol))
}

function protocolsOf(request: IncomingMessage): string[] {
  return (request.headers['sec-websocket-protocol'] ?? '').split(/\s*,\s*/).filter(Boolean)
}

function isBearer(protocol: string): boolean {
  return protocol.startsWith(BEARER_PROTOCOL)
}

function isGuarded(request: IncomingMessage): boolean {
  return GUARDED.test(new URL(request.url ?? '/', 'http://lab').pathname)
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
