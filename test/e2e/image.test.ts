import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually, has, TestLab } from './lab.ts'

const lab = new TestLab('images')
const image = (...args: string[]) => lab.cli('image', ...args, '--lab', 'images')

describe.skipIf(!has('kubectl', 'version', '--client'))('images of a lab (needs kubectl)', () => {
  beforeAll(async () => {
    await lab.up('--masters', '1', '--workers', '1')
    await eventually(async () => (await lab.kubectl('get', 'serviceaccount', 'default')).code === 0)
  })
  afterAll(() => lab.remove())

  const waiting = (pod: string) =>
    lab.k('get', 'pod', pod, '-o', 'jsonpath={.status.containerStatuses[0].state.waiting.reason}')
  const messages = (pod: string) =>
    lab.k('get', 'events', '--field-selector', `involvedObject.name=${pod}`, '-o', 'jsonpath={.items[*].message}')

  test('an image is built, packed, added, run with the policy Never, and removed', async () => {
    const folder = join(lab.dataDir, 'greeter')
    mkdirSync(folder)
    writeFileSync(join(folder, 'main.mjs'), 'console.log(`hello ${process.argv[2]}`)')
    const manifest = { names: ['team/greeter'], tags: ['v1'], runs: 'node', entry: ['main.mjs'], cmd: ['world'] }
    writeFileSync(join(folder, 'image.json'), JSON.stringify(manifest))
    const file = join(lab.dataDir, 'greeter.tar')

    // What is not there yet may come while a pod waits for it.
    await lab.k('run', 'greeter', '--image=team/greeter:v1', '--image-pull-policy=Never', '--restart=Never')
    await eventually(async () => (await waiting('greeter')) === 'ErrImageNeverPull')
    expect(await messages('greeter')).toContain(
      'Container image "team/greeter:v1" is not present with pull policy of Never',
    )

    // It needs no lab.
    expect(await lab.cli('image', 'build', folder, '--file', file)).toMatchObject({ code: 0, stderr: '' })
    expect((await image('add', file)).stdout).toContain('Image team/greeter is added')
    await lab.k('wait', '--for=jsonpath={.status.phase}=Succeeded', 'pod/greeter', '--timeout=40s')
    expect(await lab.k('logs', 'greeter')).toBe('hello world\n')
    expect((await image('list')).stdout).toMatch(/team\/greeter +v1 +added/)
    expect((await image('show', 'team/greeter')).stdout).toMatch(/Digest: +sha256:/)
    await eventually(async () =>
      (await lab.k('get', 'node', 'worker-1', '-o', 'jsonpath={.status.images[*].names}')).includes('team/greeter:v1'),
    )
    expect((await image('remove', 'team/greeter')).stdout).toContain('is removed')
    expect((await image('show', 'team/greeter')).code).not.toBe(0)
  })

  test('an image that came with Kubarium cannot be removed', async () => {
    const { code, stderr } = await image('remove', 'nginx')
    expect([code !== 0, stderr]).toEqual([true, expect.stringContaining('came with Kubarium')])
  })

  test('an image that there is not is ErrImagePull, then ImagePullBackOff, with near names', async () => {
    await lab.k('run', 'odd', '--image=ngnix:1.25')
    await eventually(async () => (await waiting('odd')) === 'ImagePullBackOff')
    expect(await messages('odd')).toContain('near names: nginx')
  })

  test('programs of this machine run once the lab allows it', async () => {
    await lab.k('run', 'host', '--image=host/echo', '--restart=Never', '--', 'from the machine')
    await eventually(async () => (await messages('host')).includes('kubarium lab image host allow'))
    await lab.k('delete', 'pod', 'host', '--now')
    expect((await lab.status()).hostPrograms).toBe('ask')
    expect((await image('host', 'allow')).stdout).toContain('may run programs')
    expect((await lab.status()).hostPrograms).toBe('allow')
    await lab.k('run', 'host', '--image=host/echo', '--restart=Never', '--', 'from the machine')
    await lab.k('wait', '--for=jsonpath={.status.phase}=Succeeded', 'pod/host', '--timeout=30s')
    expect(await lab.k('logs', 'host')).toBe('from the machine\n')
  })
})
