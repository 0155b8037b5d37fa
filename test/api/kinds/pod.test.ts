import { describe, expect, it } from 'vitest'
import { scheme } from '../../../engine/api/scheme.ts'
import { toTable } from '../../../engine/api/table.ts'
import { Subject } from './complaints.ts'

const pods = new Subject('v1', 'Pod')
const container = { name: 'a', image: 'i' }
const spec = (more: object) => ({ spec: { containers: [container], ...more } })
const inContainer = (more: object) => spec({ containers: [{ ...container, ...more }] })

describe('a new pod', () => {
  const DNS_LABEL =
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"

  it.each<[string, object, string[]]>([
    ['is fine', spec({}), []],
    [
      'whose containers have one name',
      spec({ containers: [container, container] }),
      ['spec.containers[1].name: Duplicate value: "a"'],
    ],
    [
      'whose container has a bad name and no image',
      spec({ containers: [{ name: 'A_' }] }),
      [`spec.containers[0].name: Invalid value: "A_": ${DNS_LABEL}`, 'spec.containers[0].image: Required value'],
    ],
    [
      'whose mount has no volume',
      inContainer({ volumeMounts: [{ name: 'v', mountPath: '/x' }] }),
      ['spec.containers[0].volumeMounts[0].name: Not found: "v"'],
    ],
    [
      'that mounts twice at one place',
      {
        spec: {
          containers: [
            {
              ...container,
              volumeMounts: [
                { name: 'v', mountPath: '/x' },
                { name: 'v', mountPath: '/x', subPath: '../y' },
              ],
            },
          ],
          volumes: [{ name: 'v', emptyDir: {} }],
        },
      },
      [
        'spec.containers[0].volumeMounts[1].mountPath: Invalid value: "/x": must be unique',
        'spec.containers[0].volumeMounts.subPath: Invalid value: "../y": must not contain \'..\'',
      ],
    ],
    [
      'whose volume has two sources',
      spec({ volumes: [{ name: 'v', emptyDir: {}, hostPath: { path: '/x' } }] }),
      ['spec.volumes[0].hostPath: Forbidden: may not specify more than 1 volume type'],
    ],
    [
      'whose request exceeds its limit',
      inContainer({ resources: { requests: { cpu: '2' }, limits: { cpu: '1' } } }),
      ['spec.containers[0].resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1'],
    ],
    [
      'with a negative amount',
      inContainer({ resources: { limits: { memory: '-1' } } }),
      [
        'spec.containers[0].resources.limits[memory]: Invalid value: "-1": must be greater than or equal to 0',
        'spec.containers[0].resources.requests[memory]: Invalid value: "-1": must be greater than or equal to 0',
      ],
    ],
    [
      'whose probe has no way to ask',
      inContainer({ livenessProbe: { successThreshold: 2 } }),
      [
        'spec.containers[0].livenessProbe: Required value: must specify a handler type',
        'spec.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1',
      ],
    ],
    [
      'whose variable has a value and a source',
      inContainer({ env: [{ name: 'A', value: 'x', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }] }),
      ['spec.containers[0].env[0].valueFrom: Invalid value: "": may not be specified when `value` is not empty'],
    ],
    [
      'that is privileged yet may not escalate',
      inContainer({ securityContext: { privileged: true, allowPrivilegeEscalation: false } }),
      [
        'spec.containers[0].securityContext: Invalid value: {"Capabilities":null,"Privileged":true,"SELinuxOptions":null,"WindowsOptions":null,"RunAsUser":null,"RunAsGroup":null,"RunAsNonRoot":null,"ReadOnlyRootFilesystem":null,"AllowPrivilegeEscalation":false,"ProcMount":null,"SeccompProfile":null,"AppArmorProfile":null}: cannot set `allowPrivilegeEscalation` to false and `privileged` to true',
      ],
    ],
    [
      'whose toleration for any key wants a value',
      spec({ tolerations: [{ operator: 'Exists', value: 'x' }] }),
      ['spec.tolerations[0].operator: Invalid value: "x": value must be empty when `operator` is \'Exists\''],
    ],
  ])('%s', (_, object, expected) => {
    expect(pods.create(object)).toEqual(expected)
  })
})

describe('a pod that is there', () => {
  it('keeps all but a few fields', () => {
    expect(pods.update(spec({}), spec({ containers: [{ ...container, image: 'j' }] }))).toEqual([])
    expect(pods.update(spec({}), spec({ nodeName: 'x' }))[0]).toMatch(
      /^spec: Forbidden: pod updates may not change fields other than `spec.containers\[\*\].image`,/,
    )
    expect(pods.update(spec({ activeDeadlineSeconds: 5 }), spec({ activeDeadlineSeconds: 6 }))).toEqual([
      'spec.activeDeadlineSeconds: Invalid value: 6: must be less than or equal to previous value',
    ])
    expect(pods.update(spec({}), spec({ containers: [container, { name: 'b', image: 'i' }] }))).toEqual([
      'spec.containers: Forbidden: pod updates may not add or remove containers',
    ])
  })
})

describe('the table of pods', () => {
  it('marks those that have come to their end', () => {
    const rows = ['Running', 'Succeeded', 'Failed'].map(phase => ({
      ...pods.read({ ...spec({}), status: { phase } }),
    }))
    const table = toTable(scheme.byKind('', 'v1', 'Pod')!, rows, { now: 0, includeObject: 'None' })
    expect(table.rows.map(row => row.conditions)).toEqual([
      undefined,
      [{ type: 'Completed', status: 'True', reason: 'Succeeded', message: 'The pod has completed successfully.' }],
      [{ type: 'Completed', status: 'True', reason: 'Failed', message: 'The pod failed.' }],
    ])
  })
})

describe('profiles that annotations name', () => {
  it('are copied to the fields that followed them, unless these say something', () => {
    const subject = new Subject('v1', 'Pod')
    const prefix = 'container.apparmor.security.beta.kubernetes.io/'
    const unconfined = { type: 'Unconfined' }
    const containers = [
      { name: 'a', image: 'i' },
      { name: 'b', image: 'i', securityContext: { appArmorProfile: unconfined } },
      { name: 'c', image: 'i' },
      { name: 'd', image: 'i' },
    ]
    const annotations = {
      [`${prefix}a`]: 'localhost/p',
      [`${prefix}b`]: 'unconfined',
      [`${prefix}c`]: 'runtime/default',
      [`${prefix}d`]: '',
    }
    const pod = subject.made(
      { spec: { containers, securityContext: { appArmorProfile: { type: 'RuntimeDefault' } } } },
      { annotations },
    )
    const profiles = pod.spec.containers.map((c: { securityContext?: object }) => c.securityContext)
    expect(profiles).toEqual([
      { appArmorProfile: { type: 'Localhost', localhostProfile: 'p' } },
      { appArmorProfile: unconfined },
      undefined,
      undefined,
    ])
  })
})
