import { sleep, type Clock } from '../base/clock.ts'
import { UserError } from '../base/errors.ts'
import type { ControlPlaneSpec, LabConfig } from './config.ts'
import type { EtcdAdmin } from './etcd-admin.ts'
import { etcdClientCertificate, planMaster } from './provision.ts'
import type { Pki } from './pki.ts'

const PROMOTE_LIMIT_MS = 60_000
const LOOK_MS = 200

/** What the lab host does about machines. */
export interface MachineKeeper {
  clock: Clock
  config: LabConfig
  pki: Pki
  /** Writes the config down. */
  save(): void
  /** Makes a machine of the config and starts it. */
  start(spec: ControlPlaneSpec): Promise<void>
  /** Stops a machine for good and forgets it. */
  discard(name: string): Promise<void>
  /** Why a machine does not run any more, if it does not. */
  failureOf(name: string): string | undefined
}

/**
 * Adds a master to a lab that runs: its store member joins as a learner, gets what the others have, and then a vote.
 * Gives its name. @throws UserError
 */
export async function addMaster(lab: MachineKeeper): Promise<string> {
  if (lab.config.etcd) return addToEtcd(lab)
  return withAdmin(lab, async admin => {
    const spec = await planMaster(lab.config)
    const id = await admin.add(spec.name, spec.ports.peer, true)
    lab.config.lastMaster = Math.max(lab.config.lastMaster, Number(spec.name.replace(/\D/g, '')))
    lab.config.machines.push(spec)
    lab.save()
    try {
      await lab.start(spec)
      await promoted(lab, admin, spec.name, id)
    } catch (error) {
      await admin.remove(spec.name)
      await lab.discard(spec.name)
      throw error
    }
    spec.store = 'member'
    lab.save()
    return spec.name
  })
}

/** The members of a real etcd are not ours: a master more only talks to it. */
async function addToEtcd(lab: MachineKeeper): Promise<string> {
  const spec = await planMaster(lab.config)
  lab.config.lastMaster = Number(spec.name.replace(/\D/g, ''))
  lab.config.machines.push({ ...spec, store: 'member' })
  lab.save()
  await lab.start(spec)
  return spec.name
}

async function promoted(lab: MachineKeeper, admin: EtcdAdmin, name: string, id: bigint): Promise<void> {
  const end = lab.clock.monotonic() + PROMOTE_LIMIT_MS
  while (!(await admin.promote(id))) {
    const failure = lab.failureOf(name)
    if (failure !== undefined) throw new UserError(`${name} did not come up: ${failure}`, 'See its log, machine.log.')
    if (lab.clock.monotonic() > end)
      throw new UserError(
        `${name} has not caught up with the others in time.`,
        'Try again when the laptop is less busy.',
      )
    await sleep(lab.clock, LOOK_MS)
  }
}

/** Takes a master away: first out of the store, whose other members go on without it. @throws UserError */
export async function removeMaster(lab: MachineKeeper, name: string): Promise<void> {
  if (lab.config.machines.filter(m => m.role === 'control-plane').length === 1)
    throw new UserError(`${name} is the only master.`, 'Remove the lab instead: kubarium lab delete NAME')
  if (!lab.config.etcd) await withAdmin(lab, admin => admin.remove(name))
  await lab.discard(name)
}

async function withAdmin<T>(lab: MachineKeeper, act: (admin: EtcdAdmin) => Promise<T>): Promise<T> {
  // gRPC is large, and few need it.
  const { EtcdAdmin } = await import('./etcd-admin.ts')
  const masters = lab.config.machines.filter(m => m.role === 'control-plane')
  const endpoints = masters.map(({ name, ports }) => ({ name, port: ports.etcd }))
  const admin = new EtcdAdmin(endpoints, (await lab.pki.authority()).cert, await etcdClientCertificate(lab.pki))
  try {
    return await act(admin)
  } finally {
    admin.close()
  }
}
