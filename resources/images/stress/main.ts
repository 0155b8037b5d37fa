/** Burns processor time in threads and holds memory, until its time is over or it is stopped. */

import { Worker } from 'node:worker_threads'
import { run, untilStopped } from '../container/run.ts'
import { readLoad } from './options.ts'

const PAGE_BYTES = 4096
/** A thread computes without pause, and ends with the process. */
const BURN = 'for (let x = 1; ; ) x = Math.sqrt(x + 1)'

run('stress', () => {
  const { cpu, vm, vmBytes, timeoutMs } = readLoad(process.argv.slice(2))
  if (!cpu && !vm) throw new Error('nothing to do; say how much with --cpu N, --vm N and --vm-bytes SIZE')
  console.log(`stress: info: [${process.pid}] dispatching hogs: ${cpu} cpu, 0 io, ${vm} vm, 0 hdd`)
  const threads = Array.from({ length: cpu }, () => new Worker(BURN, { eval: true }))
  const blocks = Array.from({ length: vm }, () => filled(vmBytes))
  untilStopped()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => process.exit(0))
  if (timeoutMs)
    setTimeout(() => {
      console.log(
        `stress: info: [${process.pid}] successful run completed in ${timeoutMs / 1000}s (${threads.length} cpu, ${blocks.length} vm)`,
      )
      process.exit(0)
    }, timeoutMs)
})

/** Memory that is really taken: the operating system gives pages when they are written. */
function filled(bytes: number): Buffer {
  const block = Buffer.allocUnsafeSlow(bytes)
  for (let i = 0; i < bytes; i += PAGE_BYTES) block[i] = 1
  return block
}
