/** Text in columns as Go's tabwriter sets it: at least six wide, three spaces between, the last column as it is. */
export function columns(rows: readonly (readonly string[])[], padding = 3, minWidth = 6): string {
  const widths: number[] = []
  for (const row of rows)
    row.slice(0, -1).forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? minWidth, length(cell) + padding)))
  return rows
    .map(
      row =>
        row
          .map((cell, i) => (i === row.length - 1 ? cell : cell + ' '.repeat(Math.max(0, widths[i]! - length(cell)))))
          .join('') + '\n',
    )
    .join('')
}

/** Width in characters, as Go counts runes. */
function length(text: string): number {
  return /^[\x20-\x7e]*$/.test(text) ? text.length : [...text].length
}

/**
 * Text whose cells end with tabs, in elastic columns: a column is as wide as the cells of neighbouring lines that have it.
 * This is what `kubectl describe` writes with (no minimal width, two spaces between).
 */
export function elastic(text: string, padding = 2, minWidth = 0): string {
  const lines = text.split('\n').map(line => line.split('\t'))
  const out = lines.map(() => '')
  const format = (from: number, to: number, column: number) => {
    for (let i = from; i < to; i++) {
      const cells = lines[i]!
      if (column >= cells.length - 1) {
        if (column === cells.length - 1) out[i] += cells[column]!
        continue
      }
      let end = i
      let width = minWidth
      let discardable = true
      while (end < to && lines[end]!.length - 1 > column) {
        const wide = length(lines[end]![column]!)
        if (wide + padding > width) width = wide + padding
        if (wide > 0) discardable = false
        end++
      }
      if (discardable && minWidth === 0) width = 0
      for (let j = i; j < end; j++)
        out[j] += lines[j]![column]! + ' '.repeat(Math.max(0, width - length(lines[j]![column]!)))
      format(i, end, column + 1)
      i = end - 1
    }
  }
  format(0, lines.length, 0)
  return out.join('\n')
}
