import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ImageCatalogue } from '../../../engine/kubelet/images/catalogue.ts'
import { ImageManager, type Ensured } from '../../../engine/kubelet/images/image-manager.ts'
import { ImageStore } from '../../../engine/kubelet/images/store.ts'
import type { Clock } from '../../../engine/base/clock.ts'

let folder: string
let nowMs: number
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kubarium-manager-'))
  nowMs = 1_000_000
  for (const [place, name, bytes] of [
    ['built-in', 'web', 1000],
    ['built-in', 'job', 3000],
  ] as const)
    put(place, name, bytes)
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function put(place: string, name: string, bytes: number): void {
  const dir = join(folder, place, name)
  mkdirSync(dir, { recursive: true })
  const manifest = JSON.stringify({ names: [name], runs: 'node', entry: ['main.mjs'] })
  writeFileSync(join(dir, 'image.json'), manifest)
  writeFileSync(join(dir, 'main.mjs'), 'x'.repeat(bytes - manifest.length))
}

const clock = { now: () => nowMs, monotonic: () => nowMs } as unknown as Clock

function manager() {
  const manager = new ImageManager({
    store: new ImageStore({ builtIn: join(folder, 'built-in'), added: join(folder, 'added') }),
    catalogue: new ImageCatalogue(join(folder, 'node', 'images.json')),
    clock,
  })
  const ensure = (reference: string, policy?: string, uid = 'u'): { result: Ensured; events: string[] } => {
    const events: string[] = []
    const result = manager.ensure({ uid, reference, policy }, (_type, reason, message) =>
      events.push(`${reason}: ${message}`),
    )
    return { result, events }
  }
  return { manager, ensure }
}

describe('pull policies', () => {
  test('IfNotPresent pulls once for a node, and the node remembers it over a restart', () => {
    const first = manager().ensure('web:1', 'IfNotPresent')
    expect(first.events).toEqual([
      'Pulling: Pulling image "web:1"',
      'Pulled: Successfully pulled image "web:1" in 0ms (0ms including waiting). Image size: 1000 bytes.',
    ])
    expect(first.result).toMatchObject({ image: { names: ['web'] } })
    expect(manager().ensure('docker.io/library/web:1', 'IfNotPresent').events).toEqual([
      'Pulled: Container image "docker.io/library/web:1" already present on machine and can be accessed by the pod',
    ])
    expect(manager().ensure('web:2').events[0]).toBe('Pulling: Pulling image "web:2"')
  })

  test('Always pulls each time', () => {
    const { ensure } = manager()
    for (let i = 0; i < 2; i++) expect(ensure('web', 'Always').events[0]).toBe('Pulling: Pulling image "web"')
  })

  test('Never runs what is present and pulls nothing', () => {
    const { ensure } = manager()
    expect(ensure('web', 'Never')).toEqual({
      result: {
        reason: 'ErrImageNeverPull',
        message: 'Container image "web" is not present with pull policy of Never',
        retryAfterMs: 10_000,
      },
      events: [
        'ErrImageNeverPull: Container image "web" is not present with pull policy of Never',
        'Failed: Error: ErrImageNeverPull',
      ],
    })
    ensure('web', 'IfNotPresent')
    expect(ensure('web', 'Never').result).toMatchObject({ image: { names: ['web'] } })
  })

  test('what a user has added to the lab is present on every node', () => {
    put('added', 'mine', 500)
    expect(manager().ensure('mine', 'Never').result).toMatchObject({ image: { names: ['mine'] } })
  })

  test('a reference that cannot be one is InvalidImageName', () => {
    expect(manager().ensure('Web').result).toMatchObject({
      reason: 'InvalidImageName',
      message:
        'Failed to apply default image tag "Web": couldn\'t parse image name "Web": invalid reference format: repository name must be lowercase',
    })
  })
})

