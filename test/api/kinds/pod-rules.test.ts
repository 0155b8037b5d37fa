import { describe, expect, it } from 'vitest'
import { Subject } from './complaints.ts'

const pods = new Subject('v1', 'Pod')
const container = { name: 'a', image: 'i' }
const spec = (more: object) => ({ spec: { containers: [container] as object[], ...more } })
const inContainer = (more: object) => spec({ containers: [{ ...container, ...more }] })
const running = (state: object, more: object = {}) => ({
  ...spec(more),
  status: { containerStatuses: [{ name: 'a', state }] },
})

describe('a new pod', () => {
  it('may name what every JavaScript object has, and is judged by what it says alone', () => {
    const resources = { requests: { cpu: '1' }, limits: { cpu: '1' } }
    const odd = { requests: { constructor: '0' }, limits: { toString: '0' } }
    const constraint = { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule', labelSelector: {} }
    const complaints = pods.create({
      spec: {
        containers: [{ ...container, resources: odd }],
        resources,
        topologySpreadConstraints: [{ ...constraint, matchLabelKeys: ['constructor'] }],
      },
    })
    expect(complaints.length).toBeGreaterThan(0)
    for (const complaint of complaints) expect(complaint).toMatch(/\[(constructor|toString)\]: Invalid value: "/)
  })

  it.each<[string, object, string[]]>([
    [
      'that shares no users with its host but the rest of it',
      inContainer({ volumeDevices: [{ name: 'v', devicePath: '/d' }] }).spec,
      [
        'spec.hostNetwork: Forbidden: when `hostUsers` is false',
        'spec.HostPID: Forbidden: when `hostUsers` is false',
        'spec.HostIPC: Forbidden: when `hostUsers` is false',
        'spec.containers[0].volumeDevices: Forbidden: when `hostUsers` is false',
      ],
    ],
  ])('%s', (_what, body, complaints) => {
    const devices = { volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'c' } }] }
    const host = { hostUsers: false, hostNetwork: true, hostPID: true, hostIPC: true }
    expect(pods.create({ spec: { ...body, ...devices, ...host } })).toEqual(complaints)
  })

  it.each<[string, object, string[]]>([
    [
      'that names itself twice over',
      spec({ hostnameOverride: 'A', setHostnameAsFQDN: true, hostNetwork: true }),
      [
        'spec.hostnameOverride: Forbidden: may not be specified when setHostnameAsFQDN is true',
        'spec.hostnameOverride: Forbidden: may not be specified when hostNetwork is true',
        "spec.hostnameOverride: Invalid value: \"A\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
      ],
    ],
    [
      'whose variable reads a file of a volume that holds none',
      {
        spec: {
          containers: [
            {
              ...container,
              env: [
                { name: 'X', valueFrom: { fileKeyRef: { key: 'K', volumeName: 'none', path: '../p' } } },
                { name: 'Y', valueFrom: { fileKeyRef: { key: 'K', volumeName: 'v', path: 'p' } } },
              ],
            },
          ],
          volumes: [{ name: 'v', hostPath: { path: '/x' } }],
        },
      },
      [
        'spec.containers[0].env[0].valueFrom.fileKeyRef.path: Invalid value: "../p": must not contain \'..\'',
        'spec.containers[0].env[0].valueFrom.fileKeyRef.volumeName: Not found: "none"',
        'spec.containers[0].env[1].valueFrom.fileKeyRef.volumeName: Invalid value: "v": referenced volume must be of type emptyDir',
      ],
    ],
    [
      'whose container wants a signal on an unnamed system',
      inContainer({ lifecycle: { stopSignal: 'SIGUSR1' } }),
      ['spec.containers[0].lifecycle.stopSignal: Forbidden: may not be set for containers with empty `spec.os.name`'],
    ],
    [
      'whose container wants a signal that Windows lacks',
      { spec: { containers: [{ ...container, lifecycle: { stopSignal: 'SIGUSR1' } }], os: { name: 'windows' } } },
      ['spec.containers[0].lifecycle.stopSignal: Unsupported value: "SIGUSR1": supported values: "SIGKILL", "SIGTERM"'],
    ],
    [
      'whose containers say wrongly how their last words are found',
      inContainer({ terminationMessagePolicy: 'Nowhere' }),
      [
        'spec.containers[0].terminationMessagePolicy: Unsupported value: "Nowhere": supported values: "File", "FallbackToLogsOnError"',
      ],
    ],
    [
      'whose sidecar has restart rules',
      spec({
        initContainers: [
          {
            name: 'b',
            image: 'i',
            restartPolicy: 'Always',
            restartPolicyRules: [{ action: 'Restart', exitCodes: { operator: 'In', values: [1] } }],
          },
        ],
      }),
      [
        'spec.initContainers[0].restartPolicyRules: Forbidden: restartPolicyRules are not allowed for init containers with restart policy Always',
      ],
    ],
    [
      'with too little for all of its containers',
      {
        spec: {
          containers: [
            { ...container, resources: { requests: { cpu: '2' }, limits: { cpu: '3' } } },
            { name: 'b', image: 'i', resources: { requests: { cpu: '1' } } },
          ],
          resources: { requests: { cpu: '1' }, limits: { cpu: '2' }, claims: [{ name: 'c' }] },
          resourceClaims: [{ name: 'c', resourceClaimName: 'c' }],
        },
      },
      [
        'spec.resources.claims: Forbidden: claims may not be set for Resources at pod-level',
        'spec.resources.requests[cpu]: Invalid value: "1": must be greater than or equal to aggregate container requests of 3',
        'spec.resources.containers[0][cpu].limits: Invalid value: "3": must be less than or equal to pod limits of 2',
      ],
    ],
    [
      'of Windows with resources of its own',
      spec({ os: { name: 'windows' }, resources: { requests: { cpu: '1' } } }),
      ['spec.resources: Forbidden: may not be set for a windows pod'],
    ],
    ['whose operating system has no name', spec({ os: { name: '' } }), ['spec.os.name: Required value']],
    [
      'whose selector names a key twice',
      {
        metadata: { name: 'a', namespace: 'n', labels: { app: 'x' } },
        spec: {
          containers: [container],
          topologySpreadConstraints: [
            {
              maxSkew: 1,
              topologyKey: 'zone',
              whenUnsatisfiable: 'DoNotSchedule',
              labelSelector: { matchLabels: { app: 'x' } },
              matchLabelKeys: ['app'],
            },
          ],
        },
      },
      ['spec.topologySpreadConstraints[0][0]: Invalid value: "app": exists in both matchLabelKeys and labelSelector'],
    ],
    [
      'with a certificate of too long a life',
      spec({
        volumes: [
          {
            name: 'v',
            projected: {
              sources: [
                {
                  podCertificate: {
                    signerName: 'kubernetes.io/x',
                    keyType: 'RSA1',
                    maxExpirationSeconds: 90000,
                    keyPath: 'k',
                  },
                },
              ],
            },
          },
        ],
      }),
      [
        'spec.volumes[0].projected.sources[0].podCertificate.keyType: Unsupported value: "RSA1": supported values: "RSA3072", "RSA4096", "ECDSAP256", "ECDSAP384", "ECDSAP521", "ED25519"',
        'spec.volumes[0].projected.sources[0].podCertificate.maxExpirationSeconds: Invalid value: 90000: if provided, maxExpirationSeconds must be <= 86400',
      ],
    ],
  ])('%s', (_what, body, complaints) => {
    expect(pods.create(body)).toEqual(complaints)
  })

  it('may have a generated name whose beginning ends oddly', () => {
    expect(pods.create(spec({}), { generateName: 'a.-', name: 'a-x' })).toEqual([])
  })

  it('has finalizers of Kubernetes, or of a domain', () => {
    expect(pods.create(spec({}), { finalizers: ['mine', 'a/b', 'orphan', 'foregroundDeletion'] })).toEqual([
      'metadata.finalizers: Invalid value: ["mine","a/b","orphan","foregroundDeletion"]: finalizer orphan and foregroundDeletion cannot be both set',
      'metadata.finalizers[0]: Invalid value: "mine": name is neither a standard finalizer name nor is it fully qualified',
    ])
  })

  it('has owners of a version', () => {
    const owner = { uid: 'u', name: 'o', kind: 'K', apiVersion: 'a/b/c' }
    const event = { uid: 'u', name: 'o', kind: 'Event', apiVersion: 'v1' }
    expect(pods.create(spec({}), { ownerReferences: [owner, event] })).toEqual([
      'metadata.ownerReferences[0].apiVersion: Invalid value: "a/b/c": version must not be empty',
      'metadata.ownerReferences[1]: Invalid value: {"apiVersion":"v1","kind":"Event","name":"o","uid":"u"}: /v1, Kind=Event is disallowed from being an owner',
    ])
  })
})

