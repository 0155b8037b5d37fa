import { describe, expect, it } from 'vitest'
import { Subject } from './complaints.ts'

describe('an event', () => {
  const core = new Subject('v1', 'Event')
  const events = new Subject('events.k8s.io/v1', 'Event')
  const whole = {
    eventTime: '2026-01-01T00:00:00.000000Z',
    regarding: { kind: 'Pod', namespace: 'n', name: 'p' },
    reportingController: 'c',
    reportingInstance: 'i',
    action: 'a',
    reason: 'r',
    type: 'Normal',
  }

  it('of the new group is complete', () => {
    expect(events.create(whole)).toEqual([])
    expect(
      events.create({ regarding: whole.regarding, type: 'Odd', deprecatedCount: 1, series: { count: 1 } }),
    ).toEqual([
      'eventTime: Required value',
      'type: Invalid value: "": has invalid value: Odd',
      'count: Invalid value: "": needs to be unset',
      'series.count: Invalid value: "": should be at least 2',
      'series.lastObservedTime: Required value',
    ])
    const long = 'x'.repeat(129)
    expect(
      events.create({
        ...whole,
        reportingController: 'a b',
        reportingInstance: long,
        action: '',
        note: 'x'.repeat(1025),
      }),
    ).toEqual([
      expect.stringContaining('reportingController: Invalid value: "a b": name part must consist of'),
      'reportingInstance: Invalid value: "": can have at most 128 characters',
      'action: Required value',
      'message: Invalid value: "": can have at most 1024 characters',
    ])
  })

  it('of the core group is taken as it comes, but of its own namespace', () => {
    const involvedObject = { kind: 'Pod', namespace: 'other' }
    expect(core.create({ involvedObject: { ...involvedObject, namespace: 'n' } })).toEqual([])
    expect(core.create({ involvedObject })).toEqual([
      'involvedObject.namespace: Invalid value: "other": does not match event.namespace',
    ])
  })

  it('says for ever what it said, in the new group', () => {
    expect(events.update(whole, { ...whole, note: 'b', series: { count: 2 } })).toEqual([
      'message: Invalid value: "b": field is immutable',
    ])
    const involvedObject = { namespace: 'n' }
    expect(core.update({ involvedObject }, { involvedObject, message: 'b', count: 2 })).toEqual([])
  })
})

describe('an API service', () => {
  const services = new Subject('apiregistration.k8s.io/v1', 'APIService')
  const spec = (more: object) => ({
    spec: { group: 'a.b', version: 'v1', groupPriorityMinimum: 1, versionPriority: 1, ...more },
  })

  it.each<[string, object, string, string[]]>([
    ['is fine', spec({}), 'v1.a.b', []],
    [
      'is named after what it serves',
      spec({}),
      'x',
      ['metadata.name: Invalid value: "x": must be `spec.version+"."+spec.group`: "v1.a.b"'],
    ],
    [
      'has an order, and a group',
      spec({ group: '', version: 'v2', groupPriorityMinimum: 20001, versionPriority: 0 }),
      'v2.',
      [
        'spec.group: Required value: only v1 may have an empty group and it better be legacy kube',
        'spec.groupPriorityMinimum: Invalid value: 20001: must be positive and less than 20000',
        'spec.versionPriority: Invalid value: 0: must be positive and less than 1000',
      ],
    ],
    [
      'is trusted in one way',
      spec({ service: { port: 70000 }, caBundle: 'eA==', insecureSkipTLSVerify: true }),
      'v1.a.b',
      [
        'spec.service.namespace: Required value',
        'spec.service.name: Required value',
        'spec.service.port: Invalid value: 70000: port is not valid: must be between 1 and 65535, inclusive',
        'spec.insecureSkipTLSVerify: Invalid value: true: may not be true if caBundle is present',
      ],
    ],
    [
      'of this server needs no trust',
      spec({ caBundle: 'eA==', insecureSkipTLSVerify: true }),
      'v1.a.b',
      [
        'spec.caBundle: Invalid value: "1 bytes": local APIServices may not have a caBundle',
        'spec.insecureSkipTLSVerify: Invalid value: true: local APIServices may not have insecureSkipTLSVerify',
      ],
    ],
  ])('%s', (_, body, name, expected) => expect(services.create(body, { name })).toEqual(expected))
})

