import { describe, expect, it } from 'vitest'
import { Subject } from './complaints.ts'

describe('a node', () => {
  const nodes = new Subject('v1', 'Node')

  it.each<[string, object, string[]]>([
    ['is fine', { spec: { podCIDRs: ['10.0.0.0/24', 'fd00::/64'] }, status: { capacity: { cpu: '2' } } }, []],
    [
      'with one taint twice',
      {
        spec: {
          taints: [
            { key: 'k', effect: 'NoExecute' },
            { key: 'k', value: 'x', effect: 'NoExecute' },
          ],
        },
      },
      [
        'metadata.taints[1]: Duplicate value: {"Key":"k","Value":"x","Effect":"NoExecute","TimeAdded":null}: taints must be unique by key and effect pair',
      ],
    ],
    [
      'with two ranges of one family',
      { spec: { podCIDRs: ['10.0.0.0/24', '10.1.0.0/24'] } },
      [
        'spec.podCIDRs: Invalid value: ["10.0.0.0/24","10.1.0.0/24"]: may specify no more than one CIDR for each IP family',
      ],
    ],
    [
      'with less than nothing',
      { status: { capacity: { cpu: '-1', pods: '1500m' } } },
      [
        'status.capacity.cpu: Invalid value: "-1": must be greater than or equal to 0',
        'status.capacity.pods: Invalid value: "1500m": must be an integer',
        // What is not said to be allocatable is the capacity.
        'status.allocatable.cpu: Invalid value: "-1": must be greater than or equal to 0',
        'status.allocatable.pods: Invalid value: "1500m": must be an integer',
      ],
    ],
  ])('%s', (_, body, expected) => expect(nodes.create(body)).toEqual(expected))

  it.each<[string, string, string[]]>([
    ['by nothing', '{}', []],
    ['by a controller', '{"preferAvoidPods":[{"podSignature":{"podController":{"controller":true}}}]}', []],
    [
      'by what controls nothing',
      '{"preferAvoidPods":[{"podSignature":{"podController":{"controller":false}}},{}]}',
      [
        'metadata.annotations.scheduler.alpha.kubernetes.io/preferAvoidPods[0].PodSignature.PodController.Controller: Invalid value: false: must point to a controller',
        'metadata.annotations.scheduler.alpha.kubernetes.io/preferAvoidPods[1].PodSignature: Required value',
      ],
    ],
    [
      'by what nobody can read',
      '[]',
      [
        'metadata.annotations: Invalid value: "scheduler.alpha.kubernetes.io/preferAvoidPods": json: cannot unmarshal into Go value of type core.AvoidPods',
      ],
    ],
  ])('asks to be spared %s', (_, text, expected) =>
    expect(nodes.create({}, { annotations: { 'scheduler.alpha.kubernetes.io/preferAvoidPods': text } })).toEqual(
      expected,
    ),
  )

  it('keeps its ranges and its id', () => {
    const before = { spec: { podCIDR: '10.0.0.0/24', podCIDRs: ['10.0.0.0/24'], providerID: 'x' } }
    const after = { spec: { podCIDR: '10.1.0.0/24', podCIDRs: ['10.1.0.0/24'], providerID: 'y', externalID: 'z' } }
    expect(nodes.update(before, after)).toEqual([
      'spec.podCIDRs: Forbidden: node updates may not change podCIDR except from "" to valid',
      'spec.providerID: Forbidden: node updates may not change providerID except from "" to valid',
      'spec.externalID: Forbidden: may not be updated',
    ])
  })
})

describe('a namespace', () => {
  const namespaces = new Subject('v1', 'Namespace')

  it('ends only when it is deleted', () => {
    const ending = { status: { phase: 'Terminating' } }
    expect(namespaces.update({}, ending, { subresource: 'status' })).toEqual([
      'status.Phase: Invalid value: "Terminating": may only be \'Active\' if `deletionTimestamp` is empty',
    ])
    const metadata = { deletionTimestamp: '2026-01-01T00:00:00Z' }
    expect(namespaces.update(ending, {}, { subresource: 'status', metadata })).toEqual([
      'status.Phase: Invalid value: "Active": may only be \'Terminating\' if `deletionTimestamp` is not empty',
    ])
  })

  it('has finalizers of known or qualified names', () => {
    const text = 'name is neither a standard finalizer name nor is it fully qualified'
    expect(namespaces.create({ spec: { finalizers: ['odd', 'a.b/c'] } })).toEqual([
      `spec.finalizers: Invalid value: "odd": ${text}`,
    ])
    expect(namespaces.update({}, { spec: { finalizers: ['a.b/c', 'odd'] } }, { subresource: 'finalize' })).toEqual([
      `spec.finalizers[1]: Invalid value: "odd": ${text}`,
    ])
  })
})