describe('a change of a pod', () => {
  it('keeps a deadline that is set', () => {
    expect(pods.update(spec({ activeDeadlineSeconds: 5 }), spec({}))).toContain(
      'spec.activeDeadlineSeconds: Invalid value: null: must not update from a positive integer to nil value',
    )
  })

  it('is complained about once for every look at its metadata, as by Kubernetes', () => {
    const label = { metadata: { labels: { '-': '' } } }
    const complaints = pods.update(spec({}), spec({}), label)
    expect(new Set(complaints).size).toBe(1)
    expect(complaints.length).toBeGreaterThan(2)
  })
})

describe("a change of a pod's status", () => {
  const ended = (exitCode: number) => ({ terminated: { exitCode } })
  const change = (more: object, exitCode: number) =>
    pods.update(running(ended(exitCode), more), running({ running: {} }, more), { subresource: 'status' })
  const FORBIDDEN = 'status.containerStatuses[0].state: Forbidden: may not be transitioned to non-terminated state'
  const own = (policy: object) => ({ restartPolicy: 'Never', containers: [{ ...container, ...policy }] })

  it.each<[string, object, number, boolean]>([
    ['never restarted', { restartPolicy: 'Never' }, 1, false],
    ['restarted after a failure', { restartPolicy: 'OnFailure' }, 1, true],
    ['not restarted after success', { restartPolicy: 'OnFailure' }, 0, false],
    ['always restarted', { restartPolicy: 'Always' }, 0, true],
    ['restarted by a policy of its own', own({ restartPolicy: 'OnFailure' }), 1, true],
    ['not restarted by a policy of its own', own({ restartPolicy: 'OnFailure' }), 0, false],
    [
      'restarted by a rule',
      own({
        restartPolicy: 'Never',
        restartPolicyRules: [{ action: 'Restart', exitCodes: { operator: 'In', values: [42] } }],
      }),
      42,
      true,
    ],
  ])('knows a container that is %s', (_what, more, exitCode, allowed) => {
    expect(change(more, exitCode)).toEqual(allowed ? [] : [FORBIDDEN])
  })

  it('has conditions with qualified names', () => {
    const after = { ...spec({}), status: { conditions: [{ type: 'a b', status: 'True', observedGeneration: -1 }] } }
    const [generation, type] = pods.update(spec({}), after, { subresource: 'status' })
    expect(generation).toBe(
      'status.conditions[0].observedGeneration: Invalid value: -1: must be a non-negative integer',
    )
    expect(type).toMatch(/^status\.conditions\[0\]\.Type: Invalid value: "a b": name part must consist of/)
  })

  it('nominates no node for a pod that is on one', () => {
    const bound = spec({ nodeName: 'n' })
    expect(pods.update(bound, { ...bound, status: { nominatedNodeName: 'm' } }, { subresource: 'status' })).toEqual([
      'status.nominatedNodeName: Forbidden: may not be set on pods that are already bound to a node',
    ])
  })
})

describe('a resize of a pod', () => {
  const sized = (cpu: string, name = 'a') =>
    spec({ containers: [{ name, image: 'i', resources: { requests: { cpu } } }] })
  const resize = { subresource: 'resize' }

  it('changes cpu and memory', () => {
    expect(pods.update(sized('1'), sized('2'), resize)).toEqual([])
  })

  it.each<[string, object, string[]]>([
    [
      'renames no container',
      sized('1', 'b'),
      ['spec.containers[0].name: Forbidden: containers may not be renamed or reordered on resize'],
    ],
    [
      'adds no container',
      { spec: { containers: [...sized('1').spec.containers, { name: 'b', image: 'i' }] } },
      ['spec.containers: Forbidden: containers may not be added or removed on resize'],
    ],
  ])('%s', (_what, after, complaints) => {
    expect(pods.update(sized('1'), after, resize)).toEqual(complaints)
  })
})
