import { spawn } from 'node:child_process'
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ContainerConfig } from '../../../engine/kubelet/runtime/contract.ts'

/**
 * Starts a container by a process of its own, which is killed when the container has said something. What was read
 * until then is in the file `said`. Gives the pid of the container.
 */
export async function lifeOf(handler: string, container: ContainerConfig, until: string, dir: string): Promise<number> {
  writeFileSync(join(dir, 'said'), '')
  const file = join(dir, 'first-life.json')
  writeFileSync(file, JSON.stringify({ handler, container, until, dir }))
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const pid = await new Promise<number>((resolve, reject) => {
    let said = ''
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      if (said.includes('\n')) resolve(Number.parseInt(said))
    })
    child.once('exit', code => reject(new Error(`ended with ${code}`)))
  })
  const ended = new Promise(resolve => child.once('close', resolve))
  child.kill('SIGKILL')
  await ended
  return pid
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { Workbench } = await import('./containers.ts')
  const { handler, container, until, dir } = JSON.parse(readFileSync(process.argv[2], 'utf8'))
  const bench = new Workbench(dir)
  const started = (handler === 'process' ? bench.process() : bench.bubblewrap()).start(container)
  let said = ''
  started.stderr!.resume()
  started.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString()
    appendFileSync(join(dir, 'said'), chunk)
    if (said.includes(until)) process.stdout.write(`${started.pid}\n`)
  })
}
