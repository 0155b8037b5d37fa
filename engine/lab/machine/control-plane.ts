import { startAPIServer } from '../../apiserver/server.ts'
import { systemClock } from '../../base/clock.ts'
import { systemRandom } from '../../base/random.ts'
import { ensureAddons } from './addons.ts'
import { startCandidates } from './candidates.ts'
import type { ControlPlaneMachineConfig } from './config.ts'
import type { MachineContext, MachineRole } from './main.ts'
import { openStore } from './store.ts'

/** The store, API server, and the candidates for scheduler and controller manager, in this order. */
export async function startControlPlane(
  config: ControlPlaneMachineConfig,
  context: MachineContext,
): Promise<MachineRole> {
  const { log, tell, fail } = context
  const dependencies = { clock: systemClock, random: systemRandom }
  const ending = new AbortController()

  tell({ type: 'phase', phase: 'store' })
  const { store, stop: stopStore } = await openStore(config, log.child('store'), tell)
  tell({ type: 'phase', phase: 'api server' })
  const apiServer = await startAPIServer(
    {
      name: config.name,
      listen: { host: '127.0.0.1', port: config.ports.api },
      advertise: config.server,
      advertiseAddress: config.address,
      tls: config.serving,
      clientCA: config.ca,
      serviceAccount: {
        issuer: 'https://kubernetes.default.svc.cluster.local',
        audiences: ['https://kubernetes.default.svc.cluster.local'],
        privateKey: config.serviceAccount.privateKey,
        publicKeys: [config.serviceAccount.publicKey],
      },
      serviceClusterIPRange: config.serviceCIDR,
      nodePortRange: { from: 30_000, to: 32_767 },
      encryption: { key: config.encryptionKey },
      kubeletClient: config.kubeletClient,
      metrics: !config.bare,
    },
    { ...dependencies, store, log: log.child('apiserver') },
  )

  const candidates = await startCandidates({ config, ...dependencies, log }, ending.signal)
  for (const candidate of candidates.running) candidate.catch(fail)
  if (!config.bare) ensureAddons(candidates.manager, systemClock, log.child('addons'), ending.signal).catch(fail)
  tell({ type: 'phase', phase: 'ready' })

  return {
    ready: true,
    serve: socket => apiServer.serve(socket),
    async stop() {
      ending.abort(new Error('the machine stops'))
      await Promise.allSettled(candidates.running)
      await candidates.close()
      await apiServer.close()
      await stopStore()
    },
  }
}
