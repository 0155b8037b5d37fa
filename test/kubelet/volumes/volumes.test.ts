import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import type { Pod, Volume } from '../../../engine/api/types.ts'
import { storageViolation } from '../../../engine/kubelet/volumes/empty-dir.ts'
import {
  containerMounts,
  mountVolumes,
  removePodDir,
  type VolumeDependencies,
} from '../../../engine/kubelet/volumes/volumes.ts'

const base = realpathSync(mkdtempSync(join(tmpdir(), 'kubarium-volumes-')))
afterAll(() => rmSync(base, { recursive: true, force: true }))

let count = 0
let podDir: string
let objects: Record<string, unknown>
beforeEach(() => {
  podDir = join(base, `n${count++}`, 'pods', 'uid')
  objects = {}
})

const pod = (volumes: object[], containers: object[] = [{ name: 'c' }]) =>
  ({
    metadata: { name: 'p', namespace: 'ns', uid: 'uid', labels: { app: 'web' }, annotations: {} },
    spec: { volumes: volumes as Volume[], containers },
  }) as unknown as Pod

const dependencies = (more: Partial<VolumeDependencies> = {}): VolumeDependencies => ({
  podDir,
  sources: {
    configMap: (_ns: string, name: string) => Promise.resolve(objects[`cm/${name}`]),
    secret: (_ns: string, name: string) => Promise.resolve(objects[`secret/${name}`]),
    services: () => [],
    podIP: '10.0.0.5',
    hostIP: '10.0.0.1',
    allocatable: { cpu: '4', memory: '8Gi' },
  } as unknown as VolumeDependencies['sources'],
  token: (audience, seconds) => Promise.resolve(`token for ${audience} ${seconds}`),
  ...more,
})

const mount = async (volume: object, more?: Partial<VolumeDependencies>) =>
  (await mountVolumes(pod([{ name: 'v', ...volume }]), dependencies(more))).get('v')!
const read = (...path: string[]) => readFileSync(join(...path), 'utf8')
const mode = (...path: string[]) => statSync(join(...path)).mode & 0o777
const posix = process.platform !== 'win32'

