import { VIEWS, type ViewName } from './views.ts'

/** The address of the page as state: `/VIEW/REST?QUERY`. Every view can be linked to and reached with Back. */
class Router {
  #url = $state.raw(new URL(location.href))

  constructor() {
    window.addEventListener('popstate', () => (this.#url = new URL(location.href)))
  }

  view = $derived.by(() => {
    const first = this.#url.pathname.split('/')[1] as ViewName
    return VIEWS.includes(first) ? first : 'map'
  })

  /** Parts of the path after the view. */
  parts = $derived(this.#url.pathname.split('/').slice(2).filter(Boolean).map(decodeURIComponent))

  query = $derived(this.#url.searchParams)

  go(address: string, replace = false): void {
    const url = new URL(address, location.href)
    if (url.href === location.href) return
    if (replace) history.replaceState(null, '', url)
    else history.pushState(null, '', url)
    this.#url = url
  }

  /** Changes some of the query and keeps the rest; null removes. */
  change(query: Record<string, string | null>, replace = false): void {
    const url = new URL(this.#url)
    for (const [name, value] of Object.entries(query)) {
      if (value === null) url.searchParams.delete(name)
      else url.searchParams.set(name, value)
    }
    this.go(url.href, replace)
  }

  /** Takes over clicks on links to our own views; leaves those that want a new tab to the browser. */
  onClick = (event: MouseEvent): void => {
    const link = (event.target as Element).closest?.('a[href^="/"]')
    if (!link || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.defaultPrevented)
      return
    event.preventDefault()
    this.go((link as HTMLAnchorElement).href)
  }
}

export const router = new Router()
