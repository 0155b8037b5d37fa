const MOST = 5

/**
 * Those of `known` that somebody may have meant by `wanted`, the likeliest first: names whose last part is contained in
 * the other's, or differs from it in no more than a third of its letters.
 */
export function nearNames(wanted: string, known: string[]): string[] {
  const short = lastPart(wanted)
  const rated = known.flatMap(name => {
    const other = lastPart(name)
    if (other === short) return [{ name, distance: 0 }]
    const contained = other.length > 2 && short.length > 2 && (short.includes(other) || other.includes(short))
    const distance = contained ? 0.5 : edits(short, other)
    return distance <= Math.max(1, Math.floor(short.length / 3)) ? [{ name, distance }] : []
  })
  return rated
    .sort((a, b) => a.distance - b.distance || a.name.length - b.name.length || (a.name < b.name ? -1 : 1))
    .slice(0, MOST)
    .map(({ name }) => name)
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1)
}

/** Letters to insert, remove, replace, or exchange with their neighbour (optimal string alignment). */
function edits(a: string, b: string): number {
  let before: number[] = []
  let above = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1
      row[j] = Math.min(above[j] + 1, row[j - 1] + 1, above[j - 1] + same)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) row[j] = Math.min(row[j], before[j - 2] + 1)
    }
    before = above
    above = row
  }
  return above[b.length]
}
