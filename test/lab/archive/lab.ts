import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { systemClock } from '../../../engine/base/clock.ts'
import { silentLogger } from '../../../engine/base/log.ts'
import { currentPlatform } from '../../../engine/base/platform/platform.ts'
import { systemRandom } from '../../../engine/base/random.ts'
import { readTar, writeTar } from '../../../engine/kubelet/images/tar.ts'
import { loadLab, type LoadOptions } from '../../../engine/lab/archive/load.ts'
import { saveLab, type SaveOptions } from '../../../engine/lab/archive/save.ts'
import { requireLab } from '../../../engine/lab/client.ts'
import { labPaths, writeLabConfig } from '../../../engine/lab/config.ts'
import { Pki } from '../../../engine/lab/pki.ts'
import { planLab } from '../../../engine/lab/provision.ts'
import { startStoreWorker } from '../../../engine/store/remote.ts'
import { createAuthority } from '../../store/certificates.ts'
import { put, WORKER } from '../../store/cluster.ts'

export const platform = currentPlatform()
export const never = new AbortController().signal

/** A data folder with a lab that is down: all that a lab leaves on the disk, made without its machines. */
export class DownLab {
  readonly dataDir = mkdtempSync(join(tmpdir(), 'kubarium-archive-'))
  readonly name = 'shop'
  readonly archive = join(this.dataDir, 'shop.kubarium')

  get paths() {
    return labPaths(this.dataDir, this.name)
  }

  async make(): Promise<void> {
    const wanted = { name: this.name, masters: 1, workers: 1, bare: false, runtime: 'process' as const }
    const allowed = {
      allowedHostPaths: [{ path: '/srv', mode: 'rw' as const }],
      dnsForward: [{ address: '192.0.2.1', port: 53 }],
    }
    const config = await planLab({ ...wanted, ...allowed }, '2026-01-02T03:04:05.000Z', systemRandom)
    const { paths } = this
    for (const folder of [paths.root, paths.images, paths.machine('worker-1'), paths.logs])
      mkdirSync(folder, { recursive: true })
    writeLabConfig(paths, config)
    const pki = new Pki(paths.pki, systemRandom)
    await pki.authority()
    pki.serviceAccountKeys()
    pki.encryptionKey()
    writeFileSync(join(paths.machine('worker-1'), 'scratch'), 'what a pod wrote')
    writeFileSync(join(paths.images, 'settings.json'), '{"hostPrograms":true}')
    const image = join(paths.images, 'team_mine')
    mkdirSync(join(image, 'lib'), { recursive: true })
    writeFileSync(
      join(image, 'image.json'),
      JSON.stringify({ names: ['team/mine'], runs: 'node', entry: ['main.mjs'] }),
    )
    writeFileSync(join(image, 'main.mjs'), 'console.log(1)')
    writeFileSync(join(image, 'lib', `${'long-'.repeat(30)}명.mjs`), 'export {}')
    await this.#fill(paths.machine('master-1'), config.clusterId)
  }

  async #fill(dataDir: string, clusterId: string): Promise<void> {
    const listen = { host: '127.0.0.1', port: 0 }
    const store = await startStoreWorker(
      {
        clusterId,
        name: 'master-1',
        dataDir,
        listen,
        members: [{ name: 'master-1', ...listen }],
        tls: createAuthority()('master-1'),
      },
      { entry: WORKER, log: silentLogger },
    )
    await put(store, '/registry/configmaps/default/a', '{"a":1}')
    await put(store, '/registry/configmaps/default/b', '{"b":2}')
    await store.stop()
  }

  save(file = this.archive, options: Partial<SaveOptions & { name: string }> = {}) {
    return saveLab(requireLab(this.dataDir, options.name ?? this.name, platform), file, {
      ...{ dataDir: this.dataDir, platform, clock: systemClock, random: systemRandom, version: '1.2.3' },
      ...{ overwrite: false, signal: never, ...options },
    })
  }

  load(file = this.archive, options: Partial<LoadOptions> = {}) {
    return loadLab(file, { dataDir: this.dataDir, platform, random: systemRandom, signal: never, ...options })
  }

  remove(): void {
    rmSync(this.dataDir, { recursive: true, force: true })
  }
}

export interface Part {
  name: string
  content: Buffer
}

/** What is in an archive, to be changed and written again. */
export async function partsOf(archive: string): Promise<Part[]> {
  const parts: Part[] = []
  for await (const { name, content } of readTar(createReadStream(archive).pipe(createGunzip())))
    parts.push({ name, content: Buffer.from(content) })
  return parts
}

export async function writeArchive(file: string, parts: readonly Part[]): Promise<string> {
  const files = parts.map(({ name, content }) => ({ name, size: content.length, mode: 0o600, content: [content] }))
  await pipeline(Readable.from(writeTar(files)), createGzip(), createWriteStream(file))
  return file
}

export const sha256 = (content: Buffer) => createHash('sha256').update(content).digest('hex')
