import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { extname, join, normalize, sep } from 'node:path'
import { Readable } from 'node:stream'
import type { CustomScheme } from 'electron'
import { codeOf } from '../../engine/base/errors.ts'
import { CONTENT_SECURITY_POLICY } from '../../engine/lab/server/static.ts'
import { forwardToLab } from './forward.ts'
import type { LabLink } from './lab-link.ts'
import { LAB_ORIGIN, SCHEME, START_ORIGIN } from './origins.ts'

/** To be registered before the app is ready. The scheme gets an origin of its own, and no right that https lacks. */
export const PRIVILEGED: CustomScheme = {
  scheme: SCHEME,
  privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true },
}

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.json': 'application/json',
  '.woff2': 'font/woff2',
}

export interface Folders {
  /** The built user interface. */
  renderer: string
  /** The page that is shown until the lab is up. */
  start: string
}

/** Answers every request to the scheme: files of the two pages, and the lab server under /lab/, /cluster/ and /contexts/. */
export function serveScheme(folders: Folders, link: LabLink): (request: Request) => Promise<Response> {
  return async request => {
    const url = new URL(request.url)
    const origin = `${url.protocol}//${url.host}`
    if (origin === LAB_ORIGIN && /^\/(lab|cluster|contexts)\//.test(url.pathname)) return forwardToLab(request, link)
    if (origin !== LAB_ORIGIN && origin !== START_ORIGIN) return text(404, 'There is nothing at this address.')
    if (request.method !== 'GET' && request.method !== 'HEAD') return text(405, 'Files are only read.')
    const isLab = origin === LAB_ORIGIN
    return serveFile(
      isLab ? folders.renderer : folders.start,
      url.pathname,
      contentSecurityPolicy(isLab ? link.socketBase : ''),
    )
  }
}

/** The lab server's policy, and beside it the WebSockets of that one server, which are of another origin here. */
export function contentSecurityPolicy(socketBase: string): string {
  const sockets = socketBase ? ` ${socketBase}` : ''
  return CONTENT_SECURITY_POLICY.replace("connect-src 'self'", `connect-src 'self'${sockets}`)
}

/** Paths without an extension are views of the one page. */
async function serveFile(root: string, path: string, policy: string): Promise<Response> {
  const wanted = extname(path) === '' ? '/index.html' : decode(path)
  const file = wanted === undefined ? undefined : normalize(join(root, wanted))
  const info = file?.startsWith(normalize(root) + sep) ? await stat(file).catch(absent) : undefined
  if (!file || !info?.isFile()) {
    if (wanted !== '/index.html') return text(404, 'There is no such file.')
    return text(503, 'The user interface has not been built. Run `npm run build`, then load this page again.')
  }
  return new Response(Readable.toWeb(createReadStream(file)) as ReadableStream, {
    headers: {
      'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
      'content-length': String(info.size),
      'content-security-policy': policy,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-cache',
    },
  })
}

function decode(path: string): string | undefined {
  try {
    return decodeURIComponent(path)
  } catch {
    return undefined // not a path that any file of ours has
  }
}

function absent(error: unknown): undefined {
  if (codeOf(error) !== 'ENOENT' && codeOf(error) !== 'ENOTDIR') throw error
  return undefined
}

function text(status: number, message: string): Response {
  return new Response(message + '\n', {
    status,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'content-security-policy': "default-src 'none'" },
  })
}
