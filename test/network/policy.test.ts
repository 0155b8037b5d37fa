import { describe, expect, it } from 'vitest'
import type { NetworkPolicy, Pod } from '../../engine/api/types.ts'
import { FakeClock } from '../../engine/base/clock.ts'
import { silentLogger } from '../../engine/base/log.ts'
import { seededRandom } from '../../engine/base/random.ts'
import { InformerFactory } from '../../engine/client/cache/informer.ts'
import { refusingPolicies, type Attempt, type PolicyView } from '../../engine/network/policy/evaluate.ts'
import { createPolicyEnforcer, type OwnPod } from '../../engine/network/policy/enforcer.ts'
import { FakeApi } from './fake-api.ts'

const pod = (name: string, ip: string, labels: object, namespace = 'shop') => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace, labels },
  spec: { containers: [{ name: 'c', ports: [{ name: 'http', containerPort: 8080 }] }] },
  status: { phase: 'Running', podIP: ip },
})
const PODS = [
  pod('web', '10.244.1.2', { app: 'web' }),
  pod('db', '10.244.1.3', { app: 'db' }),
  pod('spy', '10.244.1.4', { app: 'web' }, 'other'),
] as unknown as Pod[]

function viewOf(...specs: object[]): PolicyView {
  const policies = specs.map((spec, i) => ({ metadata: { name: `p${i}`, namespace: 'shop' }, spec })) as NetworkPolicy[]
  return {
    podAt: ip => PODS.find(p => p.status?.podIP === ip),
    namespaceLabels: name => ({ 'kubernetes.io/metadata.name': name }),
    policies: namespace => (namespace === 'shop' ? policies : []),
  }
}

const into = (peerIP: string, port = 8080): Attempt => ({
  direction: 'Ingress',
  podIP: '10.244.1.3',
  peerIP,
  protocol: 'TCP',
  port,
})
const WEB = '10.244.1.2'
const SPY = '10.244.1.4'
const DB = { podSelector: { matchLabels: { app: 'db' } } }

describe('a pod', () => {
  it('that no policy selects takes every connection', () => {
    expect(
      refusingPolicies(viewOf({ podSelector: { matchLabels: { app: 'x' } }, policyTypes: ['Ingress'] }), into(SPY)),
    ).toBeUndefined()
  })

  it('that is selected takes none without a rule', () => {
    expect(refusingPolicies(viewOf({ podSelector: {}, policyTypes: ['Ingress'] }), into(WEB))).toHaveLength(1)
  })

  it('that is selected for one direction is free in the other', () => {
    const view = viewOf({ podSelector: {}, policyTypes: ['Ingress'] })
    expect(refusingPolicies(view, { ...into(WEB), direction: 'Egress' })).toBeUndefined()
  })

  it('takes what a rule allows: pods of its own namespace by label', () => {
    const view = viewOf({ ...DB, ingress: [{ from: [{ podSelector: { matchLabels: { app: 'web' } } }] }] })
    expect(refusingPolicies(view, into(WEB))).toBeUndefined()
    expect(refusingPolicies(view, into(SPY))).toBeDefined()
  })

  it('takes pods of other namespaces by the labels of both', () => {
    const from = [
      {
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'other' } },
        podSelector: { matchLabels: { app: 'web' } },
      },
    ]
    const view = viewOf({ ...DB, ingress: [{ from }] })
    expect(refusingPolicies(view, into(SPY))).toBeUndefined()
    expect(refusingPolicies(view, into(WEB))).toBeDefined()
  })

  it('takes connections to the ports of a rule only, given by number, range or name', () => {
    const allowed = (port: object, to: number) =>
      refusingPolicies(viewOf({ ...DB, ingress: [{ ports: [port] }] }), into(WEB, to)) === undefined
    expect([allowed({ port: 8080 }, 8080), allowed({ port: 8080 }, 8081)]).toEqual([true, false])
    expect([allowed({ port: 8000, endPort: 8100 }, 8100), allowed({ port: 8000, endPort: 8100 }, 8101)]).toEqual([
      true,
      false,
    ])
    expect([allowed({ port: 'http' }, 8080), allowed({ port: 'http' }, 80)]).toEqual([true, false])
    expect(allowed({ port: 8080, protocol: 'UDP' }, 8080)).toBe(false)
  })

  it('makes connections to the ports of a rule only, where names are those of the other end', () => {
    const web = { podSelector: { matchLabels: { app: 'web' } }, policyTypes: ['Egress'] }
    const allowed = (port: object, to: number, protocol: 'TCP' | 'UDP' = 'TCP', peerIP = '10.244.1.3') => {
      const attempt: Attempt = { direction: 'Egress', podIP: WEB, peerIP, protocol, port: to }
      return refusingPolicies(viewOf({ ...web, egress: [{ ports: [port] }] }), attempt) === undefined
    }
    expect([allowed({ port: 'http' }, 8080), allowed({ port: 'http' }, 80)]).toEqual([true, false])
    // An address outside of the cluster has no named ports.
    expect(allowed({ port: 'http' }, 8080, 'TCP', '172.18.0.101')).toBe(false)
    expect([allowed({ port: 1, endPort: 9 }, 9), allowed({ port: 1, endPort: 9 }, 10)]).toEqual([true, false])
    expect([allowed({ port: 53, protocol: 'UDP' }, 53, 'UDP'), allowed({ port: 53 }, 53, 'UDP')]).toEqual([true, false])
  })

  it('takes what comes from the network of a node by its address alone, whatever pods run there', () => {
    const node = '172.18.0.101'
    const everyPod = { ...DB, ingress: [{ from: [{ namespaceSelector: {} }] }] }
    expect(refusingPolicies(viewOf(everyPod), into(node))).toBeDefined()
    const block = { ...DB, ingress: [{ from: [{ ipBlock: { cidr: `${node}/32` } }] }] }
    expect(refusingPolicies(viewOf(block), into(node))).toBeUndefined()
  })

  it('takes addresses of a block but not those excepted', () => {
    const view = viewOf({
      ...DB,
      ingress: [{ from: [{ ipBlock: { cidr: '172.18.0.0/16', except: ['172.18.0.102/32'] } }] }],
    })
    expect(refusingPolicies(view, into('172.18.0.101'))).toBeUndefined()
    expect(refusingPolicies(view, into('172.18.0.102'))).toBeDefined()
  })

  it('takes what any of its policies allows', () => {
    expect(refusingPolicies(viewOf({ podSelector: {} }, { ...DB, ingress: [{}] }), into(SPY))).toBeUndefined()
  })

  it('always hears itself', () => {
    expect(refusingPolicies(viewOf({ podSelector: {} }), into('10.244.1.3'))).toBeUndefined()
  })
})

