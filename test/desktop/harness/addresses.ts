/** Chromium knows no custom schemes, so a page of `kubarium://HOST` lives at a loopback name here. Pure. */

const SUFFIX = '.kubarium.localhost'

/** The address that the browser loads for one of the app's. */
export function outside(address: string): string {
  return address.replace(/^kubarium:\/\/([a-z]+)/, `http://$1${SUFFIX}`)
}

/** The address as the app knows it. */
export function inside(address: string): string {
  return address.replace(/^http:\/\/([a-z]+)\.kubarium\.localhost(?=[/?#]|$)/, 'kubarium://$1')
}

export function isInside(host: string): boolean {
  return host.endsWith(SUFFIX)
}
