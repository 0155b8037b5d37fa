import { spawn, spawnSync } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock } from '../../../engine/base/clock.ts'
import { silentLogger } from '../../../engine/base/log.ts'
import { freePorts } from '../../../engine/base/ports.ts'
import { systemRandom } from '../../../engine/base/random.ts'
import { Pki } from '../../../engine/lab/pki.ts'
import { connectEtcd } from '../../../engine/store/etcd-client/client.ts'
import { startStoreWorker } from '../../../engine/store/remote.ts'
import type { StoreMemberConfig, StoreWorker } from '../../../engine/store/remote.ts'
import { WORKER } from '../cluster.ts'

export interface Tls {
  ca: string
  cert: string
  key: string
}

/** Whether a program is installed. */
export function isInstalled(program: string): boolean {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined
}

/** Certificates of an authority in `folder`, good for loopback, each also as files beside it. */
export async function certificates(
  folder: string,
): Promise<(name: string, organizations?: string[]) => Promise<Tls & { args: string[] }>> {
  const pki = new Pki(join(folder, 'pki'), systemRandom)
  const { cert: ca } = await pki.authority()
  writeFileSync(join(folder, 'ca.crt'), ca)
  return async (name, organizations) => {
    const pair = await pki.issue({
      file: name,
      commonName: name,
      organizations,
      server: true,
      client: true,
      dnsNames: ['localhost'],
      addresses: ['127.0.0.1'],
    })
    const [certFile, keyFile] = [join(folder, `${name}.crt`), join(folder, `${name}.key`)]
    writeFileSync(certFile, pair.cert)
    writeFileSync(keyFile, pair.key, { mode: 0o600 })
    return { ca, ...pair, args: [`--cacert=${join(folder, 'ca.crt')}`, `--cert=${certFile}`, `--key=${keyFile}`] }
  }
}

export interface Cluster {
  endpoints: string[]
  client: Tls & { args: string[] }
  stop(): Promise<void>
}

/** Configurations of members that serve etcd's API on loopback ports. */
export async function configureMembers(
  folder: string,
  names: string[],
): Promise<{ configs: StoreMemberConfig[]; client: Tls & { args: string[] } }> {
  const issue = await certificates(folder)
  const ports = await freePorts(names.length * 2)
  const members = names.map((name, i) => ({ name, host: '127.0.0.1', port: ports[i]! }))
  const configs: StoreMemberConfig[] = []
  for (const [i, { name, host, port }] of members.entries()) {
    const { ca, cert, key } = await issue(name)
    configs.push({
      clusterId: 'test',
      name,
      dataDir: join(folder, name),
      listen: { host, port },
      members,
      tls: { ca, cert, key },
      client: { host, port: ports[names.length + i]! },
    })
  }
  return { configs, client: await issue('client') }
}

/** Our members, each in a worker thread of this process. */
export async function startMembers(folder: string, names: string[]): Promise<Cluster & { stores: StoreWorker[] }> {
  const { configs, client } = await configureMembers(folder, names)
  const stores = await Promise.all(
    configs.map(config => startStoreWorker(config, { entry: WORKER, log: silentLogger })),
  )
  return {
    endpoints: configs.map(config => `127.0.0.1:${config.client!.port}`),
    client,
    stores,
    async stop() {
      await Promise.all(stores.map(store => store.stop()))
    },
  }
}

/** A member of etcd itself, as a process. */
export interface EtcdProcess {
  name: string
  endpoint: string
  process: ChildProcess
  /** What to start it with again. */
  args: string[]
}

/** Members of etcd itself, over TLS for clients and among each other. */
export async function startEtcd(folder: string, names: string[]): Promise<Cluster & { processes: EtcdProcess[] }> {
  const issue = await certificates(folder)
  const ports = await freePorts(names.length * 2)
  const peer = (i: number) => `https://127.0.0.1:${ports[i]}`
  await issue('server')
  const processes = names.map((name, i) => {
    const endpoint = `127.0.0.1:${ports[names.length + i]}`
    const args = [
      `--name=${name}`,
      `--data-dir=${join(folder, name)}`,
      `--listen-peer-urls=${peer(i)}`,
      `--initial-advertise-peer-urls=${peer(i)}`,
      `--listen-client-urls=https://${endpoint}`,
      `--advertise-client-urls=https://${endpoint}`,
      `--initial-cluster=${names.map((other, j) => `${other}=${peer(j)}`).join(',')}`,
      '--client-cert-auth',
      `--trusted-ca-file=${join(folder, 'ca.crt')}`,
      `--cert-file=${join(folder, 'server.crt')}`,
      `--key-file=${join(folder, 'server.key')}`,
      '--peer-client-cert-auth',
      `--peer-trusted-ca-file=${join(folder, 'ca.crt')}`,
      `--peer-cert-file=${join(folder, 'server.crt')}`,
      `--peer-key-file=${join(folder, 'server.key')}`,
      '--log-level=error',
    ]
    return { name, endpoint, args, process: launchEtcd(args) }
  })
  const client = await issue('client')
  return {
    endpoints: processes.map(({ endpoint }) => endpoint),
    client,
    processes,
    async stop() {
      await Promise.all(processes.map(member => kill(member.process)))
    },
  }
}

/** Ended with this process, if not before. */
export function launchEtcd(args: string[]): ChildProcess {
  const child = spawn('etcd', args, { stdio: ['ignore', 'ignore', process.env.ETCD_LOG ? 'inherit' : 'ignore'] })
  const end = () => child.kill('SIGKILL')
  process.on('exit', end)
  child.once('exit', () => process.off('exit', end))
  return child
}

export function kill(child: ChildProcess): Promise<void> {
  return new Promise(resolve => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve()
    child.once('exit', () => resolve())
    child.kill('SIGKILL')
  })
}

export function connect(cluster: Pick<Cluster, 'endpoints' | 'client'>, requestTimeoutMs = 20_000) {
  const { ca, cert, key } = cluster.client
  const { endpoints } = cluster
  return connectEtcd({ endpoints, tls: { ca, cert, key }, log: silentLogger, clock: systemClock, requestTimeoutMs })
}
