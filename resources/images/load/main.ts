/** Sends requests: so many, or for so long, some at a time, and tells how they were answered. */

import { messageOf } from '../../../engine/base/errors.ts'
import { parseDuration, parseFlags } from '../container/flags.ts'
import { run } from '../container/run.ts'
import { summary } from './summary.ts'

const TIMEOUT_MS = 20_000

run('load', async () => {
  const { flags, rest } = parseFlags(process.argv.slice(2), { n: 200, c: 50, q: 0, z: '', m: 'GET', d: '' })
  const [url] = rest
  if (!url || !URL.canParse(url)) throw new Error('say the URL, such as http://web')
  const endMs = flags.z ? performance.now() + parseDuration(flags.z) : Infinity
  let left = flags.z ? Infinity : flags.n
  const latencies: number[] = []
  const codes = new Map<string, number>()
  let stopped = false
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => (stopped = true))

  const worker = async () => {
    while (left-- > 0 && performance.now() < endMs && !stopped) {
      const startedMs = performance.now()
      const code = await ask(url, flags.m, flags.d)
      const tookMs = performance.now() - startedMs
      latencies.push(tookMs)
      codes.set(code, (codes.get(code) ?? 0) + 1)
      // `-q` is a rate for each worker.
      if (flags.q) await new Promise(done => setTimeout(done, Math.max(0, 1000 / flags.q - tookMs)))
    }
  }
  const startedMs = performance.now()
  await Promise.all(Array.from({ length: flags.c }, worker))
  console.log(summary(latencies, codes, performance.now() - startedMs))
})

async function ask(url: string, method: string, body: string): Promise<string> {
  try {
    const response = await fetch(url, { method, body: body || undefined, signal: AbortSignal.timeout(TIMEOUT_MS) })
    await response.arrayBuffer()
    return String(response.status)
  } catch (error) {
    return messageOf((error as Error).cause ?? error)
  }
}
