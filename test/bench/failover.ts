/**
 * The leading master is killed again and again while clients write through the load balancer: how long writes pause, and
 * whether any acknowledged one is lost. Run: node test/bench/failover.ts [rounds]
 */

import { bundleIfStale } from '../../tools/bundle.ts'
import { eventually, TestLab } from '../e2e/lab.ts'
import { killLeaders, Writer } from '../e2e/writer.ts'

const rounds = Number(process.argv[2] ?? 20)
await bundleIfStale()
const lab = new TestLab('failover')
try {
  await lab.up('--workers', '0')
  const rest = await lab.client()
  const writer = new Writer(rest, 'default')
  await writer.start()
  const running = async () => {
    await eventually(async () => (await lab.status()).machines.every(m => m.state === 'running'), 60_000)
  }
  await killLeaders(
    { leader: () => lab.leader(), machine: (a, n) => lab.machine(a, n), running },
    writer,
    rounds,
    (round, ms) => console.log(`round ${String(round + 1).padStart(2)}: writes paused for ${Math.round(ms)} ms`),
  )
  const { acknowledged, unknown, lost, excess, pausesMs } = await writer.stop()
  rest.dispose()
  const sorted = [...pausesMs].sort((a, b) => a - b)
  console.log(
    `\n${rounds} kills: pause median ${Math.round(sorted[Math.floor(rounds / 2)])} ms, worst ${Math.round(sorted.at(-1)!)} ms`,
  )
  console.log(
    `${acknowledged} writes acknowledged, ${unknown} of unknown outcome, ${lost.length} lost, ${excess} applied twice`,
  )
  process.exitCode = lost.length || excess ? 1 : 0
} finally {
  await lab.remove()
}
