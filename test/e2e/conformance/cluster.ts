import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { KubeObject } from '../../../engine/api/object.ts'
import type { Pod } from '../../../engine/api/types.ts'
import { ResponseError } from '../../../engine/client/errors.ts'
import { ResourceClient, type Resource } from '../../../engine/client/resource-client.ts'
import { CONFIG_MAPS, NAMESPACES, PODS, SECRETS, SERVICE_ACCOUNTS } from '../../../engine/client/resources.ts'
import type { RestClient } from '../../../engine/client/rest.ts'
import { root } from '../../../tools/sources.ts'
import { eventually, TestLab, type Outcome } from '../lab.ts'

export const AGNHOST = 'registry.k8s.io/e2e-test-images/agnhost:2.59'
export const BUSYBOX = 'registry.k8s.io/e2e-test-images/busybox:1.37.0-1'

/** What runs the pods of these labs; the documentation's columns are called so. */
const RUNTIME = process.env.KUBARIUM_RUNTIME === 'process' || !bubblewrapWorks() ? 'process' : 'bubblewrap'
const CLAIMS = claims()

/** A pod's specification as tests write it; what all of them would say alike is added. */
export interface Wanted {
  metadata?: Record<string, unknown>
  spec: Record<string, unknown> & { containers: object[] }
}

/**
 * Tests under the names of Kubernetes' conformance suite, against one lab of a test file. What the suite does to hold a
 * name, these do in their own words.
 */
export class Conformance {
  readonly lab: TestLab
  readonly #sig: string
  #rest: RestClient | undefined
  #count = 0

  /** @param sig the special interest group whose tests these are, such as "node" */
  constructor(sig: string, topic: string) {
    this.#sig = sig
    this.lab = new TestLab(`conformance-${sig}-${topic}`)
    beforeAll(async () => {
      await this.lab.up('--masters', '1', '--workers', '2', '--runtime', RUNTIME)
      this.#rest = await this.lab.client()
    })
    afterAll(async () => {
      this.#rest?.dispose()
      await this.lab.remove()
    })
  }

  get rest(): RestClient {
    return this.#rest!
  }

  /**
   * Holds a conformance test of that name, without its group and the mark at its end, where the documentation claims it.
   * @throws Error for a name that the documentation does not have
   */
  holds(name: string, body: (space: Space) => Promise<void>): void {
    const title = `[sig-${this.#sig}] ${name} [Conformance]`
    const claim = CLAIMS.get(title)
    if (!claim) throw new Error(`docs/conformance.md does not speak of ${title}`)
    const held = claim[RUNTIME] ? test.concurrent : test.skip
    held(title, async () => {
      const space = new Space(this, `c-${++this.#count}`)
      await space.open()
      await body(space)
      await space.close()
    })
  }
}

/** A namespace of one test, and what a test does in it. */
export class Space {
  readonly name: string
  readonly rest: RestClient
  readonly #lab: TestLab

  constructor({ rest, lab }: Conformance, name: string) {
    this.name = name
    this.rest = rest
    this.#lab = lab
  }

  async open(): Promise<void> {
    await this.of(NAMESPACES).create({ metadata: { name: this.name } } as KubeObject)
    await eventually(() => this.of(SERVICE_ACCOUNTS).get(this.name, 'default'))
  }

  async close(): Promise<void> {
    await this.of(PODS).deleteCollection(this.name, {}, { gracePeriodSeconds: 0 })
    await this.of(NAMESPACES).delete(undefined, this.name)
  }

  of<T extends KubeObject>(resource: Resource<T>): ResourceClient<T> {
    return new ResourceClient<T>(this.rest, resource)
  }

  /** Creates something in this namespace. */
  create<T extends KubeObject>(resource: Resource<T>, name: string, rest: object = {}): Promise<T> {
    const { metadata, ...fields } = rest as { metadata?: object }
    return this.of(resource).create({ ...fields, metadata: { ...metadata, name, namespace: this.name } } as T)
  }

  configMap(name: string, data: Record<string, string>, more: object = {}): Promise<KubeObject> {
    return this.create(CONFIG_MAPS, name, { data, ...more })
  }

  secret(name: string, texts: Record<string, string>, more: object = {}): Promise<KubeObject> {
    const data = Object.fromEntries(Object.entries(texts).map(([k, v]) => [k, Buffer.from(v).toString('base64')]))
    return this.create(SECRETS, name, { data, ...more })
  }

  /** Creates a pod; containers that name no image run the shell. */
  async pod(name: string, { metadata, spec }: Wanted): Promise<Pod> {
    const containers = spec.containers.map((c, i) => ({ image: BUSYBOX, name: `c${i}`, ...c }))
    return this.create(PODS as Resource<Pod>, name, {
      metadata,
      spec: { terminationGracePeriodSeconds: 1, ...spec, containers },
    })
  }

  getPod(name: string): Promise<Pod> {
    return this.of(PODS as Resource<Pod>).get(this.name, name)
  }

