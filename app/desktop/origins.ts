/** The addresses that the shell knows: its own pages, and what may be opened outside. Pure. */

export const SCHEME = 'kubarium'
/** The user interface, and under /lab/, /cluster/ and /contexts/ the lab server. */
export const LAB_ORIGIN = `${SCHEME}://lab`
/** The page that is shown until the lab is up. */
export const START_ORIGIN = `${SCHEME}://start`

/** Whether the address is that of a page of ours. */
export function isOwnAddress(address: string): boolean {
  const url = parse(address)
  return (
    url?.protocol === `${SCHEME}:` && (url.host === 'lab' || url.host === 'start') && !url.username && !url.password
  )
}

/**
 * The address to hand to the user's browser, in its normal form, or undefined if it may not be opened: https anywhere, and
 * http on this machine, where Services listen. Everything else would start a program by its scheme.
 */
export function openableAddress(address: string): string | undefined {
  const url = parse(address)
  if (!url || url.username || url.password) return undefined
  if (url.protocol === 'https:') return url.href
  if (url.protocol === 'http:' && (url.hostname === '127.0.0.1' || url.hostname === 'localhost')) return url.href
  return undefined
}

/** Whether pages may send this request at all: to themselves, or a WebSocket to the lab server. */
export function isReachable(address: string, socketBase: string): boolean {
  const url = parse(address)
  if (!url) return false
  if (url.protocol === 'ws:') return isSocket(url, socketBase)
  if (url.protocol === `${SCHEME}:`) return isOwnAddress(address)
  return (
    url.protocol === 'blob:' || url.protocol === 'data:' || url.protocol === 'devtools:' || address === 'about:blank'
  )
}

/** Whether the address is a WebSocket of the lab server: its very port, and the paths that it serves. */
export function isSocket(url: URL, socketBase: string): boolean {
  return url.protocol === 'ws:' && url.origin === socketBase && /^\/(lab|cluster|contexts)\//.test(url.pathname)
}

function parse(address: string): URL | undefined {
  return URL.canParse(address) ? new URL(address) : undefined
}
