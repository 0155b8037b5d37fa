import { createHash, timingSafeEqual } from 'node:crypto'
import type { TLSSocket } from 'node:tls'
import { badRequest, unauthorized } from '../../api/status.ts'
import type { APIServerConfig } from '../config.ts'
import type { RequestContext, UserInfo } from '../request/context.ts'
import type { ServiceAccountTokens } from './tokens.ts'

const AUTHENTICATED = 'system:authenticated'
export const ANONYMOUS: UserInfo = { name: 'system:anonymous', groups: ['system:unauthenticated'] }

/** Finds out who asks: by client certificate, bearer token, or nobody. @throws ApiError 401 for wrong credentials. */
export class Authenticator {
  readonly #tokens: ServiceAccountTokens
  readonly #static: { digest: Buffer; user: UserInfo }[]
  readonly #certificates = new WeakMap<object, UserInfo | 'none' | 'wrong'>()

  constructor(config: APIServerConfig, tokens: ServiceAccountTokens) {
    this.#tokens = tokens
    this.#static = (config.staticTokens ?? []).map(entry => ({
      digest: digest(entry.token),
      user: { name: entry.user, groups: [...entry.groups, AUTHENTICATED] },
    }))
  }

  async authenticate(ctx: RequestContext): Promise<UserInfo> {
    const certificate = this.#certificate(ctx)
    if (certificate === 'wrong') throw unauthorized()
    if (certificate !== 'none') return certificate
    const token = bearerToken(ctx)
    if (token === undefined) return ANONYMOUS
    const user = await this.byToken(token)
    if (!user) throw unauthorized()
    return user
  }

  /** Who a bearer token speaks for. */
  async byToken(token: string): Promise<UserInfo | undefined> {
    return this.#byStaticToken(token) ?? (await this.#tokens.authenticate(token))?.user
  }

  #byStaticToken(token: string): UserInfo | undefined {
    if (this.#static.length === 0) return undefined
    const hash = digest(token)
    return this.#static.find(entry => timingSafeEqual(entry.digest, hash))?.user
  }

  #certificate(ctx: RequestContext): UserInfo | 'none' | 'wrong' {
    // HTTP/2 requests carry a stand-in for their socket; the session is what stays the same.
    const session = (ctx.request as { stream?: { session?: { socket: TLSSocket } } }).stream?.session
    const key = session ?? ctx.request.socket
    let result = this.#certificates.get(key)
    if (result === undefined) {
      result = readCertificate((session?.socket ?? ctx.request.socket) as TLSSocket)
      this.#certificates.set(key, result)
    }
    return result
  }
}

function readCertificate(socket: TLSSocket): UserInfo | 'none' | 'wrong' {
  if (typeof socket.getPeerCertificate !== 'function') return 'none'
  const certificate = socket.getPeerCertificate()
  if (!certificate?.subject) return 'none'
  if (!socket.authorized) return 'wrong'
  const { CN, O } = certificate.subject as unknown as { CN?: string | string[]; O?: string | string[] }
  const groups = O === undefined ? [] : Array.isArray(O) ? O : [O]
  const name = Array.isArray(CN) ? CN[0]! : CN
  if (!name) return 'wrong'
  const fingerprint = certificate.fingerprint256.replaceAll(':', '').toLowerCase()
  return {
    name,
    groups: [...groups, AUTHENTICATED],
    extra: { 'authentication.kubernetes.io/credential-id': [`X509SHA256=${fingerprint}`] },
  }
}

function bearerToken(ctx: RequestContext): string | undefined {
  const header = ctx.headers.authorization
  if (header) {
    const match = /^bearer +(\S+) *$/i.exec(header)
    return match ? match[1] : undefined
  }
  // Browsers cannot set headers of a WebSocket: the token may come as a subprotocol (and is not echoed).
  const protocols = String(ctx.headers['sec-websocket-protocol'] ?? '')
  const match = /base64url\.bearer\.authorization\.k8s\.io\.([A-Za-z0-9_-]+)/.exec(protocols)
  return match ? Buffer.from(match[1]!, 'base64url').toString() : undefined
}

function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}

/** What the Impersonate-* headers ask for, or undefined. @throws ApiError 400 without a user. */
export function requestedImpersonation(ctx: RequestContext): UserInfo | undefined {
  const { headers } = ctx
  const name = one(headers['impersonate-user'])
  const uid = one(headers['impersonate-uid'])
  const groups = rawValues(ctx, 'impersonate-group')
  const extra: Record<string, string[]> = {}
  for (const header of Object.keys(headers)) {
    if (!header.startsWith('impersonate-extra-')) continue
    extra[decodeURIComponent(header.slice('impersonate-extra-'.length))] = rawValues(ctx, header)
  }
  const hasExtra = Object.keys(extra).length > 0
  if (!name) {
    if (!uid && groups.length === 0 && !hasExtra) return undefined
    const list = groups.length === 0 ? '[]string(nil)' : `[]string{${groups.map(g => JSON.stringify(g)).join(', ')}}`
    const map = hasExtra
      ? `map[string][]string{${Object.entries(extra)
          .map(([k, v]) => `${JSON.stringify(k)}:[]string{${v.map(x => JSON.stringify(x)).join(', ')}}`)
          .join(', ')}}`
      : 'map[string][]string(nil)'
    throw badRequest(
      `requested &user.DefaultInfo{Name:"", UID:${JSON.stringify(uid ?? '')}, Groups:${list}, Extra:${map}} without impersonating a user name`,
    )
  }
  const user: UserInfo = { name, groups }
  if (uid) user.uid = uid
  if (hasExtra) user.extra = extra
  return user
}

/** The groups that come with a name: those of service accounts, and system:authenticated or its opposite. */
export function withImplicitGroups(user: UserInfo): UserInfo {
  const groups = [...user.groups]
  const account = /^system:serviceaccount:([^:]+):[^:]+$/.exec(user.name)
  if (account && groups.length === 0) groups.push('system:serviceaccounts', `system:serviceaccounts:${account[1]}`)
  const implied = user.name === ANONYMOUS.name ? 'system:unauthenticated' : AUTHENTICATED
  if (!groups.includes(implied)) groups.push(implied)
  return { ...user, groups }
}

function one(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value
}

/** Repeated headers one by one: node:http joins them with commas. */
function rawValues(ctx: RequestContext, name: string): string[] {
  const raw = ctx.request.rawHeaders
  const values: string[] = []
  for (let i = 0; i < raw.length; i += 2) if (raw[i]!.toLowerCase() === name) values.push(raw[i + 1]!)
  return values
}
