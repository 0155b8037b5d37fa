import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream, existsSync, lstatSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import type { Clock } from '../../base/clock.ts'
import { UserError } from '../../base/errors.ts'
import type { Platform } from '../../base/platform/platform.ts'
import type { Random } from '../../base/random.ts'
import { MANIFEST_FILE, readImage } from '../../kubelet/images/image.ts'
import { writeTar, type TarFile } from '../../kubelet/images/tar.ts'
import { snapshotOfFiles } from '../../store/offline-snapshot.ts'
import { checkSnapshot } from '../../store/restore.ts'
import type { LabEntry } from '../client.ts'
import { EtcdAdmin } from '../etcd-admin.ts'
import { explainDisk, takeHostRecord } from '../host-record.ts'
import { Pki } from '../pki.ts'
import { etcdClientCertificate } from '../provision.ts'
import { describeLab, KEY_FILES, MANIFEST_NAME, newManifest, STORE_NAME, type ArchiveManifest } from './manifest.ts'
import { inWorkFolder } from './work-folder.ts'

export interface SaveOptions {
  dataDir: string
  platform: Platform
  clock: Clock
  random: Random
  /** Of this Kubarium. */
  version: string
  /** Whether the archive may take the place of a file. */
  overwrite: boolean
  signal: AbortSignal
}

/**
 * Writes a lab into one file: settings, keys, images that were added, and a snapshot of its store. A lab that is up goes on
 * meanwhile; one that is down cannot be started until it is done. The file is there whole or not at all, for its owner alone.
 * @throws UserError
 */
export async function saveLab(lab: LabEntry, file: string, options: SaveOptions): Promise<ArchiveManifest> {
  const { dataDir, platform, overwrite, signal } = options
  const path = resolve(file)
  if (lab.config.etcd)
    throw new UserError(
      `Lab ${lab.name} keeps its state in etcd, which has tools of its own.`,
      `Save it there: etcdctl --endpoints=${lab.config.etcd.endpoints.join(',')} snapshot save FILE`,
    )
  if (!existsSync(dirname(path))) throw new UserError(`There is no folder ${dirname(path)}.`, 'Make it first.')
  if (existsSync(path) && !overwrite)
    throw new UserError(`There is a file ${path} already.`, 'Choose another name, or replace it with --overwrite.')
  const temporary = `${path}.${process.pid}.part`
  try {
    return await inWorkFolder(dataDir, platform, async folder => {
      const store = join(folder, STORE_NAME)
      await takeSnapshot(lab, store, options)
      signal.throwIfAborted()
      const { manifest, sources } = await gather(lab, store, options)
      await pipeline(
        Readable.from(writeTar(contentOf(manifest, sources))),
        createGzip(),
        createWriteStream(temporary, { mode: 0o600, flush: true }),
        { signal },
      )
      renameSync(temporary, path)
      return manifest
    })
  } catch (error) {
    if (signal.aborted) throw new UserError(`Saving the lab ${lab.name} was given up.`, 'No file was made.')
    throw explainDisk(error)
  } finally {
    rmSync(temporary, { force: true })
  }
}

async function takeSnapshot(lab: LabEntry, target: string, { platform, random, signal }: SaveOptions): Promise<void> {
  const { config, paths } = lab
  const masters = config.machines.filter(machine => machine.role === 'control-plane')
  if (!lab.host) {
    // Whoever wants to start it meanwhile is told who has it.
    takeHostRecord(paths, platform)
    try {
      snapshotOfFiles(
        masters.map(master => join(paths.machine(master.name), 'store.db')),
        target,
      )
    } finally {
      rmSync(paths.host, { force: true })
    }
    return
  }
  const pki = new Pki(paths.pki, random)
  const endpoints = masters.map(master => ({ name: master.name, port: master.ports.etcd }))
  const admin = new EtcdAdmin(endpoints, (await pki.authority()).cert, await etcdClientCertificate(pki))
  try {
    const leader = (await admin.status()).find(view => view.leader)
    if (!leader)
      throw new UserError(
        `The masters of lab ${lab.name} have no leader, so nobody can say what they agree on.`,
        `More than half of them must run: kubarium lab raft status. Or save it while it is down.`,
      )
    await pipeline(
      Readable.from(admin.snapshot(leader.name)),
      createWriteStream(target, { mode: 0o600, flush: true }),
      { signal },
    )
  } finally {
    admin.close()
  }
}

interface Source {
  name: string
  path: string
}

async function gather(
  { config, paths }: LabEntry,
  store: string,
  { clock, version }: SaveOptions,
): Promise<{ manifest: ArchiveManifest; sources: Source[] }> {
  const { revision, keys } = checkSnapshot(store)
  const pki = KEY_FILES.map((name): Source => ({ name, path: join(paths.root, name) }))
  const missing = pki.find(({ path }) => !existsSync(path))
  if (missing)
    throw new UserError(
      `${missing.path} is missing, without which the lab cannot be read again.`,
      `Was the lab ever up? Start it: kubarium lab up ${config.name}`,
    )
  const folders = imageFolders(paths.images)
  const images = folders.map(dir => readImage(dir))
  const sources = [
    ...pki,
    ...folders.flatMap(dir => filesIn(dir).map((path): Source => ({ name: nameOf(path, paths.root), path }))),
    { name: STORE_NAME, path: store },
  ]
  const files = []
  for (const { name, path } of sources) files.push({ name, ...(await digestOf(path)) })
  const manifest = newManifest({
    productVersion: version,
    savedAt: new Date(clock.now()).toISOString(),
    lab: describeLab(config),
    store: { revision, keys },
    images: images.map(image => image.names[0]),
    files,
  })
  return { manifest, sources }
}

function* contentOf(manifest: ArchiveManifest, sources: readonly Source[]): Generator<TarFile> {
  const text = Buffer.from(JSON.stringify(manifest, null, 2) + '\n')
  yield { name: MANIFEST_NAME, size: text.length, mode: 0o600, content: [text] }
  for (const [i, { name, path }] of sources.entries()) {
    const mode = lstatSync(path).mode & 0o100 ? 0o700 : 0o600
    yield { name, size: manifest.files[i].bytes, mode, content: createReadStream(path) }
  }
}

function imageFolders(images: string): string[] {
  if (!existsSync(images)) return []
  return readdirSync(images, { withFileTypes: true })
    .filter(entry => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(entry => join(images, entry.name))
    .filter(dir => existsSync(join(dir, MANIFEST_FILE)))
    .sort()
}

function filesIn(dir: string): string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
    .sort()
}

function nameOf(path: string, root: string): string {
  return relative(root, path).replaceAll('\\', '/')
}

async function digestOf(path: string): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256')
  let bytes = 0
  for await (const piece of createReadStream(path) as AsyncIterable<Buffer>) {
    hash.update(piece)
    bytes += piece.length
  }
  return { bytes, sha256: hash.digest('hex') }
}