const CLOSED = { podSelector: {}, policyTypes: ['Ingress'] }
const POLICIES = '/apis/networking.k8s.io/v1/networkpolicies'

/** An enforcer over a fake API that has the pods and, if given, a policy for all of `shop`. */
async function startEnforcer(spec?: object, ownPodAt?: (ip: string) => OwnPod | undefined) {
  const api = new FakeApi()
  for (const p of PODS) api.put('/api/v1/pods', p)
  const put = (name: string, said: object) => api.put(POLICIES, { metadata: { name, namespace: 'shop' }, spec: said })
  if (spec) put('closed', spec)
  const clock = new FakeClock()
  const stop = new AbortController()
  const informers = new InformerFactory({ rest: api.rest, clock, random: seededRandom(1), log: silentLogger })
  const enforcer = createPolicyEnforcer(informers, clock, ownPodAt)
  const start = () => informers.start(stop.signal)
  /** Lets the next silence of a caller pass. */
  const silence = async (ms: number) => {
    await expect.poll(() => clock.pending).toBe(1)
    clock.advance(ms)
  }
  return { put, clock, enforcer, start, silence, stop: () => stop.abort(new Error('over')) }
}

it('a refused connection hears nothing for long, and then that the time is over', async () => {
  const { enforcer, start, silence, stop } = await startEnforcer(CLOSED)
  start()
  await enforcer.enforce({ ...into(WEB), podIP: SPY })
  const refused = expect(enforcer.enforce(into(WEB))).rejects.toMatchObject({
    code: 'ETIMEDOUT',
    message: expect.stringContaining('shop/closed') as string,
  })
  for (const ms of [1000, 2000, 4000, 8000, 5000]) await silence(ms)
  await refused
  stop()
})

it('a connection that waits comes through when a policy allows it meanwhile, and new ones do at once', async () => {
  const { enforcer, put, start, silence, stop } = await startEnforcer(CLOSED)
  start()
  const waiting = enforcer.enforce(into(WEB))
  await silence(1000)
  await silence(2000)
  put('open', { podSelector: {}, ingress: [{}] })
  await expect
    .poll(async () => {
      const gone = new AbortController()
      const asked = enforcer.enforce(into(SPY), gone.signal).then(
        () => 'through',
        () => 'waits',
      )
      setImmediate(() => gone.abort(new Error('gone')))
      return asked
    })
    .toBe('through')
  await silence(4000)
  await waiting
  stop()
})

it('nothing is let through before the policies are known', async () => {
  const { enforcer, start, clock, stop } = await startEnforcer(CLOSED)
  const gone = new AbortController()
  let through = false
  const early = enforcer.enforce(into(WEB), gone.signal).then(() => (through = true))
  start()
  await expect.poll(() => clock.pending).toBe(1)
  expect(through).toBe(false)
  gone.abort(new Error('the caller is gone'))
  await expect(early).rejects.toThrow('the caller is gone')
  stop()
})

it('a pod whose address is not in its status yet is under the policies of its namespace and labels', async () => {
  const known: Record<string, OwnPod> = {
    '10.244.1.90': { namespace: 'shop', name: 'db' },
    '10.244.1.91': { namespace: 'shop', name: 'unheard-of' },
    '10.244.1.92': { namespace: 'other', name: 'spy' },
  }
  const { enforcer, start, silence, clock, stop } = await startEnforcer(
    { podSelector: {}, policyTypes: ['Egress'] },
    ip => known[ip],
  )
  start()
  const out = (podIP: string): Attempt => ({ ...into(WEB), direction: 'Egress', podIP })
  await enforcer.enforce(out('10.244.1.92'))
  await enforcer.enforce(out('172.18.0.101'))
  for (const podIP of ['10.244.1.90', '10.244.1.91']) {
    const gone = new AbortController()
    const refused = expect(enforcer.enforce(out(podIP), gone.signal)).rejects.toThrow('gone')
    await silence(1000)
    await expect.poll(() => clock.pending).toBe(1)
    gone.abort(new Error('gone'))
    await refused
  }
  stop()
})
