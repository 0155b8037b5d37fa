/** Prints rows with their columns aligned; the first is the header. */
export function printTable(rows: string[][]): void {
  const widths = rows[0].map((_, column) => Math.max(...rows.map(row => row[column].length)))
  for (const row of rows)
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column] + 3))
        .join('')
        .trimEnd(),
    )
}