describe('a runtime class', () => {
  it('has a handler, and tolerations that are told apart', () => {
    const classes = new Subject('node.k8s.io/v1', 'RuntimeClass')
    const tolerations = [
      { key: 'a', operator: 'Exists', effect: 'NoExecute' },
      { key: 'a', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 3 },
    ]
    expect(classes.create({ handler: 'h', overhead: { podFixed: { cpu: '1' } } })).toEqual([])
    expect(classes.create({ handler: '', overhead: { podFixed: { cpu: '-1' } }, scheduling: { tolerations } })).toEqual(
      [
        expect.stringContaining('handler: Invalid value: "": a lowercase RFC 1123 label'),
        'overhead.limits[cpu]: Invalid value: "-1": must be greater than or equal to 0',
        'scheduling.tolerations[1]: Duplicate value: {"Key":"a","Operator":"Exists","Value":"","Effect":"NoExecute","TolerationSeconds":3}',
      ],
    )
  })
})

describe('flow control', () => {
  const schemas = new Subject('flowcontrol.apiserver.k8s.io/v1', 'FlowSchema')
  const levels = new Subject('flowcontrol.apiserver.k8s.io/v1', 'PriorityLevelConfiguration')

  it('tells requests apart', () => {
    const rules = [
      {},
      {
        subjects: [
          { kind: 'User', group: { name: 'g' } },
          { kind: 'ServiceAccount', serviceAccount: {} },
          { kind: 'X' },
        ],
        resourceRules: [{ verbs: ['*', 'get'], apiGroups: ['*', ''], resources: [] }],
        nonResourceRules: [{ verbs: ['fly'], nonResourceURLs: ['a', '/a//b', '/a*', '/a/*'] }],
      },
    ]
    const at = 'spec.rules[1]'
    expect(schemas.create({ spec: { matchingPrecedence: 1, distinguisherMethod: { type: 'X' }, rules } })).toEqual([
      "spec.matchingPrecedence: Invalid value: 1: only the schema named 'exempt' may have matchingPrecedence 1",
      'spec.distinguisherMethod.type: Unsupported value: {"Type":"X"}: supported values: "ByNamespace", "ByUser"',
      'spec.priorityLevelConfiguration.name: Required value: must reference a priority level',
      'spec.rules[0].subjects: Required value: subjects must contain at least one value',
      'spec.rules[0]: Required value: at least one of resourceRules and nonResourceRules has to be non-empty',
      `${at}.subjects[0].user: Required value: user is required when subject kind is 'User'`,
      `${at}.subjects[0].group: Forbidden: group is forbidden when subject kind is not 'Group'`,
      `${at}.subjects[1].serviceAccount.name: Required value`,
      `${at}.subjects[1].serviceAccount.namespace: Required value: must specify namespace for service account`,
      `${at}.subjects[2].kind: Unsupported value: "X": supported values: "Group", "ServiceAccount", "User"`,
      `${at}.resourceRules[0].verbs: Invalid value: ["*","get"]: if '*' is present, must not specify other verbs`,
      `${at}.resourceRules[0].apiGroups: Invalid value: ["*",""]: if '*' is present, must not specify other api groups`,
      `${at}.resourceRules[0].resources: Required value: resource rules must supply at least one resource`,
      `${at}.resourceRules[0].namespaces: Required value: resource rules that are not cluster scoped must supply at least one namespace`,
      expect.stringContaining(
        `${at}.nonResourceRules[0].verbs: Unsupported value: ["fly"]: supported values: "create"`,
      ),
      `${at}.nonResourceRules[0].nonResourceURLs[0]: Invalid value: "a": must start with slash`,
      `${at}.nonResourceRules[0].nonResourceURLs[1]: Invalid value: "/a//b": must not contain double slash`,
      `${at}.nonResourceRules[0].nonResourceURLs[2]: Invalid value: "/a*": wildcard can only do suffix matching`,
    ])
  })

  it.each<[string, object, string[]]>([
    ['that rejects is fine', { type: 'Limited', limited: { limitResponse: { type: 'Reject' } } }, []],
    ['that queues is fine', { type: 'Limited', limited: { limitResponse: { type: 'Queue', queuing: {} } } }, []],
    [
      'has the shape of its type',
      { type: 'Exempt', limited: { limitResponse: { type: 'Reject' } }, exempt: { lendablePercent: 101 } },
      [
        "spec.type: Invalid value: \"Exempt\": type must be 'Exempt' if and only if name is 'exempt'",
        'spec.limited: Forbidden: must be nil if the type is not Limited',
        'spec.exempt.lendablePercent: Invalid value: 101: must be between 0 and 100, inclusive',
      ],
    ],
    [
      'deals hands that there are cards for',
      {
        type: 'Limited',
        limited: {
          nominalConcurrencyShares: -1,
          borrowingLimitPercent: -1,
          limitResponse: { type: 'Queue', queuing: { queues: 1024, handSize: 7, queueLengthLimit: 0 } },
        },
      },
      [
        'spec.limited.nominalConcurrencyShares: Invalid value: -1: must be a non-negative integer',
        'spec.limited.borrowingLimitPercent: Invalid value: -1: if specified, must be a non-negative integer',
        'spec.limited.limitResponse.queuing.queueLengthLimit: Invalid value: 0: must be positive',
        'spec.limited.limitResponse.queuing.handSize: Invalid value: 7: required entropy bits of deckSize 1024 and handSize 7 should not be greater than 60',
      ],
    ],
  ])('a level %s', (_, spec, expected) => expect(levels.create({ spec })).toEqual(expected))
})

