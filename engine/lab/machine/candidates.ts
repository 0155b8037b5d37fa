import type { Clock } from '../../base/clock.ts'
import type { Family } from '../../base/exposition.ts'
import type { Logger } from '../../base/log.ts'
import type { Random } from '../../base/random.ts'
import { runLeaderElection } from '../../client/leader-election.ts'
import { RestClient } from '../../client/rest.ts'
import { QueueMetrics } from '../../client/workqueue/metrics.ts'
import { SchedulerMetrics } from '../../scheduler/metrics.ts'
import { startComponentServer } from './component-server.ts'
import type { ControlPlaneMachineConfig } from './config.ts'

export interface CandidatesOptions {
  config: ControlPlaneMachineConfig
  clock: Clock
  random: Random
  log: Logger
}

export interface Candidates {
  /** Of the controller manager, which may do everything. */
  manager: RestClient
  /** One for each, which fails if a candidate cannot go on. */
  running: Promise<void>[]
  close(): Promise<void>
}

/** This master's candidates for scheduler and controller manager, and what each tells of itself, whether or not it leads. */
export async function startCandidates(options: CandidatesOptions, signal: AbortSignal): Promise<Candidates> {
  const { config, clock, random, log } = options
  const server = `https://127.0.0.1:${config.ports.api}`
  const client = (userAgent: string, identity: { cert: string; key: string }) =>
    new RestClient({ server, ca: config.ca, ...identity, userAgent })
  const scheduler = client('kube-scheduler', config.scheduler)
  const manager = client('kube-controller-manager', config.controllerManager)
  const started = clock.now() / 1_000
  const attempts = new SchedulerMetrics()
  const queues = new QueueMetrics(clock)

  const stand = async (
    name: 'kube-scheduler' | 'kube-controller-manager',
    [port, rest, own]: [number, RestClient, Logger],
    families: () => Family[],
    lead: (signal: AbortSignal) => Promise<void>,
  ) => {
    let leads = false
    const common = (): Family[] => [
      {
        ...{ name: 'leader_election_master_status', type: 'gauge', help: '1 for the one that leads.' },
        samples: [{ labels: { name }, value: leads ? 1 : 0 }],
      },
      {
        ...{ name: 'process_start_time_seconds', type: 'gauge', help: 'When it started, since the epoch.' },
        samples: [{ value: started }],
      },
    ]
    const { ca, serving } = config
    const web = await startComponentServer({
      ...{ port, ca, serving, rest, clock, log: own },
      families: () => [...common(), ...families()],
    })
    const identity = `${config.name}_${random.uuid()}`
    const onLeading = (now: boolean) => void (leads = now)
    return {
      web,
      running: runLeaderElection({ clock, random, name, identity, rest, log: own, onLeading, lead }, signal),
    }
  }

  const forScheduler = await stand(
    'kube-scheduler',
    [config.ports.scheduler, scheduler, log.child('scheduler')],
    () => attempts.families(),
    async term => {
      const { runScheduler } = await import('../../scheduler/scheduler.ts')
      await runScheduler({ clock, random, rest: scheduler, log: log.child('scheduler'), metrics: attempts }, term)
    },
  )
  const forControllers = await stand(
    'kube-controller-manager',
    [config.ports.controllers, manager, log.child('controllers')],
    () => queues.families(),
    async term => {
      const { runControllerManager } = await import('../../controllers/manager.ts')
      const { podCIDR, nodeMonitorGraceMs } = config
      const signing = { cert: config.ca, key: config.caKey }
      const rules = { rootCA: config.ca, podCIDR, nodeMonitorGraceMs, signing, withNodes: !config.bare }
      await runControllerManager(
        { clock, random, rest: manager, log: log.child('controllers'), queues, options: rules },
        term,
      )
    },
  )
  return {
    manager,
    running: [forScheduler.running, forControllers.running],
    async close() {
      await Promise.all([forScheduler.web.close(), forControllers.web.close()])
      scheduler.dispose()
      manager.dispose()
    },
  }
}
