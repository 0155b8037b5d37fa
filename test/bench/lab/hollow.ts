import { ResponseError, TransportError } from '../../../engine/client/errors.ts'
import type { BenchLab } from './bench-lab.ts'

const AT_ONCE = 32
/** As many as there may be idle connections, and one more. */
const ATTEMPTS = AT_ONCE + 1
const MERGE = 'application/strategic-merge-patch+json'
const NAMESPACES = 20
const APPS = 10
/** The heartbeats of a thousand nodes take a good third of a core. */
const CALM_CORES = 0.6
const CALM_LOOKS = 3
const LOOK_MS = 1_000
const SETTLED_WITHIN_MS = 60_000
/** Nodes whose Leases are not renewed for 40 s are taken for lost. */
const BEAT_MS = 15_000

/** Nodes and pods that exist in the API alone; their states are what kubelets would report. */
export class Hollow {
  readonly #lab: BenchLab
  readonly #nodes: string[]
  readonly #pods: { namespace: string; name: string; node: string; app: string }[]
  #beating: Promise<void> | undefined
  #ended = false

  constructor(lab: BenchLab, nodes: number, pods: number) {
    this.#lab = lab
    this.#nodes = Array.from({ length: nodes }, (_, i) => `hollow-${i}`)
    this.#pods = Array.from({ length: pods }, (_, i) => ({
      namespace: `team-${i % NAMESPACES}`,
      name: `app-${i}`,
      node: this.#nodes[i % nodes]!,
      app: `app-${Math.floor(i / NAMESPACES) % APPS}`,
    }))
  }

  /** How many pods there are. */
  get size(): number {
    return this.#pods.length
  }

  async fill(): Promise<void> {
    const { rest } = this.#lab
    const names = Array.from({ length: NAMESPACES }, (_, i) => `team-${i}`)
    await each(names, async name => {
      await rest.request('POST', '/api/v1/namespaces', { body: { metadata: { name } } })
      await rest
        .request('POST', `/api/v1/namespaces/${name}/serviceaccounts`, { body: { metadata: { name: 'default' } } })
        .catch((error: unknown) => {
          // The controller may have been faster.
          if (!(error instanceof ResponseError && error.code === 409)) throw error
        })
    })
    await each(this.#nodes, name => this.#addNode(name))
    this.#beating = this.#beat()
    await each(this.#pods, async pod => {
      const { namespace, name, node, app } = pod
      const spec = {
        nodeName: node,
        containers: [{ name: 'c', image: 'pause', resources: { requests: { cpu: '10m', memory: '8Mi' } } }],
        tolerations: [{ operator: 'Exists' }],
      }
      await rest.request('POST', `/api/v1/namespaces/${namespace}/pods`, {
        body: { metadata: { name, labels: { app } }, spec },
      })
      await this.#report(pod, 0)
    })
  }

  /**
   * Waits until the control plane is done with what was made, in milliseconds: what is measured next is not what it still does.
   * @throws Error if it is not within a minute
   */
  async settled(): Promise<number> {
    const begun = performance.now()
    for (let calm = 0; calm < CALM_LOOKS; await new Promise(done => setTimeout(done, LOOK_MS))) {
      const { machines } = await this.#lab.status()
      const isCalm = machines.every(({ usage }) => usage !== undefined && usage.cpu < CALM_CORES)
      calm = isCalm ? calm + 1 : 0
      if (performance.now() - begun > SETTLED_WITHIN_MS) throw new Error('the control plane does not come to rest')
    }
    return performance.now() - begun
  }

  /** Reports so many changes a second for so long; gives how many there were. */
  async change(perSecond: number, seconds: number): Promise<number> {
    const begun = performance.now()
    const under = new Set<Promise<unknown>>()
    let made = 0
    for (let elapsed = 0; elapsed < seconds * 1000; elapsed = performance.now() - begun) {
      for (const due = (elapsed / 1000) * perSecond; made < due && under.size < AT_ONCE; made++) {
        const pod = this.#pods[(made * 7919) % this.#pods.length]!
        const reported = this.#report(pod, made + 1).finally(() => under.delete(reported))
        under.add(reported)
      }
      await new Promise(done => setTimeout(done, 20))
    }
    await Promise.all(under)
    return made
  }

  async end(): Promise<void> {
    this.#ended = true
    await this.#beating
  }

  async #addNode(name: string): Promise<void> {
    const { rest } = this.#lab
    await rest.request('POST', '/api/v1/nodes', { body: { metadata: { name } } })
    const resources = { cpu: '4', memory: '8Gi', pods: '110' }
    const now = new Date().toISOString()
    const ready = {
      type: 'Ready',
      status: 'True',
      reason: 'KubeletReady',
      lastHeartbeatTime: now,
      lastTransitionTime: now,
    }
    await patch(this.#lab, `/api/v1/nodes/${name}/status`, {
      status: { capacity: resources, allocatable: resources, conditions: [ready] },
    })
    await rest.request('POST', '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases', {
      body: { metadata: { name }, spec: { holderIdentity: name, leaseDurationSeconds: 40, renewTime: micro() } },
    })
  }

  async #beat(): Promise<void> {
    while (!this.#ended) {
      const begun = performance.now()
      for (let i = 0; i < this.#nodes.length && !this.#ended; i++) {
        await patch(this.#lab, `/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/${this.#nodes[i]}`, {
          spec: { renewTime: micro() },
        })
        // Spread over the time that there is.
        const early = begun + (i / this.#nodes.length) * BEAT_MS - performance.now()
        if (early > 20) await new Promise(done => setTimeout(done, early))
      }
    }
  }

  #report({ namespace, name }: { namespace: string; name: string }, restarts: number): Promise<void> {
    const startedAt = new Date().toISOString()
    const ready = restarts % 5 !== 4
    const status = {
      phase: 'Running',
      podIP: '10.1.0.1',
      startTime: startedAt,
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: startedAt }],
      containerStatuses: [
        {
          ...{ name: 'c', image: 'pause', imageID: 'pause', ready, started: true },
          ...{ restartCount: restarts % 100, state: { running: { startedAt } } },
        },
      ],
    }
    return patch(this.#lab, `/api/v1/namespaces/${namespace}/pods/${name}/status`, { status })
  }
}

const micro = () => new Date().toISOString().replace('Z', '000Z')

async function patch(lab: BenchLab, path: string, body: object): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return void (await lab.rest.requestText('PATCH', path, { body, contentType: MERGE }))
    } catch (error) {
      // A busy server closes connections that were idle just as they are used again; the same report twice changes nothing.
      if (!(error instanceof TransportError) || attempt === ATTEMPTS) throw error
    }
  }
}

async function each<T>(items: readonly T[], act: (item: T) => Promise<void>): Promise<void> {
  let next = 0
  const run = async () => {
    while (next < items.length) await act(items[next++]!)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, run))
}
