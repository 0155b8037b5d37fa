import type { Notice } from './notices.ts'

/** Finds what the system has not shown yet. A warning that repeats is told once; a machine that dies again is told again. */
export class Announcer {
  readonly #told = new Set<string>()

  /** The notices of a list that are new since the last call, the oldest first. */
  news(list: readonly Notice[]): Notice[] {
    const news = list.filter(notice => !this.#told.has(keyOf(notice)))
    for (const notice of news) this.#told.add(keyOf(notice))
    return news.reverse()
  }
}

function keyOf({ id, at, about }: Notice): string {
  return about.kind === 'warning' ? id : `${id}@${at}`
}
