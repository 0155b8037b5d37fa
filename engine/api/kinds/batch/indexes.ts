/** The indexes of an indexed job as a status lists them: "1,3-5,7". */

/** Reads an interval, below `completions`. Returns its ends, or what is wrong with it. */
export function parseInterval(text: string, completions: number): [number, number] | string {
  const parts = text.split('-')
  if (parts.length > 2)
    return `the fragment ${JSON.stringify(text)} violates the requirement that an index interval can have at most two parts separated by '-'`
  const ends: number[] = []
  for (const part of parts) {
    if (!/^[+]?\d+$/.test(part)) return `cannot convert string to integer for index: ${JSON.stringify(part)}`
    if (Number(part) >= completions) return `too large index: ${JSON.stringify(part)}`
    ends.push(Number(part))
  }
  const [first, last = first] = ends as [number, number?]
  return parts.length > 1 && first >= last
    ? `non-increasing order, previous: ${first}, current: ${last}`
    : [first, last]
}

/** How many indexes a list names, or what is wrong with it. */
export function countIndexes(text: string, completions: number): number | string {
  if (!text) return 0
  let total = 0
  let previous: number | undefined
  for (const part of text.split(',')) {
    const interval = parseInterval(part, completions)
    if (typeof interval === 'string') return interval
    const [first, last] = interval
    if (previous !== undefined && previous >= first)
      return `non-increasing order, previous: ${previous}, current: ${first}`
    total += last - first + 1
    previous = last
  }
  return total
}

/** The first index that two lists share, if they do; intervals that cannot be read are skipped. */
export function firstOverlap(a: string, b: string, completions: number): number | undefined {
  const read = (text: string) =>
    text
      .split(',')
      .map(part => parseInterval(part, completions))
      .filter((interval): interval is [number, number] => typeof interval !== 'string')
  const [left, right] = [read(a), read(b)]
  for (let i = 0, j = 0; i < left.length && j < right.length;) {
    const [x, y] = left[i]!
    const [u, v] = right[j]!
    if (x <= v && u <= y) return Math.max(x, u)
    if (x <= u) i++
    else j++
  }
  return undefined
}
