import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { systemClock } from '../../base/clock.ts'
import { currentPlatform } from '../../base/platform/platform.ts'
import { systemRandom } from '../../base/random.ts'
import { RestClient } from '../../client/rest.ts'
import { startKubelet } from '../../kubelet/kubelet.ts'
import { DEFAULT_SETTINGS } from '../../kubelet/node/settings.ts'
import { recordedLeaders } from '../../kubelet/pods/leftovers.ts'
import { chooseRuntimes } from '../../kubelet/runtime/choose.ts'
import { namedPipesOn } from '../../kubelet/runtime/detached/named-pipes.ts'
import { enforcementOn, LimitEnforcer } from '../../kubelet/stats/limits.ts'
import { openMemoryFolder, removeMemoryFolder } from '../../kubelet/volumes/memory-folder.ts'
import { tryNetwork } from '../../kubelet/runtime/bubblewrap/probe.ts'
import type { RuntimeService } from '../../kubelet/runtime/service.ts'
import { choosePodNetwork } from '../../network/namespaces/choose.ts'
import { startNodeNetwork } from '../../network/node-network.ts'
import type { WorkerMachineConfig } from './config.ts'
import type { MachineContext, MachineRole } from './main.ts'
import { PODS_FILE } from '../leftovers.ts'
import { PodProcesses } from './pod-processes.ts'
import type { KeyPair } from '../pki.ts'

/** Put before every Node program of a pod; beside the bundle of this file. */
const OVERLAY_PRELOAD = fileURLToPath(new URL('./overlay-preload.mjs', import.meta.url))
/** Makes network namespaces for pods; beside that too. */
const NAMESPACE_HELPER = fileURLToPath(new URL('./namespace-helper/main.py', import.meta.url))

/** Network and kubelet. The pods' processes are children of this machine. */
export async function startWorker(
  config: WorkerMachineConfig,
  { log, tell, fail }: MachineContext,
): Promise<MachineRole> {
  const dependencies = { clock: systemClock, random: systemRandom }
  const platform = currentPlatform()
  const client = (userAgent: string, identity: KeyPair) =>
    new RestClient({ server: config.server, ca: config.ca, ...identity, userAgent })
  const kubeletClient = client('kubelet', config.kubelet)
  const proxyClient = client('kube-proxy', config.proxy)
  const ingressClient = client('ingress', config.ingress)

  const processes = new PodProcesses(platform, join(config.dir, PODS_FILE))
  // Commands of an earlier life have nobody any more who wants to know; of its containers the kubelet decides.
  const survivors = recordedLeaders(join(config.dir, 'pods'))
  const ended = processes.endAllBut(survivors)
  if (ended) log.info('ended commands that an earlier life left', { processes: ended })
  const runtimes = chooseRuntimes(config.runtime, {
    ...dependencies,
    platform,
    node: process.execPath,
    pipes: namedPipesOn(platform, join(config.dir, 'pipes'), log.child('runtime')),
    record: pid => processes.record(pid),
    programs: [OVERLAY_PRELOAD],
  })
  // Awaited below: until then its failure is nobody's.
  runtimes.catch(() => undefined)
  let runtime = undefined as RuntimeService | undefined
  const podNetwork = runtimes.then(({ handlers }) =>
    choosePodNetwork(config.podNetwork ?? 'auto', {
      ...dependencies,
      platform,
      log: log.child('network'),
      program: NAMESPACE_HELPER,
      enters: handlers.some(handler => handler.entersNetwork),
      tryOut: tryNetwork,
      processes: () => (runtime ? runtime.list() : survivors).map(({ pid }) => pid),
    }),
  )
  podNetwork.catch(() => undefined)
  tell({ type: 'phase', phase: 'network' })
  const network = await startNodeNetwork(
    {
      nodeName: config.name,
      address: config.address,
      proxyPort: config.ports.proxy,
      overlayKey: config.overlayKey,
      clusterDomain: config.clusterDomain,
      serviceCIDR: config.serviceCIDR,
      podCIDR: config.podCIDR,
      clusterDNS: dnsAddress(config.serviceCIDR),
      proxyMode: config.proxyMode,
      ipvsScheduler: config.ipvsScheduler ?? 'rr',
      preloadPath: OVERLAY_PRELOAD,
      stateFile: join(config.dir, 'addresses.json'),
      attachmentsFile: join(config.dir, 'attachments.json'),
      dnsPortFile: join(config.dir, 'dns-port'),
      dnsForward: config.dnsForward,
      ingressCertificate: config.ingressServing,
      expose: ports => tell({ type: 'expose', ports }),
    },
    {
      ...dependencies,
      rest: proxyClient,
      ingressRest: ingressClient,
      log: log.child('network'),
      namespaces: podNetwork.then(({ keeper }) => keeper),
      processesOf: uid => runtime?.list(uid).map(({ pid }) => pid) ?? [],
    },
  )

  tell({ type: 'phase', phase: 'kubelet' })
  runtime = await runtimes
  const { keeper, why } = await podNetwork
  if (why !== undefined) log.info('pods have no network namespaces', { why })
  const { podPidsLimit } = { ...DEFAULT_SETTINGS, ...config.settings }
  const limits = new LimitEnforcer({
    ...dependencies,
    platform,
    log: log.child('limits'),
    runtime,
    processes: podPidsLimit === -1 ? Infinity : podPidsLimit,
  })
  const kubelet = await startKubelet(
    {
      nodeName: config.name,
      address: config.address,
      dir: config.dir,
      imagesDir: config.imagesDir,
      addedImagesDir: config.addedImagesDir,
      port: config.ports.kubelet,
      serving: config.serving,
      clientCA: config.ca,
      capacity: config.capacity,
      settings: config.settings,
      leaseDurationSeconds: config.leaseDurationSeconds,
      clusterDomain: config.clusterDomain,
      labels: {},
      annotations: {
        ...network.annotations,
        'kubarium.io/resource-limits': enforcementOn(platform),
        'kubarium.io/pod-network': keeper ? 'namespaces' : 'overlay',
      },
      allowedHostPaths: config.allowedHostPaths,
      memoryFolder: openMemoryFolder(platform, config.dir),
      manifestsDir: join(config.dir, 'manifests'),
    },
    { ...dependencies, rest: kubeletClient, log: log.child('kubelet'), runtime, network, platform },
  )
  network.ready.catch(fail)
  tell({ type: 'phase', phase: 'ready' })

  return {
    get ready() {
      return kubelet.ready
    },
    serve: socket => network.serve(socket),
    onHostMessage(message) {
      if (message.type === 'exposed') network.exposed(message.ports)
    },
    async stop() {
      await kubelet.stop()
      removeMemoryFolder(platform, config.dir)
      limits.dispose()
      await network.stop()
      kubeletClient.dispose()
      proxyClient.dispose()
      ingressClient.dispose()
    },
  }
}

/** The tenth address of the services' range, where clusters have their DNS. */
function dnsAddress(serviceCIDR: string): string {
  const parts = serviceCIDR.split('/')[0].split('.').map(Number)
  parts[3] += 10
  return parts.join('.')
}
