/** Addresses of the interface that may come from outside: from links of other programs, and from notifications. Pure. */

import { SCHEME } from './origins.ts'

/** Only views that show. Not the terminal: its address starts a program. */
export const LINKED_VIEWS: readonly string[] = [
  'map',
  'machines',
  'metrics',
  'objects',
  'services',
  'access',
  'events',
  'logs',
  'settings',
]
/** Host of links, apart from those of our pages: no link is an address that a window could load. */
const LINK_HOST = 'open'
const LONGEST = 2_000
/** Views, and groups, versions and resources below them: nothing in those needs an escape. */
const PATH = /^\/([a-z]+)(?:\/[\w.-]+)*\/?$/

/** Whether the address is that of a view that only shows, in its normal form. */
export function isRoute(address: string): boolean {
  return address.startsWith('/') && routeOf(address) === address
}

/** The view that `kubarium://open/VIEW/…?…` leads to, or undefined if it is no such link. */
export function routeOfLink(link: string): string | undefined {
  if (!isLink(link) || !URL.canParse(link)) return undefined
  const { host, username, password, hash, pathname, search } = new URL(link)
  return host === LINK_HOST && !username && !password && !hash ? routeOf(pathname + search) : undefined
}

/** Whether somebody else's program means us, be the link sound or not. */
export function isLink(text: string): boolean {
  return text.toLowerCase().startsWith(`${SCHEME}:`)
}

function routeOf(address: string): string | undefined {
  if (address.length > LONGEST || !URL.canParse(address, `${SCHEME}://${LINK_HOST}`)) return undefined
  const { host, pathname, search, hash } = new URL(address, `${SCHEME}://${LINK_HOST}`)
  const [, view = ''] = PATH.exec(pathname) ?? []
  if (host !== LINK_HOST || hash || !LINKED_VIEWS.includes(view)) return undefined
  return isClean(search) ? pathname + search : undefined
}

/** Well encoded, and without what no name of an object has. */
function isClean(encoded: string): boolean {
  try {
    // eslint-disable-next-line no-control-regex
    return !/[\u0000-\u001f\u007f\\]/.test(decodeURIComponent(encoded))
  } catch {
    return false // a broken escape
  }
}