describe('a limit range', () => {
  const ranges = new Subject('v1', 'LimitRange')
  const limits = (...items: object[]) => ({ spec: { limits: items } })

  it.each<[string, object, string[]]>([
    ['is fine', limits({ type: 'Container', max: { cpu: '2' }, min: { cpu: '1' } }), []],
    [
      'of an unknown type, twice',
      limits({ type: 'Thing' }, { type: 'Thing' }),
      [
        'spec.limits[0].type: Invalid value: "Thing": must be a standard limit type or fully qualified',
        'spec.limits[1].type: Invalid value: "Thing": must be a standard limit type or fully qualified',
        'spec.limits[1].type: Duplicate value: "Thing"',
      ],
    ],
    [
      'whose bounds cross',
      limits({
        type: 'Container',
        max: { cpu: '1' },
        min: { cpu: '2' },
        default: { cpu: '3' },
        defaultRequest: { cpu: '4' },
        maxLimitRequestRatio: { cpu: '500m' },
      }),
      [
        'spec.limits[0].min[cpu]: Invalid value: "2": min value 2 is greater than max value 1',
        'spec.limits[0].defaultRequest[cpu]: Invalid value: "4": default request value 4 is greater than max value 1',
        'spec.limits[0].defaultRequest[cpu]: Invalid value: "4": default request value 4 is greater than default limit value 3',
        'spec.limits[0].default[cpu]: Invalid value: "1": default value 3 is greater than max value 1',
        'spec.limits[0].maxLimitRequestRatio[cpu]: Invalid value: "500m": ratio 500m is less than 1',
      ],
    ],
    [
      'whose ratio cannot be reached',
      limits({ type: 'Pod', max: { memory: '3Gi' }, min: { memory: '2Gi' }, maxLimitRequestRatio: { memory: '2' } }),
      ['spec.limits[0].maxLimitRequestRatio[memory]: Invalid value: "2": ratio 2 is greater than max/min = 1.500000'],
    ],
    [
      'of pods with defaults and claims without bounds',
      limits({ type: 'Pod', default: { cpu: '1' } }, { type: 'PersistentVolumeClaim' }),
      [
        "spec.limits[0].default: Forbidden: may not be specified when `type` is 'Pod'",
        'spec.limits[1].limits: Required value: either minimum or maximum storage value is required, but neither was provided',
      ],
    ],
  ])('%s', (_, body, expected) => expect(ranges.create(body)).toEqual(expected))
})

describe('a quota', () => {
  const quotas = new Subject('v1', 'ResourceQuota')
  const selector = (...matchExpressions: object[]) => ({ spec: { scopeSelector: { matchExpressions } } })

  it.each<[string, object, string[]]>([
    ['is fine', { spec: { hard: { pods: '1', 'count/a.b': '2', 'requests.nvidia.com/gpu': '1' } } }, []],
    [
      'of odd things',
      { spec: { hard: { things: '1', pods: '1500m' } } },
      [
        'spec.hard[things]: Invalid value: "things": must be a standard resource type or fully qualified',
        'spec.hard[things]: Invalid value: "things": must be a standard resource for quota',
        'spec.hard[pods]: Invalid value: "1500m": must be an integer',
      ],
    ],
    [
      'whose scopes exclude each other',
      { spec: { scopes: ['Terminating', 'NotTerminating'] } },
      ['spec.scopes: Invalid value: ["Terminating","NotTerminating"]: conflicting scopes'],
    ],
    [
      'whose selector makes no sense',
      selector(
        { scopeName: 'PriorityClass', operator: 'In' },
        { scopeName: 'PriorityClass', operator: 'Exists', values: ['x'] },
        { scopeName: 'PriorityClass', operator: 'Maybe' },
      ),
      [
        "spec.scopeSelector.matchExpressions.values: Required value: must be at least one value when `operator` is 'In' or 'NotIn' for scope selector",
        "spec.scopeSelector.matchExpressions.values: Invalid value: [\"x\"]: must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector",
        'spec.scopeSelector.matchExpressions.operator: Invalid value: "Maybe": not a valid selector operator',
      ],
    ],
  ])('%s', (_, body, expected) => expect(quotas.create(body)).toEqual(expected))
})

describe('endpoints', () => {
  const endpoints = new Subject('v1', 'Endpoints')

  it('are addresses that another machine can reach', () => {
    const subsets = [
      { addresses: [{ ip: '127.0.0.1' }, { ip: 'x' }], ports: [{ port: 80 }, { port: 0, name: 'b' }] },
      { ports: [{ port: 1 }] },
    ]
    expect(endpoints.create({ subsets })).toEqual([
      'subsets[0].addresses[0].ip: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)',
      'subsets[0].addresses[1].ip: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
      'subsets[0].addresses[1].ip: Invalid value: "x": must be a valid IP address',
      'subsets[0].ports[0].name: Required value',
      'subsets[0].ports[1].port: Invalid value: 0: must be between 1 and 65535, inclusive',
      'subsets[1]: Required value: must specify `addresses` or `notReadyAddresses`',
    ])
  })
})