describe('a pull that fails', () => {
  test('is tried again after 10 s, then twice as long each time, up to five minutes; meanwhile ImagePullBackOff says why', () => {
    const { ensure } = manager()
    const waits: number[] = []
    for (let i = 0; i < 8; i++) {
      expect(ensure('wep').result).toMatchObject({ reason: 'ErrImagePull' })
      const { result, events } = ensure('wep')
      if (!('reason' in result)) throw new Error('it was pulled')
      expect(result.reason).toBe('ImagePullBackOff')
      expect(result.message).toBe(
        'Back-off pulling image "wep": ErrImagePull: failed to pull image "wep": not found: this lab is offline; near names: web',
      )
      expect(events).toEqual(['BackOff: Back-off pulling image "wep"', 'Failed: Error: ImagePullBackOff'])
      waits.push(result.retryAfterMs)
      nowMs += result.retryAfterMs
    }
    expect(waits).toEqual([10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000, 300_000])
  })

  test('holds up no other pod, and is forgotten with its own', () => {
    const { ensure, manager: images } = manager()
    ensure('wep', undefined, 'one')
    expect(ensure('wep', undefined, 'two').result).toMatchObject({ reason: 'ErrImagePull' })
    expect(ensure('wep', undefined, 'one').result).toMatchObject({ reason: 'ImagePullBackOff' })
    images.forget('one')
    expect(ensure('wep', undefined, 'one').result).toMatchObject({ reason: 'ErrImagePull' })
  })

  test('succeeds once the image was added', () => {
    const { ensure } = manager()
    ensure('mine')
    put('added', 'mine', 500)
    expect(ensure('mine').result).toMatchObject({ image: { names: ['mine'] } })
  })
})

describe('the Node lists', () => {
  test('digests before tags, the largest image first, in full names', () => {
    const { ensure, manager: images } = manager()
    ensure('web:1')
    ensure('web:2')
    ensure('job')
    const [job, web] = images.status()
    expect(job).toEqual({
      names: [expect.stringMatching(/^docker\.io\/library\/job@sha256:/), 'docker.io/library/job:latest'],
      sizeBytes: 3000,
    })
    expect(web.names.slice(1)).toEqual(['docker.io/library/web:1', 'docker.io/library/web:2'])
  })

  test('what was added, before any pod ran it, and no longer once it was removed', () => {
    const { manager: images } = manager()
    put('added', 'mine', 500)
    expect(images.status().map(i => i.names[1])).toEqual(['docker.io/library/mine:latest'])
    rmSync(join(folder, 'added', 'mine'), { recursive: true })
    expect(images.status()).toEqual([])
  })
})

describe('garbage collection', () => {
  const digestOf = (result: Ensured) => ('image' in result ? result.image.digest : '')

  test('does nothing below the high threshold', () => {
    const { ensure, manager: images } = manager()
    ensure('web')
    ensure('job')
    nowMs += 1e9
    expect(images.collect(new Set(), { capacityBytes: 4000 * 1.2 }).removed).toEqual([])
  })

  test('above it frees down to the low one, those unused for longest first', () => {
    const { ensure, manager: images } = manager()
    ensure('web')
    nowMs += 1000
    ensure('job')
    nowMs += 1e9
    const { removed, freedBytes, missingBytes } = images.collect(new Set(), { capacityBytes: 4100 })
    expect([removed.map(i => i.references), freedBytes, missingBytes]).toEqual([
      [['docker.io/library/web:latest']],
      1000,
      0,
    ])
    expect(ensure('web', 'Never').result).toMatchObject({ reason: 'ErrImageNeverPull' })
    expect(ensure('job', 'Never').result).toMatchObject({ image: {} })
  })

  test('spares what runs and what is young, and says how much is missing', () => {
    const { ensure, manager: images } = manager()
    const web = digestOf(ensure('web').result)
    nowMs += 1e9
    ensure('job')
    const result = images.collect(new Set([web]), { capacityBytes: 1000 })
    expect(result).toEqual({ removed: [], freedBytes: 0, missingBytes: 3200 })
    nowMs += 120_000
    expect(images.collect(new Set([web]), { capacityBytes: 1000 })).toMatchObject({
      freedBytes: 3000,
      missingBytes: 200,
    })
  })

  test('takes what nobody has used for the maximum age, if there is one', () => {
    const { ensure, manager: images } = manager()
    ensure('web')
    nowMs += 5_000
    const job = digestOf(ensure('job').result)
    nowMs += 3_600_000
    const options = { capacityBytes: 1e9, maximumAgeMs: 3_600_000 }
    expect(images.collect(new Set([job]), options).removed.map(i => i.references)).toEqual([
      ['docker.io/library/web:latest'],
    ])
  })
})
