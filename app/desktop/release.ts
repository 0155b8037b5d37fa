/** What the address of releases answers, and whether it is news. Pure. */

import type { Release } from './preferences.ts'

const VERSION = /^v?(\d{1,6})\.(\d{1,6})\.(\d{1,6})$/

/** The one address that may be asked, from the manifest of this build; undefined if it names none that is https. */
export function releasesAddress(manifest: unknown): string | undefined {
  const { releases } = (typeof manifest === 'object' && manifest !== null ? manifest : {}) as { releases?: unknown }
  if (typeof releases !== 'string' || !URL.canParse(releases)) return undefined
  const { protocol, username, password, href } = new URL(releases)
  return protocol === 'https:' && !username && !password ? href : undefined
}

/** The release that an answer tells of, if it is newer and sound in every part: its page must be of the same site. */
export function newerRelease(answer: unknown, own: string, asked: string): Release | undefined {
  if (typeof answer !== 'object' || answer === null) return undefined
  const { tag_name: tag, html_url: page, draft, prerelease } = answer as Record<string, unknown>
  if (draft === true || prerelease === true || typeof tag !== 'string' || typeof page !== 'string') return undefined
  const [offered, present] = [VERSION.exec(tag), VERSION.exec(own)]
  if (!offered || !present || !isNewer(offered, present) || !URL.canParse(page)) return undefined
  const url = new URL(page)
  const isOfSite = url.protocol === 'https:' && url.host === siteOf(asked) && !url.username && !url.password
  return isOfSite && url.href.length <= 500 ? { version: offered.slice(1, 4).join('.'), address: url.href } : undefined
}

function isNewer(offered: RegExpExecArray, present: RegExpExecArray): boolean {
  for (const part of [1, 2, 3]) {
    const difference = Number(offered[part]) - Number(present[part])
    if (difference !== 0) return difference > 0
  }
  return false
}

/** `api.` of a site is asked, and its pages are read without. */
function siteOf(address: string): string {
  return new URL(address).host.replace(/^api\./, '')
}
