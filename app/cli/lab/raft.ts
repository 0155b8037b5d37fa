import { createWriteStream, existsSync, renameSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { UserError } from '../../../engine/base/errors.ts'
import { systemRandom } from '../../../engine/base/random.ts'
import { LabClient, requireLab, type LabEntry } from '../../../engine/lab/client.ts'
import { writeLabConfig, type ControlPlaneSpec } from '../../../engine/lab/config.ts'
import type { EtcdAdmin } from '../../../engine/lab/etcd-admin.ts'
import { etcdClientCertificate } from '../../../engine/lab/provision.ts'
import { Pki } from '../../../engine/lab/pki.ts'
import type { LabOptions } from './commands.ts'
import { printTable } from './table.ts'

/** `lab raft status` */
export async function raftStatus(name: string, options: LabOptions): Promise<void> {
  const lab = running(name, options)
  const views = await withAdmin(lab, admin => admin.status())
  printTable([
    ['MASTER', 'ENDPOINT', 'ID', 'ROLE', 'TERM', 'INDEX', 'APPLIED', 'REVISION', 'DB SIZE', 'NOTE'],
    ...views.map(v =>
      v.failure !== undefined
        ? [v.name, v.endpoint, '-', '-', '-', '-', '-', '-', '-', v.failure]
        : [
            v.name,
            v.endpoint,
            v.id!.toString(16),
            v.leader ? 'leader' : v.learner ? 'learner' : 'follower',
            ...[v.term, v.raftIndex, v.appliedIndex, v.revision].map(String),
            `${Math.round(v.dbSize! / 1024)} KiB`,
            v.errors!.join('; '),
          ],
    ),
  ])
  const file = (part: string) => join(lab.paths.pki, part)
  console.log(`
With etcd's own tool:
  export ETCDCTL_API=3 ETCDCTL_ENDPOINTS=${views.map(v => v.endpoint).join(',')}
  export ETCDCTL_CACERT=${file('ca.crt')} ETCDCTL_CERT=${file('etcd-client.crt')} ETCDCTL_KEY=${file('etcd-client.key')}`)
}

/** `lab raft members` */
export async function raftMembers(name: string, options: LabOptions): Promise<void> {
  const members = await withAdmin(running(name, options), admin => admin.members())
  printTable([
    ['NAME', 'ID', 'PEER', 'CLIENT', 'VOTES'],
    ...members.map(m => [
      m.name,
      m.id.toString(16),
      m.peerURLs.join(' '),
      m.clientURLs.join(' ') || '-',
      m.isLearner ? 'no' : 'yes',
    ]),
  ])
}

/** `lab raft transfer` */
export async function raftTransfer(name: string, to: string, options: LabOptions): Promise<void> {
  await withAdmin(running(name, options), admin => admin.transfer(to))
  console.log(`${to} leads.`)
}

/** `lab raft log` */
export async function raftLog(
  name: string,
  master: string | undefined,
  tail: number,
  options: LabOptions,
): Promise<void> {
  const lab = requireLab(options.dataDir, name, options.platform)
  checkOwnStore(lab)
  const masters = mastersOf(lab)
  const spec = master === undefined ? masters[0] : masters.find(m => m.name === master)
  if (!spec)
    throw new UserError(`Lab ${name} has no master ${master}.`, `They are: ${masters.map(m => m.name).join(', ')}.`)
  const file = join(lab.paths.machine(spec.name), 'store.db')
  if (!existsSync(file)) throw new UserError(`${spec.name} has no log yet.`, `Start the lab: kubarium lab up ${name}`)
  const { readLog } = await import('../../../engine/store/inspect.ts')
  for (const { index, term, bytes, member, commands } of readLog(file, tail))
    console.log(
      `${String(index).padStart(8)}  term ${term}  ${String(bytes).padStart(6)} B  ${member.padEnd(10)}  ${commands.join(' | ')}`,
    )
}

/** `lab raft add` and `remove`: a master, with its machine. */
export async function raftAdd(name: string, options: LabOptions): Promise<void> {
  const added = await new LabClient(running(name, options)).addMachine('control-plane')
  console.log(`${added.name} takes part, and has a vote.`)
}

export async function raftRemove(name: string, master: string, options: LabOptions): Promise<void> {
  const lab = running(name, options)
  if (!mastersOf(lab).some(m => m.name === master))
    throw new UserError(`Lab ${name} has no master ${master}.`, `See: kubarium lab raft members ${name}`)
  await new LabClient(lab).removeMachine(master)
  console.log(`${master} is removed.`)
}

/** `lab raft snapshot` */
export async function raftSnapshot(
  name: string,
  file: string,
  master: string | undefined,
  options: LabOptions,
): Promise<void> {
  const path = resolve(file)
  if (existsSync(path)) throw new UserError(`There is a file ${path} already.`, 'Choose another name, or remove it.')
  const temporary = `${path}.part`
  try {
    await withAdmin(running(name, options), admin =>
      pipeline(Readable.from(admin.snapshot(master)), createWriteStream(temporary, { mode: 0o600, flush: true })),
    )
    const { checkSnapshot } = await import('../../../engine/store/restore.ts')
    const { revision, keys } = checkSnapshot(temporary)
    renameSync(temporary, path)
    console.log(`${path} holds ${keys} keys as of revision ${revision}.`)
  } finally {
    rmSync(temporary, { force: true })
  }
}

/** `lab raft restore`: every master of a lab that is down begins with the snapshot. */
export async function raftRestore(name: string, file: string, options: LabOptions): Promise<void> {
  const lab = requireLab(options.dataDir, name, options.platform)
  if (lab.host) throw new UserError(`Lab ${name} is up.`, `Stop it first: kubarium lab down ${name}`)
  checkOwnStore(lab)
  const path = resolve(file)
  const { checkSnapshot, restoreMember } = await import('../../../engine/store/restore.ts')
  const { revision, keys } = checkSnapshot(path)
  // A cluster of its own: what an old member still has under way must not reach it.
  lab.config.clusterId = systemRandom.uuid()
  const masters = mastersOf(lab)
  const members = masters.map(m => ({ name: m.name, peerURL: `https://127.0.0.1:${m.ports.peer}` }))
  for (const master of masters) {
    restoreMember(path, lab.paths.machine(master.name), master.name, { clusterId: lab.config.clusterId, members })
    master.store = 'member'
  }
  writeLabConfig(lab.paths, lab.config)
  console.log(`Lab ${name} will begin with ${keys} keys as of revision ${revision}: kubarium lab up ${name}`)
}

function mastersOf(lab: LabEntry): ControlPlaneSpec[] {
  return lab.config.machines.filter(m => m.role === 'control-plane')
}

function checkOwnStore({ name, config }: LabEntry): void {
  if (config.etcd)
    throw new UserError(
      `Lab ${name} keeps its state in etcd, which has tools of its own.`,
      `Use them: etcdctl --endpoints=${config.etcd.endpoints.join(',')} endpoint status`,
    )
}

function running(name: string, { dataDir, platform }: LabOptions): LabEntry {
  const lab = requireLab(dataDir, name, platform)
  if (!lab.host) throw new UserError(`Lab ${name} is down.`, `Start it: kubarium lab up ${name}`)
  checkOwnStore(lab)
  return lab
}

async function withAdmin<T>(lab: LabEntry, act: (admin: EtcdAdmin) => Promise<T>): Promise<T> {
  const { EtcdAdmin } = await import('../../../engine/lab/etcd-admin.ts')
  const pki = new Pki(lab.paths.pki, systemRandom)
  const endpoints = mastersOf(lab).map(m => ({ name: m.name, port: m.ports.etcd }))
  const admin = new EtcdAdmin(endpoints, (await pki.authority()).cert, await etcdClientCertificate(pki))
  try {
    return await act(admin)
  } finally {
    admin.close()
  }
}