describe('volumes of API objects', () => {
  test('a ConfigMap has a file for each key, text and binary, with the default mode', async () => {
    objects['cm/m'] = { data: { a: 'x' }, binaryData: { b: Buffer.from([1]).toString('base64') } }
    const folder = await mount({ configMap: { name: 'm', defaultMode: 0o640 } })
    expect([read(folder, 'a'), [...readFileSync(join(folder, 'b'))]]).toEqual(['x', [1]])
    if (posix) expect(mode(folder, 'a')).toBe(0o640)
  })

  test('items choose keys, paths in folders and modes', async () => {
    objects['secret/s'] = { data: { k: Buffer.from('v').toString('base64'), other: 'eA==' } }
    const folder = await mount({ secret: { secretName: 's', items: [{ key: 'k', path: 'deep/er/k', mode: 0o400 }] } })
    expect(read(folder, 'deep/er/k')).toBe('v')
    if (posix) expect(mode(folder, 'deep/er/k')).toBe(0o400)
    expect(existsSync(join(folder, 'other'))).toBe(false)
  })

  test('all files change together: a reader that holds the folder sees old or new ones, never both', async () => {
    objects['cm/m'] = { data: { a: '1', b: '1', gone: '1' } }
    const volume = { configMap: { name: 'm' } }
    const folder = await mount(volume)
    const before = realpathSync(join(folder, '..data'))
    expect(readlinkSync(join(folder, 'a'))).toBe('..data/a')
    await mount(volume)
    expect(realpathSync(join(folder, '..data'))).toBe(before)
    objects['cm/m'] = { data: { a: '2', b: '2' } }
    await mount(volume)
    expect([read(folder, 'a'), read(folder, 'b'), existsSync(join(folder, 'gone'))]).toEqual(['2', '2', false])
    expect(realpathSync(join(folder, '..data'))).not.toBe(before)
    expect(existsSync(before)).toBe(false)
    expect(lstatSync(join(folder, 'gone'), { throwIfNoEntry: false })).toBeUndefined()
  })

  test('what is missing is said as Kubernetes says it, unless it is optional', async () => {
    const failed = (text: string) => `MountVolume.SetUp failed for volume "v" : ${text}`
    await expect(mount({ configMap: { name: 'm' } })).rejects.toThrow(failed('configmap "m" not found'))
    await expect(mount({ secret: { secretName: 's' } })).rejects.toThrow(failed('secret "s" not found'))
    expect(existsSync(await mount({ configMap: { name: 'm', optional: true } }))).toBe(true)
    objects['cm/m'] = { data: {} }
    objects['secret/s'] = { data: {} }
    const items = [{ key: 'k', path: 'k' }]
    await expect(mount({ configMap: { name: 'm', items } })).rejects.toThrow(
      failed('configmap references non-existent config key: k'),
    )
    await expect(mount({ secret: { secretName: 's', items } })).rejects.toThrow(
      failed('references non-existent secret key: k'),
    )
    expect(existsSync(await mount({ configMap: { name: 'm', items, optional: true } }))).toBe(true)
  })

  test('paths that would leave the volume are refused', async () => {
    objects['cm/m'] = { data: { k: 'x' } }
    await expect(mount({ configMap: { name: 'm', items: [{ key: 'k', path: '../k' }] } })).rejects.toThrow('leads out')
  })

  test('the downward API gives fields and resources as files', async () => {
    const items = [
      { path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } },
      { path: 'mem', resourceFieldRef: { containerName: 'c', resource: 'limits.memory', divisor: '1Mi' } },
    ]
    const it = pod([{ name: 'v', downwardAPI: { items } }], [{ name: 'c', resources: { limits: { memory: '64Mi' } } }])
    const folder = (await mountVolumes(it, dependencies())).get('v')!
    expect([read(folder, 'labels'), read(folder, 'mem')]).toEqual(['app="web"', '64'])
  })

  test('a projected volume puts all its sources together, tokens with their audience and life', async () => {
    objects['cm/m'] = { data: { 'ca.crt': 'pem' } }
    const sources = [
      { serviceAccountToken: { audience: 'vault', expirationSeconds: 600, path: 'token' } },
      { configMap: { name: 'm', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
      { downwardAPI: { items: [{ path: 'namespace', fieldRef: { fieldPath: 'metadata.namespace' } }] } },
    ]
    let token = 'first'
    const asked: unknown[] = []
    const more = { token: (...args: unknown[]) => (asked.push(args), Promise.resolve(token)) }
    const volume = { projected: { sources, defaultMode: 0o440 } }
    const folder = await mount(volume, more)
    expect(['token', 'ca.crt', 'namespace'].map(f => read(folder, f))).toEqual(['first', 'pem', 'ns'])
    if (posix) expect(mode(folder, 'token')).toBe(0o440)
    token = 'second'
    await mount(volume, more)
    expect(read(folder, 'token')).toBe('second')
    expect(asked[0]).toEqual(['vault', 600])
  })

  test('containers may not write to them', async () => {
    objects['cm/m'] = { data: { a: 'x' } }
    const paths = await mountVolumes(pod([{ name: 'v', configMap: { name: 'm' } }]), dependencies())
    expect(containerMounts([{ name: 'v', mountPath: '/etc/x' }], paths)[0].readOnly).toBe(true)
  })
})

test('one volume that cannot be had does not keep the others from being refreshed', async () => {
  objects['cm/m'] = { data: { a: '1' } }
  const it = pod([
    { name: 'bad', configMap: { name: 'none' } },
    { name: 'good', configMap: { name: 'm' } },
  ])
  await expect(mountVolumes(it, dependencies())).rejects.toThrow('"bad"')
  expect(read(podDir, 'volumes/good/a')).toBe('1')
})

test('types that need a storage system are refused with the way out', async () => {
  await expect(mount({ nfs: { server: 's', path: '/' } })).rejects.toThrow(
    'MountVolume.SetUp failed for volume "v" : volumes of type nfs are not served by this node; use emptyDir',
  )
})

test('an image can be looked into', async () => {
  const image = (reference: string) => Promise.resolve(join(base, reference))
  expect(await mount({ image: { reference: 'models' } }, { image })).toBe(join(base, 'models'))
})

describe('emptyDir', () => {
  test('of medium Memory is where the system keeps files in memory, and goes with the pod', async () => {
    const memoryFolder = join(base, 'shm')
    mkdirSync(memoryFolder, { recursive: true })
    const folder = await mount({ emptyDir: { medium: 'Memory' } }, { memoryFolder })
    expect(folder.startsWith(memoryFolder)).toBe(true)
    writeFileSync(join(folder, 'x'), '1')
    expect(await mount({ emptyDir: { medium: 'Memory' } }, { memoryFolder })).toBe(folder)
    expect(read(folder, 'x')).toBe('1')
    removePodDir(podDir)
    expect([existsSync(folder), existsSync(podDir)]).toEqual([false, false])
  })

  test('beyond its limit, or a container beyond its own, is a reason to evict, in the words of Kubernetes', async () => {
    const limited = pod(
      [{ name: 'v', emptyDir: { sizeLimit: '1Mi' } }],
      [{ name: 'c', resources: { limits: { 'ephemeral-storage': '1Mi' } } }],
    )
    const paths = await mountVolumes(limited, dependencies())
    const containerDir = (name: string) => join(podDir, 'containers', name)
    expect(await storageViolation(limited, paths, containerDir)).toBeUndefined()
    mkdirSync(join(paths.get('v')!, 'deep'))
    writeFileSync(join(paths.get('v')!, 'deep', 'x'), Buffer.alloc(2 << 20, 1))
    expect(await storageViolation(limited, paths, containerDir)).toBe(
      'Usage of EmptyDir volume "v" exceeds the limit "1Mi". ',
    )
    rmSync(join(paths.get('v')!, 'deep'), { recursive: true })
    mkdirSync(containerDir('c'), { recursive: true })
    writeFileSync(join(containerDir('c'), 'x'), Buffer.alloc(2 << 20, 1))
    expect(await storageViolation(limited, paths, containerDir)).toBe(
      'Container c exceeded its local ephemeral storage limit "1Mi". ',
    )
  })
})

describe('hostPath', () => {
  const at = (path: string, type?: string, more?: Partial<VolumeDependencies>) =>
    mount({ hostPath: { path, type } }, more)

  test("is in the node's own file system, which its pods share", async () => {
    const folder = await at('/data', 'DirectoryOrCreate')
    expect(folder).toBe(join(podDir, '../../host/data'))
    expect(await at('/data', 'Directory')).toBe(folder)
    expect(await at('/other')).toBe(join(podDir, '../../host/other'))
  })

  test("means the user's machine in folders that the lab allows, and there alone", async () => {
    const allowed = join(base, 'allowed')
    mkdirSync(allowed, { recursive: true })
    expect(await at(allowed, 'Directory', { allowedHostPaths: [{ path: allowed, mode: 'rw' }] })).toBe(allowed)
    const beside = await at(`${allowed}-not`, '', { allowedHostPaths: [{ path: allowed, mode: 'rw' }] })
    expect(beside.startsWith(join(podDir, '../../host'))).toBe(true)
  })

  test('is checked and made as its type asks', async () => {
    expect(statSync(await at('/etc/app.conf', 'FileOrCreate')).isFile()).toBe(true)
    const fails = (path: string, type: string, what: string) =>
      expect(at(path, type)).rejects.toThrow(`hostPath type check failed: ${path} is not ${what}`)
    await fails('/none', 'Directory', 'a directory')
    await fails('/none', 'File', 'a file')
    await fails('/etc', 'File', 'a file')
    await fails('/etc', 'FileOrCreate', 'a file')
    await fails('/etc/app.conf', 'DirectoryOrCreate', 'a directory')
    await fails('/etc/app.conf', 'Socket', 'a socket file')
    await fails('/etc/app.conf', 'CharDevice', 'a character device')
    await fails('/etc/app.conf', 'BlockDevice', 'a block device')
    await expect(at('/etc', 'Pipe')).rejects.toThrow('Pipe is an invalid volume type')
  })

  test.skipIf(!posix)('finds sockets', async () => {
    const folder = await at('/run')
    const server = createServer()
    await new Promise<void>(resolve => server.listen(join(folder, 's'), resolve))
    try {
      expect(await at('/run/s', 'Socket')).toBe(join(folder, 's'))
    } finally {
      server.close()
    }
  })

  test.skipIf(!posix)("does not follow links out of the node's file system", async () => {
    symlinkSync('/etc', join(await at('/data'), 'out'))
    await expect(at('/data/out/ssl')).rejects.toThrow('leads out of the volume')
  })
})

describe('subPath', () => {
  const mounts = (folder: string, more: object, env?: Record<string, string>) =>
    containerMounts([{ name: 'v', mountPath: '/data/', ...more }], new Map([['v', folder]]), {
      env,
      containerName: 'c',
    })

  test('is made where it is missing; a variable may be in it, one that is not there is an error', async () => {
    const folder = await mount({ emptyDir: {} })
    expect(mounts(folder, { subPath: 'a/b' })[0]).toEqual({
      containerPath: '/data',
      hostPath: join(realpathSync(folder), 'a/b'),
      readOnly: false,
    })
    expect(existsSync(join(folder, 'a/b'))).toBe(true)
    expect(mounts(folder, { subPathExpr: '$(POD)/x' }, { POD: 'p-0' })[0].hostPath).toBe(
      join(realpathSync(folder), 'p-0/x'),
    )
    expect(() => mounts(folder, { subPathExpr: '$(NONE)' })).toThrow('missing value for "NONE"')
  })

  test('does not leave the volume, by dots or by links that a container has made', async () => {
    const folder = await mount({ emptyDir: {} })
    expect(() => mounts(folder, { subPath: '../x' })).toThrow("must not contain '..'")
    expect(() => mounts(folder, { subPath: '/x' })).toThrow('must not be an absolute path')
    if (!posix) return
    symlinkSync('/etc', join(folder, 'out'))
    symlinkSync('..', join(folder, 'up'))
    symlinkSync('.', join(folder, 'here'))
    // The name under which the kubelet keeps what it writes makes a container's folder no folder of the kubelet's.
    symlinkSync('.', join(folder, '..data'))
    for (const subPath of ['out', 'out/ssl', 'up', 'here/up/x'])
      expect(() => mounts(folder, { subPath })).toThrow(
        'failed to prepare subPath for volumeMount "v" of container "c"',
      )
    expect(mounts(folder, { subPath: 'here/in' })[0].hostPath).toBe(join(realpathSync(folder), 'in'))
  })

  test('a single file of a ConfigMap can be mounted', async () => {
    objects['cm/m'] = { data: { 'nginx.conf': 'x' } }
    const folder = await mount({ configMap: { name: 'm' } })
    expect(read(mounts(folder, { subPath: 'nginx.conf' })[0].hostPath)).toBe('x')
  })
})