describe('claims of devices', () => {
  const claims = new Subject('resource.k8s.io/v1', 'ResourceClaim')
  const devices = (more: object) => ({ spec: { devices: more } })
  const exactly = { deviceClassName: 'gpu' }

  it('ask for one device unless they say more', () => {
    const { spec } = claims.read(
      devices({ requests: [{ name: 'a', exactly: { ...exactly, tolerations: [{ key: 'k' }] } }] }),
    )
    expect(spec.devices.requests[0].exactly).toEqual({
      ...exactly,
      allocationMode: 'ExactCount',
      count: 1,
      tolerations: [{ key: 'k', operator: 'Equal' }],
    })
  })

  it.each<[string, object, string[]]>([
    [
      'are fine',
      devices({ requests: [{ name: 'a', exactly }], constraints: [{ requests: ['a'], matchAttribute: 'd/x' }] }),
      [],
    ],
    [
      'have requests with names, of one shape',
      devices({
        requests: [
          { name: 'a', exactly: { deviceClassName: '', allocationMode: 'All', count: 2 } },
          { name: 'a', exactly, firstAvailable: [{ name: 'x', ...exactly }] },
          { name: '' },
          { name: 'b', firstAvailable: [{ name: 'x', deviceClassName: 'g', allocationMode: 'Some' }] },
        ],
      }),
      [
        'spec.devices.requests[0].exactly.deviceClassName: Required value',
        "spec.devices.requests[0].exactly.count: Invalid value: 2: must not be specified when allocationMode is 'All'",
        'spec.devices.requests[1]: Invalid value: null: exactly one of `exactly` or `firstAvailable` is required, but multiple fields are set',
        'spec.devices.requests[2].name: Required value',
        'spec.devices.requests[2]: Required value: exactly one of `exactly` or `firstAvailable` is required',
        'spec.devices.requests[3].firstAvailable[0].allocationMode: Unsupported value: "Some": supported values: "All", "ExactCount"',
        'spec.devices.requests[1]: Duplicate value: "a"',
      ],
    ],
    [
      'refer to requests that there are',
      devices({
        requests: [{ name: 'a', firstAvailable: [{ name: 'x', ...exactly }] }],
        constraints: [{ requests: ['a/x', 'b'], matchAttribute: 'x' }],
        config: [{ requests: ['a'], opaque: { driver: '', parameters: { a: 1 } } }],
      }),
      [
        'spec.devices.constraints[0].requests[1]: Invalid value: "b": must be the name of a request in the claim or the name of a request and a subrequest separated by \'/\'',
        'spec.devices.constraints[0].matchAttribute: Invalid value: "x": must include a domain',
        'spec.devices.config[0].opaque.driver: Required value',
      ],
    ],
  ])('%s', (_, body, expected) => expect(claims.create(body)).toEqual(expected))

  it('keep what they got, and are reserved only then', () => {
    const claim = (status: object) => ({ ...devices({ requests: [{ name: 'a', exactly }] }), status })
    const reservedFor = [{ resource: 'pods', name: 'p', uid: 'u' }]
    const write = (before: object, after: object) =>
      claims.update(claim(before), claim(after), { subresource: 'status' })
    const got = (device: string, request = 'a') => ({
      allocation: { devices: { results: [{ request, driver: 'd', pool: 'p', device }] } },
    })
    expect(write({}, { ...got('x'), reservedFor })).toEqual([])
    expect(write({}, { reservedFor })).toEqual([
      'status.reservedFor: Forbidden: may not be specified when `allocated` is not set',
    ])
    expect(write(got('x'), got('y'))).toEqual([expect.stringContaining('field is immutable')])
    expect(write({}, got('x', 'b'))).toEqual([
      expect.stringContaining('status.allocation.devices.results[0].request: Invalid value: "b"'),
    ])
  })

  it('are served from slices of pools', () => {
    const slices = new Subject('resource.k8s.io/v1', 'ResourceSlice')
    const pool = { name: 'p', generation: 1, resourceSliceCount: 1 }
    const good = {
      driver: 'd.e',
      pool,
      nodeName: 'n',
      devices: [{ name: 'a', attributes: { v: { version: '1.2.3' } } }],
    }
    expect(slices.create({ spec: good })).toEqual([])
    expect(
      slices.create({
        spec: {
          driver: 'd',
          pool: { ...pool, resourceSliceCount: 0 },
          nodeName: 'n',
          allNodes: true,
          devices: [{ name: 'a', nodeName: 'n', attributes: { v: { version: '1', string: 'x' } } }, { name: 'a' }],
        },
      }),
    ).toEqual([
      'spec.pool.resourceSliceCount: Invalid value: 0: must be greater than zero',
      'spec: Invalid value: "{`nodeName`, `allNodes`}": exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required, but multiple fields are set',
      'spec.devices[0].attributes[v].version: Invalid value: "1": must be a string compatible with semver.org spec 2.0.0',
      'spec.devices[0].attributes[v]: Invalid value: {"version":"1","string":"x"}: exactly one value must be specified',
      'spec.devices[0]: Invalid value: null: `nodeName`, `nodeSelector` and `allNodes` can only be set if `perDeviceNodeSelection` is set to true in the ResourceSlice spec',
      'spec.devices[1]: Duplicate value: "a"',
    ])
    expect(slices.update({ spec: good }, { spec: { ...good, driver: 'x' } })).toEqual([
      'spec.driver: Invalid value: "x": field is immutable',
    ])
  })
})

describe('config maps and secrets', () => {
  it('hold a key once', () => {
    const maps = new Subject('v1', 'ConfigMap')
    expect(maps.create({ data: { a: 'x' }, binaryData: { a: 'eA==' } })).toEqual([
      'data[a]: Invalid value: "a": duplicate of key present in binaryData',
    ])
  })

  it('of docker are JSON, and nobody is told what was wrong with it but the character', () => {
    const secrets = new Subject('v1', 'Secret')
    const type = 'kubernetes.io/dockerconfigjson'
    const at = 'data[.dockerconfigjson]'
    const hidden = 'Invalid value: "<secret contents redacted>"'
    expect(secrets.create({ type })).toEqual([`${at}: Required value`])
    expect(secrets.create({ type, stringData: { '.dockerconfigjson': 'x' } })).toEqual([
      `${at}: ${hidden}: invalid character 'x' looking for beginning of value`,
    ])
    expect(secrets.create({ type, stringData: { '.dockerconfigjson': '{' } })).toEqual([
      `${at}: ${hidden}: unexpected end of JSON input`,
    ])
  })
})
