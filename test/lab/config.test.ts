import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { currentPlatform } from '../../engine/base/platform/platform.ts'
import { seededRandom } from '../../engine/base/random.ts'
import {
  checkLabName,
  labPaths,
  makeFolder,
  readLabConfig,
  reservedPorts,
  writeLabConfig,
} from '../../engine/lab/config.ts'
import { findHost, takeHostRecord } from '../../engine/lab/host-record.ts'
import { endLeftovers, recordIdentity } from '../../engine/lab/leftovers.ts'
import { Pki } from '../../engine/lab/pki.ts'
import { planLab, planWorker, repairPorts } from '../../engine/lab/provision.ts'

let folder: string
const platform = currentPlatform()
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kubarium-lab-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))
const plan = (more: object = {}) =>
  planLab({ name: 'x', masters: 3, workers: 2, bare: false, ...more }, '2026-01-01T00:00:00Z', seededRandom(1))

describe('a new lab', () => {
  test('gives every machine an address and ports of its own', async () => {
    const config = await plan()
    expect(config.machines.map(m => m.name)).toEqual(['master-1', 'master-2', 'master-3', 'worker-1', 'worker-2'])
    const ports = [
      config.ports.apiServer,
      config.ports.labServer,
      config.ports.proxy,
      ...config.machines.flatMap(m => Object.values(m.ports)),
    ]
    expect(new Set(ports).size).toBe(ports.length)
    expect(new Set(config.machines.map(m => m.address)).size).toBe(5)
    const added = await planWorker({ ...config, machines: config.machines.filter(m => m.name !== 'worker-1') })
    expect(added.name).toBe('worker-1')
  })

  test('takes no port that another lab will want back', async () => {
    const first = await plan()
    const paths = labPaths(folder, 'first')
    makeFolder(paths.root)
    writeLabConfig(paths, first)
    const reserved = reservedPorts(folder)
    const second = await planLab(
      { name: 'y', masters: 1, workers: 1, bare: false },
      '2026-01-01T00:00:00Z',
      seededRandom(3),
      reserved,
    )
    const ports = [...Object.values(second.ports), ...second.machines.flatMap(m => Object.values(m.ports))]
    expect(reserved.size).toBe(24)
    expect(ports.filter(p => reserved.has(p))).toEqual([])
  })

  test('refuses what makes no cluster, with a way out', async () => {
    await expect(plan({ masters: 4 })).rejects.toMatchObject({ advice: expect.stringContaining('1, 3 or 5') })
    await expect(plan({ workers: 99 })).rejects.toMatchObject({ advice: 'Use 0 to 50.' })
    for (const name of ['', '../x', 'A', 'a b', '-a', 'x'.repeat(40)])
      expect(() => checkLabName(name)).toThrow('cannot be the name')
  })

  test('moves ports that others have taken meanwhile, but not the address that kubeconfigs name', async () => {
    const config = await plan()
    const server = createServer()
    await new Promise<void>(done => server.listen((config.machines[0].ports as { api: number }).api, '127.0.0.1', done))
    const before = structuredClone(config)
    expect(await repairPorts(config)).toBe(true)
    expect(config.machines[0].ports).not.toEqual(before.machines[0].ports)
    expect(config.machines.slice(1)).toEqual(before.machines.slice(1))
    await new Promise(done => server.close(done))
  })
})

describe("a lab's folder", () => {
  test('a config is read as it was written; a damaged one is named, with a way out', async () => {
    const paths = labPaths(folder, 'x')
    makeFolder(paths.root)
    expect(readLabConfig(paths)).toBeUndefined()
    const config = await plan()
    writeLabConfig(paths, config)
    expect(readLabConfig(paths)).toEqual(config)
    writeFileSync(paths.config, '{"formatVersion": 9}')
    expect(() => readLabConfig(paths)).toThrow(/format version 9/)
    writeFileSync(paths.config, '{"half')
    expect(() => readLabConfig(paths)).toThrow(/is damaged/)
  })

  test('a file in the way is said', () => {
    writeFileSync(join(folder, 'file'), '')
    expect(() => makeFolder(join(folder, 'file', 'sub'))).toThrow(/cannot be made/)
  })

  test('belongs to one living host at a time, and to nobody when that is dead', () => {
    const paths = labPaths(folder, 'x')
    makeFolder(paths.root)
    const record = takeHostRecord(paths, platform)
    expect(findHost(paths, platform)).toMatchObject({ pid: process.pid })
    expect(() => takeHostRecord(paths, platform)).toThrow(/is up already/)
    writeFileSync(paths.host, JSON.stringify({ ...record, started: 'another time' }))
    expect(findHost(paths, platform)).toBeUndefined()
    expect(takeHostRecord(paths, platform).pid).toBe(process.pid)
  })

  test('what a machine left behind is found by identity and ended; a stranger with its pid is spared', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'], { stdio: 'ignore' })
    const gone = new Promise(done => child.once('exit', done))
    writeFileSync(join(folder, 'processes.jsonl'), JSON.stringify({ pid: child.pid, started: 'not then' }) + '\n{"torn')
    expect(endLeftovers(platform, folder)).toEqual([])
    recordIdentity(platform, folder, child.pid!)
    expect(endLeftovers(platform, folder).map(p => p.pid)).toEqual([child.pid])
    await gone
  })
})

describe('certificates', () => {
  test('are made once, carry names and groups, and hang from the authority', async () => {
    const pki = new Pki(join(folder, 'pki'), seededRandom(2))
    const request = {
      file: 'n',
      commonName: 'system:node:n',
      organizations: ['system:nodes'],
      client: true,
      server: true,
      dnsNames: ['n'],
      addresses: ['127.0.0.1'],
    }
    const pair = await pki.issue(request)
    const certificate = new X509Certificate(pair.cert)
    const authority = new X509Certificate((await pki.authority()).cert)
    expect(certificate.verify(authority.publicKey)).toBe(true)
    expect(certificate.subject).toBe('CN=system:node:n\nO=system:nodes')
    expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1')
    expect(await pki.issue(request)).toEqual(pair)
    expect(Buffer.from(pki.encryptionKey(), 'base64').length).toBe(32)
  })

  test('are made once for all who ask at the same time, and hang from one authority', async () => {
    const pki = new Pki(join(folder, 'at-once'), seededRandom(3))
    const client = (file: string) => pki.issue({ file, commonName: file, client: true })
    const [a, same, b] = await Promise.all([client('a'), client('a'), client('b')])
    expect(same).toEqual(a)
    const authority = new X509Certificate((await pki.authority()).cert)
    for (const { cert } of [a, b]) expect(new X509Certificate(cert).verify(authority.publicKey)).toBe(true)
  })

  test('are made anew where the halves are of two', async () => {
    const where = join(folder, 'halves')
    const pki = new Pki(where, seededRandom(4))
    const client = (file: string) => pki.issue({ file, commonName: file, client: true })
    const other = await client('other')
    await client('mine')
    writeFileSync(join(where, 'mine.key'), other.key)
    const { cert, key } = await client('mine')
    expect(new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))).toBe(true)
    expect(await client('mine')).toEqual({ cert, key })
  })
})
