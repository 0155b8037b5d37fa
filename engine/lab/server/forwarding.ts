/** Headers of a page's connection or identity. What a request is forwarded to sees a program, and no page. */
const NOT_FORWARDED = new Set([
  'host',
  'connection',
  'cookie',
  'origin',
  'referer',
  'authorization',
  'keep-alive',
  'te',
  'expect',
])

/** The headers of a page's request that may go on with it. Names are in lower case. */
export function forwardedHeaders<T>(headers: Iterable<[string, T]>): Record<string, T> {
  return Object.fromEntries([...headers].filter(([name]) => !NOT_FORWARDED.has(name)))
}
