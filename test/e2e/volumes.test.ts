import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { run as runCommand, eventually, has, TestLab } from './lab.ts'

const lab = new TestLab('volumes')
const allowed = join(lab.dataDir, 'allowed')
const fixed = join(lab.dataDir, 'fixed')
const inMemory = process.platform === 'linux' && existsSync('/dev/shm')

interface Mounts {
  volumes: object[]
  mounts: object[]
  run: string
  more?: object
}

/** Where the worker keeps files in memory. */
const memoryFolder = () => {
  const machine = join(lab.paths.folder, 'machines', 'worker-1')
  return join('/dev/shm', `kubarium-${createHash('sha256').update(machine).digest('hex').slice(0, 16)}`)
}

/** A pod of one shell that does what it is told with its volumes, at /v. */
const pod = (name: string, { volumes, mounts, run, more = {} }: Mounts) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels: { app: name } },
  spec: {
    restartPolicy: 'Never',
    terminationGracePeriodSeconds: 1,
    containers: [{ name: 'c', image: 'busybox', command: ['sh', '-c', run], volumeMounts: mounts }],
    volumes,
    ...more,
  },
})

const one = (name: string, volume: object, run: string, mount: object = {}, more: object = {}) =>
  pod(name, { volumes: [{ name: 'v', ...volume }], mounts: [{ name: 'v', mountPath: '/v', ...mount }], run, more })

