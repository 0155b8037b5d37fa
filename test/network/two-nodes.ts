import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { systemClock } from '../../engine/base/clock.ts'
import { inNetwork } from '../../engine/kubelet/runtime/bubblewrap/bubblewrap.ts'
import { HelperKeeper } from '../../engine/network/namespaces/keeper.ts'
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
  /** What makes its network namespaces, if the cluster has those. */
  keeper: HelperKeeper | undefined
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
  /** Runs any program of this machine in a pod with a network namespace. */
  start(on: TestNode, name: string, command: string[], pod?: Partial<PodToAttach>): Promise<TestProgram>
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

const HELPER = join(import.meta.dirname, '../../engine/network/namespaces/helper/main.py')

/** Two nodes of one cluster, with a fake API server between them. */
export async function startCluster(
  proxyMode: ProxyMode = 'iptables',
  { namespaces = false, ...more }: { namespaces?: boolean } & Pick<NodeNetworkConfig, 'patienceMs'> = {},
): Promise<TestCluster> {
  const api = new FakeApi()
  const dir = mkdtempSync(join(tmpdir(), 'kubarium-network-'))
  /** By the uid of their pod. */
  const children = new Map<string, Set<ChildProcess>>()
  const start = async (index: number): Promise<TestNode> => {
    const port = await freePort()
    const name = `worker-${index}`
    const address = `172.18.0.10${index}`
    const exposed: ExposedPort[][] = []
    const processesOf = (uid: string) => [...(children.get(uid) ?? [])].map(child => child.pid!)
    const processes = () => [...children.keys()].flatMap(processesOf)
    const keeper = namespaces
      ? await HelperKeeper.start({ program: HELPER, processes, clock: systemClock, log: silentLogger })
      : undefined
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
      {
        rest: api.rest,
        ingressRest: api.rest,
        clock: systemClock,
        random: seededRandom(index),
        log: silentLogger,
        namespaces: Promise.resolve(keeper),
        processesOf,
      },
    )
    api.put(PATHS.nodes, node(name, address, `10.244.${index}.0/24`, port))
    let stopping: Promise<void> | undefined
    return { network, keeper, port, exposed, stop: () => (stopping ??= network.stop()) }
  }
  const first = await start(1)
  const second = await start(2)
  await Promise.all([first.network.ready, second.network.ready])
  let serial = 0
  const program = (pod: Pick<TestProgram, 'ip' | 'uid' | 'env'>, child: ChildProcess): TestProgram => {
    children.set(pod.uid, (children.get(pod.uid) ?? new Set()).add(child))
    const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]()
    return { ...pod, child, line: async () => (await lines.next()).value as string }
  }
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
      return program({ ip, uid, env }, child)
    },
    async start(on, name, command, pod = {}) {
      const uid = pod.uid ?? `pod-${++serial}`
      const wanted = { uid, namespace: 'default', name, hostNetwork: false, ports: [], entersNamespace: true, ...pod }
      const { ip, env, namespace } = await on.network.attach(wanted)
      const resolv = join(dir, 'resolv.conf')
      writeFileSync(
        resolv,
        'search default.svc.cluster.local svc.cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n',
      )
      const [bwrap, ...before] = inNetwork(namespace!())
      const view = ['--unshare-user', '--uid', '1000', '--gid', '1000', '--bind', '/', '/', '--die-with-parent']
      const own = ['--unshare-pid', '--as-pid-1', '--ro-bind', resolv, '/etc/resolv.conf', '--proc', '/proc']
      const child = spawn(bwrap, [...before, ...view, ...own, '--', ...command], {
        env: { PATH: process.env.PATH, ...env, HOSTNAME: name, PYTHONUNBUFFERED: '1' },
        detached: platform.detachGroups,
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      return program({ ip, uid, env }, child)
    },
    async kill({ child }) {
      if (child.exitCode !== null || child.signalCode !== null) return
      const exited = once(child, 'exit')
      platform.killTree(child.pid!)
      await exited
    },
    async stop() {
      const left = [...children.values()].flatMap(of => [...of])
      const running = left.filter(child => child.exitCode === null && child.signalCode === null)
      const exits = running.map(child => once(child, 'exit'))
      for (const child of running) platform.killTree(child.pid!)
      await Promise.all(exits)
      await Promise.all([first.stop(), second.stop()])
      rmSync(dir, { recursive: true })
    },
  }
}
