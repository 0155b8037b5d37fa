/**
 * Three members in processes of their own, sixteen clients, and rounds of `kill -9` (one, two, all) and of leaders that stand
 * still: is every acknowledged write there once, are reads and watches right, and how long do writes pause?
 *
 *   node test/bench/robustness.ts [--rounds 300] [--seed 1] [--limit SECONDS]
 */
import { parseArgs } from 'node:util'
import { run } from '../store/robustness/run.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '300' },
    seed: { type: 'string', default: '1' },
    limit: { type: 'string', default: '720' },
    quiet: { type: 'boolean', default: false },
  },
})
const abort = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => abort.abort())
const rounds = Number(values.rounds)
const begun = performance.now()
const summary = await run({
  rounds,
  seed: Number(values.seed),
  pauseMs: 10_000,
  // A few long pauses, evenly spread.
  fault: round => (round % 60 === 30 || round === rounds ? 'pause leader' : undefined),
  limitMs: Number(values.limit) * 1000,
  signal: abort.signal,
  onRound: line => void (values.quiet || console.log(line)),
})
const { pausesMs, lost, doubled, ...rest } = summary
const describe = (pauses: number[]) => {
  const sorted = [...pauses].sort((a, b) => a - b)
  const at = (q: number) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0)
  return `median ${at(0.5)} ms, 95 % ${at(0.95)} ms, worst ${at(1)} ms`
}
console.log(`\n${summary.rounds} rounds in ${Math.round((performance.now() - begun) / 1000)} s`, rest)
console.log(`writes paused, a quorum alive:        ${describe(pausesMs.quorum)}`)
console.log(`writes paused, most or all killed:    ${describe(pausesMs.noQuorum)}`)
console.log(`${lost.length} acknowledged writes lost, ${doubled.length} doubled`)
for (const line of [...lost, ...doubled]) console.log(`  ${line}`)
process.exitCode = lost.length + doubled.length > 0 || summary.rounds < rounds ? 1 : 0
