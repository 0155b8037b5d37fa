import { describe, expect, it } from 'vitest'
import type { KubeObject } from '../../../engine/api/object.ts'
import type { Pod } from '../../../engine/api/types.ts'
import {
  decodeTarget,
  encodeTarget,
  podsOfTarget,
  selectorTarget,
  shortNames,
  sourcesOfPod,
  type Target,
} from '../../../renderer/src/logs/targets.ts'

const pod = (namespace: string, name: string, labels: Record<string, string>) =>
  ({ metadata: { namespace, name, uid: name, labels }, spec: { containers: [{ name: 'main' }] } }) as unknown as Pod
const pods = [
  pod('shop', 'web-2', { app: 'web', tier: 'front' }),
  pod('shop', 'web-1', { app: 'web' }),
  pod('shop', 'cart-1', { app: 'cart' }),
  pod('other', 'web-1', { app: 'web' }),
]
const workload = (name: string, selector: object | undefined) =>
  ({ metadata: { namespace: 'shop', name }, spec: { selector } }) as unknown as KubeObject
const workloads = [
  workload('web', { matchLabels: { app: 'web' } }),
  workload('front', { matchExpressions: [{ key: 'tier', operator: 'Exists' }] }),
]
const services = [workload('web', { app: 'web' }), workload('outside', {}), workload('none', undefined)]
const names = (target: Target, of: KubeObject[] = workloads) =>
  podsOfTarget(target, pods, of).map(p => `${p.metadata.namespace}/${p.metadata.name}`)

describe('whose logs are read', () => {
  it.each<[Target, KubeObject[], string[]]>([
    [{ kind: 'Pod', namespace: 'shop', name: 'web-1' }, [], ['shop/web-1']],
    [{ kind: 'Namespace', namespace: 'shop', name: '' }, [], ['shop/cart-1', 'shop/web-1', 'shop/web-2']],
    [{ kind: 'Deployment', namespace: 'shop', name: 'web' }, workloads, ['shop/web-1', 'shop/web-2']],
    [{ kind: 'StatefulSet', namespace: 'shop', name: 'front' }, workloads, ['shop/web-2']],
    [{ kind: 'Deployment', namespace: 'shop', name: 'gone' }, workloads, []],
    [{ kind: 'Service', namespace: 'shop', name: 'web' }, services, ['shop/web-1', 'shop/web-2']],
    [{ kind: 'Service', namespace: 'shop', name: 'outside' }, services, []],
    [{ kind: 'Service', namespace: 'shop', name: 'none' }, services, []],
    [{ kind: 'Selector', namespace: '', name: 'app=web' }, [], ['other/web-1', 'shop/web-1', 'shop/web-2']],
    [{ kind: 'Selector', namespace: 'shop', name: 'app in (web),!tier' }, [], ['shop/web-1']],
    [{ kind: 'Machine', namespace: '', name: 'master-1' }, [], []],
  ])('%j are the pods that its selector chooses', (target, of, expected) => expect(names(target, of)).toEqual(expected))

  it('stands in the address and is read from there', () => {
    const target: Target = { kind: 'Selector', namespace: 'shop', name: 'example.com/app in (a,b)' }
    expect(decodeTarget(encodeTarget(target))).toEqual(target)
    for (const wrong of ['', 'Pod', 'Pod/a', 'Node//x', 'Machine/shop/x', 'constructor/a/b'])
      expect(decodeTarget(wrong)).toBeUndefined()
  })

  it('is a selector if it can be one', () => {
    expect(selectorTarget('app=web', 'shop')).toEqual({ kind: 'Selector', namespace: 'shop', name: 'app=web' })
    expect(selectorTarget('tier in (a, b)', '')?.name).toBe('tier in (a, b)')
    for (const none of ['web', 'app=', 'app==,', 'tier in (a', '=x'])
      expect(selectorTarget(none, '')?.name === none && none !== 'app=').toBe(false)
  })
})

describe('the containers of a pod', () => {
  it('are sources each, named by the pod alone where there is one, with a log once they have run', () => {
    const [only] = sourcesOfPod(pods[0]!)
    expect(only).toMatchObject({ id: 'web-2/main', name: 'web-2', role: 'main', hasLog: false, run: 0 })
    const many = {
      metadata: { namespace: 'shop', name: 'p', uid: 'u' },
      spec: {
        initContainers: [{ name: 'setup' }],
        containers: [{ name: 'app' }, { name: 'side' }],
        ephemeralContainers: [{ name: 'debug' }],
      },
      status: {
        initContainerStatuses: [{ name: 'setup', state: { terminated: { exitCode: 0 } } }],
        containerStatuses: [
          { name: 'app', restartCount: 2, state: { waiting: {} }, lastState: { terminated: { exitCode: 1 } } },
          { name: 'side', state: { waiting: {} } },
        ],
        ephemeralContainerStatuses: [{ name: 'debug', state: { running: {} } }],
      },
    } as unknown as Pod
    expect(sourcesOfPod(many).map(s => [s.name, s.role, s.hasLog, s.run])).toEqual([
      ['p/setup', 'init', true, 0],
      ['p/app', 'main', true, 2],
      ['p/side', 'main', false, 0],
      ['p/debug', 'ephemeral', true, 0],
    ])
  })

  it('are told apart by what differs in their names', () => {
    expect(shortNames(['web-6d9-abc', 'web-6d9-xyz'])).toEqual(['abc', 'xyz'])
    expect(shortNames(['web-1', 'cart-1'])).toEqual(['web-1', 'cart-1'])
    expect(shortNames(['p/a', 'p/b'])).toEqual(['a', 'b'])
    expect(shortNames(['web-6d9-abc'])).toEqual(['web-6d9-abc'])
    expect(shortNames(['web-', 'web-1'])).toEqual(['web-', 'web-1'])
    expect(shortNames(['catalog-6d9-abc', 'cart-6d9-xyz'], 9)).toEqual(['cata…-abc', 'cart…-xyz'])
    expect(shortNames([])).toEqual([])
  })
})