describe.skipIf(!has('kubectl', 'version', '--client'))('volumes on a real worker (needs kubectl)', () => {
  beforeAll(async () => {
    mkdirSync(allowed)
    mkdirSync(fixed)
    writeFileSync(join(fixed, 'text'), 'from the machine')
    await lab.up('--masters', '1', '--workers', '1', '--allow-host-path', `${allowed}:rw`, '--allow-host-path', fixed)
    await eventually(async () => (await lab.kubectl('get', 'serviceaccount', 'default')).code === 0)
  })
  afterAll(async () => {
    const folder = inMemory ? memoryFolder() : undefined
    expect(folder === undefined || existsSync(folder)).toBe(true)
    // Also what a machine leaves that was killed.
    await lab.machine('kill', 'worker-1')
    await lab.remove()
    expect(folder !== undefined && existsSync(folder)).toBe(false)
  })

  const apply = async (...objects: object[]) => {
    const input = objects.map(o => JSON.stringify(o)).join('\n')
    const { code, stderr } = await runCommand('kubectl', ['--kubeconfig', lab.paths.kubeconfig, 'apply', '-f', '-'], {
      input,
    })
    expect([code, stderr]).toEqual([0, ''])
  }
  const says = async (name: string, text: string, withinMs = 20_000) => {
    let seen = ''
    await eventually(async () => (seen = (await lab.kubectl('logs', name)).stdout).includes(text), withinMs).catch(
      (error: unknown) => {
        throw new Error(`${name} said: ${seen}`, { cause: error })
      },
    )
  }
  const told = (name: string, reason: string, text: string) =>
    eventually(async () => {
      const selector = `involvedObject.name=${name},reason=${reason}`
      return (
        await lab.k('get', 'events', '--field-selector', selector, '-o', 'jsonpath={.items[*].message}')
      ).includes(text)
    })
  const config = (name: string, data: Record<string, string>) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name },
    data,
  })

  test('a ConfigMap, its keys, paths and modes are files, and a change is there within seconds', async () => {
    const items = [
      { key: 'a', path: 'deep/a', mode: 0o640 },
      { key: 'b', path: 'b' },
    ]
    await apply(
      config('settings', { a: 'first', b: 'other' }),
      one(
        'reader',
        { configMap: { name: 'settings', items, defaultMode: 0o444 } },
        'stat -L -c %a /v/deep/a /v/b; while true; do cat /v/deep/a; echo; sleep 0.2; done',
      ),
    )
    await says('reader', 'first')
    expect((await lab.k('logs', 'reader')).split('\n').slice(0, 2)).toEqual(['640', '444'])
    const begun = performance.now()
    await apply(config('settings', { a: 'second', b: 'other' }))
    await says('reader', 'second')
    expect(performance.now() - begun).toBeLessThan(15_000)
    await lab.k('delete', 'pod', 'reader', '--now')
  })

  test('a pod waits for a ConfigMap that is not there, and starts as soon as it comes', async () => {
    await apply(one('waits', { configMap: { name: 'late' } }, 'cat /v/k'))
    await told('waits', 'FailedMount', 'MountVolume.SetUp failed for volume "v" : configmap "late" not found')
    await apply(config('late', { k: 'came' }))
    await says('waits', 'came')
  })

  test('what is optional may be missing, and appears when it comes', async () => {
    await apply(
      one(
        'optional',
        { secret: { secretName: 'maybe', optional: true } },
        'ls -A /v | grep -v ^[.]; until cat /v/k; do sleep 0.2; done',
      ),
    )
    await eventually(
      async () => (await lab.k('get', 'pod', 'optional', '-o', 'jsonpath={.status.phase}')) === 'Running',
    )
    await lab.k('create', 'secret', 'generic', 'maybe', '--from-literal=k=now')
    await says('optional', 'now')
  })

  test('the downward API shows labels as they are now', async () => {
    const items = [{ path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } }]
    await apply(one('downward', { downwardAPI: { items } }, 'while true; do cat /v/labels; echo; sleep 0.2; done'))
    await says('downward', 'app="downward"')
    await lab.k('label', 'pod', 'downward', 'tier=front')
    await says('downward', 'tier="front"')
    await lab.k('delete', 'pod', 'downward', '--now')
  })

  test('projected: tokens for an audience, and trust bundles that may be missing', async () => {
    const sources = [
      { serviceAccountToken: { path: 'token', audience: 'vault', expirationSeconds: 600 } },
      { clusterTrustBundle: { name: 'none', path: 'ca.pem', optional: true } },
      { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'root.crt' }] } },
    ]
    await apply(
      one('projected', { projected: { sources } }, 'cat /v/token; echo; wc -c < /v/ca.pem; head -1 /v/root.crt'),
    )
    await says('projected', 'BEGIN CERTIFICATE')
    const [token, size] = (await lab.k('logs', 'projected')).split('\n')
    const claims = JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString()) as {
      aud: string[]
      exp: number
      iat: number
    }
    expect([claims.aud, claims.exp - claims.iat, size.trim()]).toEqual([['vault'], 600, '0'])
    await apply(one('bundle', { projected: { sources: [{ clusterTrustBundle: { name: 'x', path: 'x' } }] } }, 'true'))
    await told('bundle', 'FailedMount', 'clusterTrustBundle is not served by this node')
    await lab.k('delete', 'pod', 'bundle', '--now')
  })

  test('an emptyDir of medium Memory is in memory where the system keeps files there', async () => {
    const volume = { emptyDir: { medium: 'Memory' } }
    await apply(one('memory', volume, 'echo kept > /v/x; df -P /v | tail -1; cat /v/x; sleep 60'))
    await says('memory', 'kept')
    if (inMemory) expect(await lab.k('logs', 'memory')).toContain('tmpfs')
    else await told('memory', 'VolumeOnDisk', 'is kept on disk')
    await lab.k('delete', 'pod', 'memory', '--now')
    await apply(one('huge', { emptyDir: { medium: 'HugePages' } }, 'true'))
    await told('huge', 'FailedMount', 'emptyDir of medium HugePages is not served by this node')
    await lab.k('delete', 'pod', 'huge', '--now')
  })

  test('hostPath reaches folders of this machine that the lab allows, written to only where it says so', async () => {
    await apply(
      one('writes', { hostPath: { path: allowed, type: 'Directory' } }, 'echo hello > /v/file; ls /v'),
      one('reads', { hostPath: { path: fixed } }, 'cat /v/text', { readOnly: true }),
      one('refused', { hostPath: { path: fixed } }, 'echo no > /v/new'),
      one('own', { hostPath: { path: '/etc/passwd', type: 'File' } }, 'cat /v'),
    )
    await says('writes', 'file')
    expect(readFileSync(join(allowed, 'file'), 'utf8')).toBe('hello\n')
    await says('reads', 'from the machine')
    await told('refused', 'Failed', 'the lab allows it to be read only')
    expect(existsSync(join(fixed, 'new'))).toBe(false)
    await told('own', 'FailedMount', 'hostPath type check failed: /etc/passwd is not a file')
    const shown = (await lab.cli('show', 'volumes')).stdout
    expect(shown).toContain(`${allowed} (rw)`)
    expect(shown).toContain(`${fixed} (ro)`)
    await lab.k('delete', 'pod', 'refused', 'own', '--now')
  })

  test('the files of an image are a volume; one that there is not holds up the containers that mount it', async () => {
    await apply(
      one('image', { image: { reference: 'nginx' } }, 'grep -c runs /v/image.json'),
      one('no-image', { image: { reference: 'ngnix:9' } }, 'true'),
    )
    await says('image', '1')
    await eventually(async () =>
      /ErrImagePull|ImagePullBackOff/.test(
        await lab.k('get', 'pod', 'no-image', '-o', 'jsonpath={.status.containerStatuses[0].state.waiting.reason}'),
      ),
    )
    await told('no-image', 'Failed', 'near names: nginx')
    await lab.k('delete', 'pod', 'no-image', '--now')
  })

  test('subPathExpr takes its folder from a variable, and containers share what they share', async () => {
    const env = [{ name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }]
    const shell = (name: string, run: string, mount: object) => ({
      ...{ name, env, image: 'busybox', command: ['sh', '-c', run] },
      volumeMounts: [{ name: 'v', mountPath: '/v', ...mount }],
    })
    const containers = [
      shell('part', 'echo mine > /v/x; sleep 30', { subPathExpr: 'for/$(POD)' }),
      shell('whole', 'until cat /v/for/parts/x; do sleep 0.1; done', {}),
    ]
    await apply(pod('parts', { volumes: [{ name: 'v', emptyDir: {} }], mounts: [], run: '', more: { containers } }))
    await eventually(async () => (await lab.kubectl('logs', 'parts', '-c', 'whole')).stdout.includes('mine'))
    await lab.k('delete', 'pod', 'parts', '--now')
  })

  test.skipIf(process.getuid?.() !== 0)('fsGroup owns the files of volumes where the lab runs as root', async () => {
    // In a user namespace of its own a program sees no groups but its own.
    const more = { securityContext: { fsGroup: 2345 }, runtimeClassName: 'process' }
    await apply(one('grouped', { emptyDir: {} }, 'touch /v/x; stat -c "%g %a" /v; stat -c %g /v/x', {}, more))
    await says('grouped', '2345')
    const [folder, file] = (await lab.k('logs', 'grouped')).trim().split('\n')
    expect([folder.split(' ')[0], Number.parseInt(folder.split(' ')[1], 8) & 0o2070, file]).toEqual([
      '2345',
      0o2070,
      '2345',
    ])
  })
})
