/** How a run of requests went, as lines. Latencies in milliseconds; codes with their numbers of answers. */
export function summary(latencies: number[], codes: Map<string, number>, totalMs: number): string {
  const sorted = [...latencies].sort((a, b) => a - b)
  const at = (percent: number) => sorted[Math.min(sorted.length - 1, Math.ceil((sorted.length * percent) / 100) - 1)]
  const seconds = (ms: number | undefined) => `${((ms ?? 0) / 1000).toFixed(4)} secs`
  const mean = sorted.reduce((a, b) => a + b, 0) / (sorted.length || 1)
  return [
    'Summary:',
    `  Total:\t${seconds(totalMs)}`,
    `  Slowest:\t${seconds(sorted.at(-1))}`,
    `  Fastest:\t${seconds(sorted[0])}`,
    `  Average:\t${seconds(mean)}`,
    `  Requests/sec:\t${(sorted.length / (totalMs / 1000 || 1)).toFixed(1)}`,
    '',
    'Latency distribution:',
    ...[50, 90, 99].map(p => `  ${p}% in ${seconds(at(p))}`),
    '',
    'Status code distribution:',
    ...[...codes].sort().map(([code, count]) => `  [${code}]\t${count} responses`),
    '',
  ].join('\n')
}
