import { createWriteStream, existsSync, mkdirSync, renameSync, statfsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { messageOf, UserError } from '../../base/errors.ts'
import type { Platform } from '../../base/platform/platform.ts'
import { freePorts } from '../../base/ports.ts'
import type { Random } from '../../base/random.ts'
import { ImageError, MANIFEST_FILE, readImage } from '../../kubelet/images/image.ts'
import { checkSnapshot, restoreMember } from '../../store/restore.ts'
import { checkLabName, labPaths, makeFolder, reservedPorts, writeLabConfig, type LabConfig } from '../config.ts'
import { explainDisk } from '../host-record.ts'
import { MASTER_PORTS, masterPorts, PREFERRED_API_PORT } from '../provision.ts'
import { damagedArchive, STORE_NAME, type ArchivedLab, type ArchiveManifest } from './manifest.ts'
import { walkArchive, type PassingFile } from './read.ts'
import { inWorkFolder } from './work-folder.ts'

export interface LoadOptions {
  dataDir: string
  platform: Platform
  random: Random
  /** What the lab is to be called; absent: as it was. */
  name?: string
  signal: AbortSignal
}

export interface LoadedLab {
  name: string
  manifest: ArchiveManifest
}

/**
 * Makes a new lab, which is down, of an archive. It is put together elsewhere and takes its place as a whole: after a refusal, an
 * interruption or a crash there is no trace of it among the labs.
 * @throws UserError
 */
export async function loadLab(file: string, options: LoadOptions): Promise<LoadedLab> {
  const { dataDir, platform, signal } = options
  if (options.name !== undefined) checkIsFree(dataDir, options.name)
  try {
    return await inWorkFolder(dataDir, platform, async folder => {
      const root = join(folder, 'labs', 'new')
      mkdirSync(root, { recursive: true, mode: 0o700 })
      const { manifest, name } = await unpack(file, folder, root, options)
      await build(file, manifest, name, join(folder, STORE_NAME), root, options)
      signal.throwIfAborted()
      const paths = labPaths(dataDir, name)
      makeFolder(dirname(paths.root))
      // Somebody may have made one of this name meanwhile.
      checkIsFree(dataDir, name)
      renameSync(root, paths.root)
      return { name, manifest }
    })
  } catch (error) {
    if (signal.aborted) throw new UserError('Loading the lab was given up.', 'Nothing was made.')
    throw explainDisk(error)
  }
}

function checkIsFree(dataDir: string, name: string): void {
  checkLabName(name)
  if (existsSync(labPaths(dataDir, name).root))
    throw new UserError(`There is a lab ${name} already.`, 'Choose another name with --name.')
}

async function unpack(
  file: string,
  folder: string,
  root: string,
  { dataDir, name: wanted, signal }: LoadOptions,
): Promise<{ manifest: ArchiveManifest; name: string }> {
  let manifest: ArchiveManifest | undefined
  for await (const step of walkArchive(file, signal)) {
    if ('manifest' in step) {
      manifest = step.manifest
      checkIsFree(dataDir, wanted ?? manifest.lab.name)
      checkRoom(manifest, dataDir)
    } else await write(step, step.name === STORE_NAME ? folder : root, signal)
  }
  return { manifest: manifest!, name: wanted ?? manifest!.lab.name }
}

/** Names were checked with the manifest: none leads out of the folder. */
async function write({ name, executable, content }: PassingFile, root: string, signal: AbortSignal): Promise<void> {
  const path = join(root, name)
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  await pipeline(content, createWriteStream(path, { flags: 'wx', mode: executable ? 0o700 : 0o600 }), { signal })
}

/** The store is there once for each master, and twice while it is put there. */
function checkRoom({ files, lab }: ArchiveManifest, dataDir: string): void {
  const masters = lab.machines.filter(machine => machine.role === 'control-plane').length
  const needed = files.reduce((sum, { name, bytes }) => sum + bytes * (name === STORE_NAME ? masters + 2 : 1), 0)
  const { bavail, bsize } = statfsSync(dataDir)
  if (bavail * bsize < needed)
    throw new UserError(
      `The lab needs ${Math.ceil(needed / (1 << 20))} MiB, and the disk has ${Math.floor((bavail * bsize) / (1 << 20))} MiB left.`,
      'Free some space, or choose a folder on another disk with --data-dir.',
    )
}

async function build(
  file: string,
  manifest: ArchiveManifest,
  name: string,
  snapshot: string,
  root: string,
  { dataDir, platform, random }: LoadOptions,
): Promise<void> {
  for (const folder of new Set(manifest.files.flatMap(each => /^images\/[^/]+/.exec(each.name)?.[0] ?? [])))
    checkImage(join(root, folder), file)
  try {
    checkSnapshot(snapshot)
  } catch (error) {
    throw damagedArchive(file, `its store cannot be used (${messageOf(error).replace(/\.$/, '')})`)
  }
  const config = await planOf(manifest.lab, name, random.uuid(), reservedPorts(dataDir), platform)
  const masters = config.machines.filter(machine => machine.role === 'control-plane')
  const members = masters.map(master => ({
    name: master.name,
    peerURL: `https://127.0.0.1:${master.ports.peer}`,
  }))
  for (const master of masters)
    restoreMember(snapshot, join(root, 'machines', master.name), master.name, { clusterId: config.clusterId, members })
  writeLabConfig({ ...labPaths(dataDir, name), config: join(root, 'lab.json') }, config)
}

function checkImage(dir: string, file: string): void {
  try {
    readImage(dir)
  } catch (error) {
    if (!(error instanceof ImageError)) throw error
    throw damagedArchive(file, `an image in it cannot be used (${error.problems.join('; ')}, in ${MANIFEST_FILE})`)
  }
}

/** The same machines and settings, an identity of its own, and ports that are free here. */
async function planOf(
  lab: ArchivedLab,
  name: string,
  clusterId: string,
  reserved: ReadonlySet<number>,
  platform: Platform,
): Promise<LabConfig> {
  const [apiServer] = await freePorts(1, [PREFERRED_API_PORT], reserved)
  const count = 4 + lab.machines.reduce((sum, { role }) => sum + (role === 'worker' ? 2 : MASTER_PORTS), 0)
  const ports = await freePorts(count, [], new Set([...reserved, apiServer]))
  const next = () => ports.pop()!
  const { bare, createdAt, network, nodeMonitorGraceMs, kubelet, lastMaster } = lab
  // Namespaces are Linux's own; elsewhere the lab runs its pods as it can.
  const isolates = platform.name === 'linux'
  return {
    ...{ formatVersion: 1, name, clusterId, createdAt, bare },
    ports: { apiServer, labServer: next(), proxy: next(), ingressHTTP: next(), ingressHTTPS: next() },
    network: {
      ...{ podCIDR: network.podCIDR, serviceCIDR: network.serviceCIDR, clusterDomain: network.clusterDomain },
      proxyMode: network.proxyMode,
      ...(network.ipvsScheduler && { ipvsScheduler: network.ipvsScheduler }),
    },
    nodeMonitorGraceMs,
    ...(kubelet && { kubelet }),
    lastMaster,
    ...(lab.runtime && { runtime: isolates ? lab.runtime : 'auto' }),
    ...(lab.podNetwork && { podNetwork: isolates ? lab.podNetwork : 'auto' }),
    machines: lab.machines.map(machine => {
      const { name, address } = machine
      return machine.role === 'worker'
        ? { role: 'worker', name, address, ports: { kubelet: next(), proxy: next() }, capacity: machine.capacity }
        : { role: 'control-plane', name, address, ports: masterPorts(next), store: 'member' }
    }),
  }
}