  /** The pod once it is as it should be. */
  podWhen(name: string, holds: (pod: Pod) => boolean | undefined, withinMs = 60_000): Promise<Pod> {
    let last: Pod | undefined
    return eventually(async () => {
      last = await this.getPod(name)
      return holds(last) ? last : undefined
    }, withinMs).catch((error: unknown) => {
      throw new Error(`pod ${name}: ${JSON.stringify(last?.status)}`, { cause: error })
    })
  }

  async running(name: string): Promise<Pod> {
    return this.podWhen(name, pod => pod.status?.phase === 'Running' && ready(pod))
  }

  finished(name: string): Promise<Pod> {
    return this.podWhen(name, ({ status }) => status?.phase === 'Succeeded' || status?.phase === 'Failed')
  }

  /** Runs a pod to its end, which must be a success, and gives what its first container wrote. */
  async output(wanted: Wanted, name = 'pod'): Promise<string> {
    await this.pod(name, { ...wanted, spec: { restartPolicy: 'Never', ...wanted.spec } })
    const { status } = await this.finished(name)
    const logs = await this.logs(name)
    expect(status?.phase, `${JSON.stringify(status?.containerStatuses)}\n${logs}`).toBe('Succeeded')
    return logs
  }

  /** What a container wrote; of the first one, if none is named. */
  async logs(name: string, container?: string, options: Record<string, string | boolean> = {}): Promise<string> {
    const pod = await this.getPod(name)
    const query = { container: container ?? pod.spec!.containers![0].name, ...options }
    const path = `/api/v1/namespaces/${this.name}/pods/${name}/log`
    return (await this.rest.requestText('GET', path, { query })).text
  }

  /** Waits until a container has written something. */
  async says(name: string, text: string, container?: string, withinMs = 60_000): Promise<void> {
    let seen = ''
    await eventually(async () => (seen = await this.logs(name, container)).includes(text), withinMs).catch(
      (error: unknown) => {
        throw new Error(`"${text}" is not in the log:\n${seen.slice(-2000)}`, { cause: error })
      },
    )
  }

  /** Runs a command in a container. */
  exec(name: string, command: string[], container?: string): Promise<Outcome> {
    const chosen = container ? ['-c', container] : []
    return this.#lab.kubectl('-n', this.name, 'exec', name, ...chosen, '--', ...command)
  }

  kubectl(...args: string[]): Promise<Outcome> {
    return this.#lab.kubectl('-n', this.name, ...args)
  }

  /** Changes a pod's metadata or specification by a merge patch. */
  patchPod(name: string, patch: object): Promise<Pod> {
    return this.of(PODS as Resource<Pod>).patch(this.name, name, 'merge', patch)
  }

  deletePod(name: string, gracePeriodSeconds?: number): Promise<unknown> {
    return this.of(PODS).delete(this.name, name, { gracePeriodSeconds })
  }

  async gone(name: string, withinMs = 60_000): Promise<void> {
    await eventually(async () => (await refusal(this.getPod(name)))?.code === 404, withinMs)
  }

  /** The messages of all events of that reason on an object. */
  async events(name: string, reason?: string): Promise<string[]> {
    const selector = `involvedObject.name=${name}${reason ? `,reason=${reason}` : ''}`
    const path = `/api/v1/namespaces/${this.name}/events`
    const { items } = await this.rest.request<{ items: { message: string }[] }>('GET', path, {
      query: { fieldSelector: selector },
    })
    return items.map(e => e.message)
  }
}

/** By name, under which runtimes a test holds, as docs/conformance.md says. */
function claims(): Map<string, { process: boolean; bubblewrap: boolean }> {
  const text = readFileSync(join(root, 'docs/conformance.md'), 'utf8')
  const rows = text.matchAll(/^\| (\[sig-\w+\] .* \[Conformance\]) +\| (yes|no) +\| (yes|no) +\|/gm)
  const entries = Array.from(rows, ([, name, bubblewrap, process]) => {
    const claim = { process: process === 'yes', bubblewrap: bubblewrap === 'yes' }
    return [name.replaceAll('\\*', '*'), claim] as const
  })
  return new Map(entries)
}

function bubblewrapWorks(): boolean {
  return spawnSync('bwrap', ['--ro-bind', '/', '/', '--unshare-all', 'true'], { stdio: 'ignore' }).status === 0
}

export function ready(pod: Pod): boolean {
  return pod.status?.conditions?.some(c => c.type === 'Ready' && c.status === 'True') ?? false
}

export function restarts(pod: Pod): number {
  return pod.status?.containerStatuses?.[0]?.restartCount ?? 0
}

/** The error with which the API server refused; undefined if it did not. */
export async function refusal(request: Promise<unknown>): Promise<ResponseError | undefined> {
  try {
    await request
  } catch (error) {
    if (error instanceof ResponseError) return error
    throw error
  }
  return undefined
}
