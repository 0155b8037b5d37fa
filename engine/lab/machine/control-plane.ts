import { startAPIServer } from '../../apiserver/server.ts'
import { systemClock } from '../../base/clock.ts'
import { systemRandom } from '../../base/random.ts'
import { runLeaderElection } from '../../client/leader-election.ts'
import { RestClient } from '../../client/rest.ts'
import { ensureAddons } from './addons.ts'
import type { ControlPlaneMachineConfig } from './config.ts'
import type { MachineContext, MachineRole } from './main.ts'
import type { KeyPair } from '../pki.ts'
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

  const local = `https://127.0.0.1:${config.ports.api}`
  const client = (userAgent: string, identity: KeyPair) =>
    new RestClient({ server: local, ca: config.ca, ...identity, userAgent })
  const scheduler = client('kube-scheduler', config.scheduler)
  const manager = client('kube-controller-manager', config.controllerManager)
  const candidates = [
    runLeaderElection(
      {
        ...dependencies,
        name: 'kube-scheduler',
        identity: `${config.name}_${systemRandom.uuid()}`,
        rest: scheduler,
        log: log.child('scheduler'),
        lead: async signal => {
          const { runScheduler } = await import('../../scheduler/scheduler.ts')
          await runScheduler({ ...dependencies, rest: scheduler, log: log.child('scheduler') }, signal)
        },
      },
      ending.signal,
    ),
    runLeaderElection(
      {
        ...dependencies,
        name: 'kube-controller-manager',
        identity: `${config.name}_${systemRandom.uuid()}`,
        rest: manager,
        log: log.child('controllers'),
        lead: async signal => {
          const { runControllerManager } = await import('../../controllers/manager.ts')
          await runControllerManager(
            {
              ...dependencies,
              rest: manager,
              log: log.child('controllers'),
              options: {
                rootCA: config.ca,
                podCIDR: config.podCIDR,
                nodeMonitorGraceMs: config.nodeMonitorGraceMs,
                signing: { cert: config.ca, key: config.caKey },
                withNodes: !config.bare,
              },
            },
            signal,
          )
        },
      },
      ending.signal,
    ),
  ]
  for (const candidate of candidates) candidate.catch(fail)
  if (!config.bare) ensureAddons(manager, systemClock, log.child('addons'), ending.signal).catch(fail)
  tell({ type: 'phase', phase: 'ready' })

  return {
    ready: true,
    serve: socket => apiServer.serve(socket),
    async stop() {
      ending.abort(new Error('the machine stops'))
      await Promise.allSettled(candidates)
      await apiServer.close()
      scheduler.dispose()
      manager.dispose()
      await stopStore()
    },
  }
}
