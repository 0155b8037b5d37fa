import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Pod } from '../../../engine/api/types.ts'
import { freePort } from '../../../engine/base/ports.ts'
import { lines } from '../../../engine/client/cache/reflector.ts'
import { ResourceClient, type Resource } from '../../../engine/client/resource-client.ts'
import { PODS } from '../../../engine/client/resources.ts'
import { RestClient } from '../../../engine/client/rest.ts'
import type { LabStatus } from '../../../engine/lab/contract.ts'
import { root } from '../../../tools/sources.ts'

const exec = promisify(execFile)

/** A lab of a benchmark: made through the command line, removed with all that it started. */
export class BenchLab {
  readonly name: string
  readonly dataDir = mkdtempSync(join(tmpdir(), 'kubarium-bench-'))
  /** Shells of the lab begin here, without what a person has them do at their start. */
  readonly #home = join(this.dataDir, 'home')
  #rest: RestClient | undefined

  constructor(name: string) {
    this.name = name
    mkdirSync(this.#home)
  }

  async cli(...args: string[]): Promise<string> {
    const script = join(root, 'app/cli/kubarium.mjs')
    const env = { ...process.env, HOME: this.#home, USERPROFILE: this.#home }
    const done = await exec(process.execPath, [script, 'lab', ...args, '--data-dir', this.dataDir], { env })
    return done.stdout
  }

  /** Starts it, and waits until pods can be made. */
  async up(...options: string[]): Promise<void> {
    await this.cli('up', this.name, '--port', String(await freePort()), ...options)
    const pki = join(this.dataDir, 'labs', this.name, 'pki')
    const read = (file: string) => readFileSync(join(pki, file), 'utf8')
    const { apiServer } = await this.status()
    const keys = { ca: read('ca.crt'), cert: read('admin.crt'), key: read('admin.key') }
    this.#rest = new RestClient({ server: apiServer, ...keys, userAgent: 'bench' })
    await until(() => this.rest.request('GET', '/api/v1/namespaces/default/serviceaccounts/default'))
  }

  get rest(): RestClient {
    return this.#rest!
  }

  get pods(): ResourceClient<Pod> {
    return new ResourceClient(this.rest, PODS as Resource<Pod>)
  }

  get folder(): string {
    return join(this.dataDir, 'labs', this.name)
  }

  async status(): Promise<LabStatus> {
    return JSON.parse(await this.cli('status', this.name, '-o', 'json')) as LabStatus
  }

  /** Creates a pod in the default namespace. */
  create(name: string, spec: object): Promise<Pod> {
    return this.pods.create({ metadata: { name, namespace: 'default' }, spec } as unknown as Pod)
  }

  /** Stops the lab and removes its folder. */
  async remove(): Promise<void> {
    this.#rest?.dispose()
    if (existsSync(this.folder)) await this.cli('down', this.name)
    rmSync(this.dataDir, { recursive: true, force: true })
  }
}

/** Follows all pods of the default namespace; gives the moment at which a watch first saw what was asked of each. */
export async function follow(
  lab: BenchLab,
  holds: (pod: Pod) => boolean,
): Promise<{ seen: Map<string, number>; when(names: string[]): Promise<void>; close(): void }> {
  const seen = new Map<string, number>()
  const waiting = new Set<() => void>()
  const { metadata } = await lab.pods.list('default')
  const watch = await lab.rest.stream('GET', lab.pods.path('default'), {
    query: { watch: true, resourceVersion: metadata.resourceVersion },
  })
  let broken: unknown
  void (async () => {
    for await (const line of lines(watch)) {
      const { object } = JSON.parse(line) as { object: Pod }
      const name = object.metadata.name!
      if (!seen.has(name) && holds(object)) seen.set(name, performance.now())
      for (const look of waiting) look()
    }
  })().catch((error: unknown) => (broken = error))
  const when = (names: string[]) =>
    new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting.delete(look)
        const missing = names.filter(name => !seen.has(name))
        reject(
          new Error(`not seen: ${missing.slice(0, 5).join(', ')} (${missing.length} of ${names.length})`, {
            cause: broken,
          }),
        )
      }, 120_000)
      const look = () => {
        if (!names.every(name => seen.has(name))) return
        clearTimeout(timer)
        waiting.delete(look)
        resolve()
      }
      waiting.add(look)
      look()
    })
  return { seen, when, close: () => watch.destroy() }
}

export function isReady(pod: Pod): boolean {
  const ready = pod.status?.conditions?.some(c => c.type === 'Ready' && c.status === 'True')
  return pod.status?.phase === 'Running' && !!ready
}

/** Asks until there is an answer that is neither an error nor false. @throws the last error when time is up */
export async function until<T>(ask: () => Promise<T>, withinMs = 60_000): Promise<T> {
  const end = performance.now() + withinMs
  for (;;) {
    try {
      const answer = await ask()
      if (answer !== false) return answer
      if (performance.now() > end) throw new Error('it did not come true in time')
    } catch (error) {
      if (performance.now() > end) throw error
    }
    await new Promise(done => setTimeout(done, 50))
  }
}

/** The value below which that share of the numbers lies. */
export function quantile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN
}
