import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { systemClock } from '../../engine/base/clock.ts'
import { currentPlatform } from '../../engine/base/platform/platform.ts'
import { silentLogger } from '../../engine/base/log.ts'
import { freePort } from '../../engine/base/ports.ts'
import { seededRandom } from '../../engine/base/random.ts'
import type { ExposedPort } from '../../engine/network/exposure.ts'
import {
  startNodeNetwork,
  type NodeNetwork,
  type NodeNetworkConfig,
  type PodToAttach,
} from '../../engine/network/node-network.ts'
import type { ProxyMode } from '../../engine/network/services/balancer.ts'
import { FakeApi, node, PATHS } from './fake-api.ts'

export interface TestNode {
  network: NodeNetwork
  port: number
  exposed: ExposedPort[][]
  /** Ends its network, before the cluster does. */
  stop(): Promise<void>
}

export interface TestCluster {
  api: FakeApi
  first: TestNode
  second: TestNode
  /** Runs a Node program in a pod; `line` resolves with the next line that it prints. */
  run(
    on: TestNode,
    name: string,
    source: string,
    pod?: Partial<PodToAttach>,
    env?: Record<string, string>,
  ): Promise<TestProgram>
  /** Ends the program and what it started. */
  kill(program: TestProgram): Promise<void>
  stop(): Promise<void>
}

export interface TestProgram {
  ip: string
  uid: string
  env: Record<string, string>
  child: ChildProcess
  line(): Promise<string>
}

/** By which the gateways of a test's nodes know each other. */
export const OVERLAY_KEY = 'shared by the nodes of a test'

const platform = currentPlatform()
const PRELOAD = join(import.meta.dirname, '../../engine/network/preload/main.ts')

/** Two nodes of one cluster, with a fake API server between them. */
export async function startCluster(
  proxyMode: ProxyMode = 'iptables',
  more: Pick<NodeNetworkConfig, 'patienceMs'> = {},
): Promise<TestCluster> {
  const api = new FakeApi()
  const dir = mkdtempSync(join(tmpdir(), 'kubarium-network-'))
  const children = new Set<ChildProcess>()
  const start = async (index: number): Promise<TestNode> => {
    const port = await freePort()
    const name = `worker-${index}`
    const address = `172.18.0.10${index}`
    const exposed: ExposedPort[][] = []
    const network = await startNodeNetwork(
      {
        nodeName: name,
        address,
        proxyPort: port,
        overlayKey: OVERLAY_KEY,
        clusterDomain: 'cluster.local',
        serviceCIDR: '10.96.0.0/16',
        podCIDR: '10.244.0.0/16',
        clusterDNS: '10.96.0.10',
        proxyMode,
        ipvsScheduler: 'rr',
        preloadPath: PRELOAD,
        stateFile: join(dir, `${name}.json`),
        ingressCertificate: { cert: '', key: '' },
        expose: ports => void exposed.push(ports),
        ...more,
      },
      { rest: api.rest, ingressRest: api.rest, clock: systemClock, random: seededRandom(index), log: silentLogger },
    )
    api.put(PATHS.nodes, node(name, address, `10.244.${index}.0/24`, port))
    let stopping: Promise<void> | undefined
    return { network, port, exposed, stop: () => (stopping ??= network.stop()) }
  }
  const first = await start(1)
  const second = await start(2)
  await Promise.all([first.network.ready, second.network.ready])
  let serial = 0
  return {
    api,
    first,
    second,
    async run(on, name, source, pod = {}, extra = {}) {
      const uid = `pod-${++serial}`
      const { ip, env } = await on.network.attach({
        uid,
        namespace: 'default',
        name,
        hostNetwork: false,
        ports: [],
        ...pod,
      })
      const child = spawn(process.execPath, ['--input-type=module', '-e', source], {
        env: { PATH: process.env.PATH, ...env, HOSTNAME: name, ...extra },
        detached: platform.detachGroups,
        stdio: ['pipe', 'pipe', 'inherit'],
      })
      children.add(child)
      const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]()
      return { ip, uid, env, child, line: async () => (await lines.next()).value as string }
    },
    async kill({ child }) {
      if (child.exitCode !== null || child.signalCode !== null) return
      const exited = once(child, 'exit')
      platform.killTree(child.pid!)
      await exited
    },
    async stop() {
      const exits = [...children].filter(c => c.exitCode === null && c.signalCode === null).map(c => once(c, 'exit'))
      for (const child of children)
        if (child.exitCode === null && child.signalCode === null) platform.killTree(child.pid!)
      await Promise.all(exits)
      await Promise.all([first.stop(), second.stop()])
      rmSync(dir, { recursive: true })
    },
  }
}
