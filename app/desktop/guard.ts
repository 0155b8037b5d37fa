import type { App, Session, WebContents } from 'electron'
import type { Logger } from '../../engine/base/log.ts'
import type { LabLink } from './lab-link.ts'
import { LAB_ORIGIN, isOwnAddress, isReachable, isSocket, openableAddress } from './origins.ts'

/** Copying to the clipboard, and the socket to the lab server on this machine. Nothing else is ever needed. */
const GRANTED = new Set<string>(['clipboard-sanitized-write', 'loopback-network'])

export interface GuardOptions {
  log: Logger
  /** Opens an address, already found openable, in the user's browser. */
  openExternal(address: string): void
  /** Opens a page of ours in a window of its own. */
  openWindow(address: string): void
}

/** Denies what pages could do beside showing themselves: for every page and session that there will ever be. */
export function guardApp(app: App, options: GuardOptions): void {
  app.on('web-contents-created', (_, contents) => guardContents(contents, options))
  app.on('session-created', session => denyPermissions(session, options.log))
}

function guardContents(contents: WebContents, { log, openExternal, openWindow }: GuardOptions): void {
  const refuseForeign = (event: { preventDefault(): void }, address: string) => {
    if (isOwnAddress(address)) return
    event.preventDefault()
    log.warn('a navigation was refused', { address })
  }
  contents.on('will-navigate', event => refuseForeign(event, event.url))
  contents.on('will-redirect', event => refuseForeign(event, event.url))
  contents.on('will-frame-navigate', event => refuseForeign(event, event.url))
  contents.on('will-attach-webview', event => event.preventDefault())
  contents.setWindowOpenHandler(({ url }) => {
    const openable = openableAddress(url)
    if (isOwnAddress(url)) openWindow(url)
    else if (openable) openExternal(openable)
    else log.warn('a window was refused', { address: url })
    return { action: 'deny' }
  })
}

/** Permissions are asked for once as a question and many times as a check; both, and devices, have the same answer. */
export function denyPermissions(session: Session, log: Logger): void {
  session.setPermissionRequestHandler((contents, permission, grant, { requestingUrl }) => {
    const granted = GRANTED.has(permission) && isOwnAddress(requestingUrl || contents.getURL())
    if (!granted) log.warn('a permission was refused', { permission, from: requestingUrl })
    grant(granted)
  })
  session.setPermissionCheckHandler((_, permission, origin) => GRANTED.has(permission) && isOwnAddress(origin))
  session.setDevicePermissionHandler(() => false)
  session.setDisplayMediaRequestHandler((_, answer) => answer({}))
}

/**
 * Lets pages reach themselves and the lab server's WebSockets, and nothing else: no page of ours needs the network. A
 * WebSocket cannot pass a custom protocol, so it goes to the server directly; here it gets the token, which the page never
 * sees, and the server's own Origin, since the server rightly refuses any other.
 */
export function guardRequests(session: Session, link: LabLink, log: Logger): void {
  session.webRequest.onBeforeRequest((details, answer) => {
    const allowed = isReachable(details.url, link.socketBase)
    if (!allowed) log.warn('a request was refused', { address: details.url })
    answer({ cancel: !allowed })
  })
  session.webRequest.onBeforeSendHeaders((details, answer) => {
    const connection = link.connection
    if (!connection || !isSocket(new URL(details.url), link.socketBase))
      return answer({ requestHeaders: details.requestHeaders })
    const from = details.initiatorOrigin ?? details.frame?.origin
    if (details.resourceType !== 'webSocket' || from !== LAB_ORIGIN) {
      log.warn('a socket was refused', { address: details.url, from })
      return answer({ cancel: true })
    }
    const kept = Object.entries(details.requestHeaders).filter(
      ([name]) => !/^(origin|authorization|cookie)$/i.test(name),
    )
    answer({
      requestHeaders: {
        ...Object.fromEntries(kept),
        Origin: connection.url,
        Authorization: `Bearer ${connection.token}`,
      },
    })
  })
}
