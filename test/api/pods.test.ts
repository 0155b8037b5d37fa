import { describe, expect, it } from 'vitest'
import { setDefaults } from '../../engine/api/defaulting.ts'
import { structural } from '../../engine/api/decode.ts'
import type { KubeObject } from '../../engine/api/object.ts'
import { scheme } from '../../engine/api/scheme.ts'
import { invalid } from '../../engine/api/status.ts'
import { validateCreate } from '../../engine/api/validation/validate.ts'

const context = { now: '2026-01-01T00:00:00Z', apiVersion: 'v1', subresource: '', user: { name: 'u', groups: [] } }
const strategy = scheme.byKind('', 'v1', 'Pod')!

function create(spec: unknown, name = 'p') {
  const object = { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'n' }, spec } as KubeObject
  const { errors, unknown } = structural(scheme.schemaOf('', 'v1', 'Pod')!, object)
  if (errors.length) return { object, complaints: errors, unknown }
  setDefaults(strategy, object)
  strategy.prepareForCreate!(object, context)
  return { object, unknown, complaints: validateCreate(strategy, object, context).map(e => `${e.field}: ${e.message}`) }
}

describe('a pod', () => {
  it('gets the defaults of Kubernetes', () => {
    const { object, complaints } = create({ containers: [{ name: 'a', image: 'i' }] })
    expect(complaints).toEqual([])
    expect(object.spec).toEqual({
      containers: [
        {
          name: 'a',
          image: 'i',
          imagePullPolicy: 'Always',
          resources: {},
          terminationMessagePath: '/dev/termination-log',
          terminationMessagePolicy: 'File',
        },
      ],
      dnsPolicy: 'ClusterFirst',
      enableServiceLinks: true,
      restartPolicy: 'Always',
      schedulerName: 'default-scheduler',
      securityContext: {},
      terminationGracePeriodSeconds: 30,
    })
    expect(object.status).toEqual({ phase: 'Pending', qosClass: 'BestEffort' })
  })

  it('gets the defaults of its volumes', () => {
    const { object } = create({
      containers: [{ name: 'a', image: 'i' }],
      volumes: [
        { name: 'a' },
        { name: 'e', projected: { sources: [{ serviceAccountToken: { path: 't' } }] } },
        { name: 'f', hostPath: { path: '/x' } },
      ],
    })
    expect(object.spec.volumes).toEqual([
      { name: 'a', emptyDir: {} },
      {
        name: 'e',
        projected: { defaultMode: 420, sources: [{ serviceAccountToken: { expirationSeconds: 3600, path: 't' } }] },
      },
      { name: 'f', hostPath: { path: '/x', type: '' } },
    ])
  })

  it('loses what is empty and keeps quantities in canonical form', () => {
    const { object } = create({
      nodeSelector: {},
      volumes: [],
      hostAliases: null,
      containers: [
        {
          name: 'a',
          image: 'i',
          command: [],
          env: null,
          resources: { requests: { cpu: '0.5', memory: '1024Ki', 'ephemeral-storage': '0.1Gi' } },
        },
      ],
    })
    expect(Object.keys(object.spec)).not.toEqual(expect.arrayContaining(['nodeSelector']))
    expect(object.spec.volumes).toBeUndefined()
    expect(object.spec.containers[0].command).toBeUndefined()
    expect(object.spec.containers[0].resources).toEqual({
      requests: { cpu: '500m', memory: '1Mi', 'ephemeral-storage': '107374182400m' },
    })
  })

  it('is complained about in the words and the order of Kubernetes', () => {
    expect(create({}).complaints).toEqual(['spec.containers: Required value'])
    expect(
      create({
        containers: [
          { name: 'a', image: 'i', ports: [{}, { containerPort: 70000 }, { containerPort: 1, protocol: 'HTTP' }] },
        ],
      }).complaints,
    ).toEqual([
      'spec.containers[0].ports[0].containerPort: Required value',
      'spec.containers[0].ports[1].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive',
      'spec.containers[0].ports[2].protocol: Unsupported value: "HTTP": supported values: "SCTP", "TCP", "UDP"',
    ])
    expect(
      create({
        restartPolicy: 'Maybe',
        dnsPolicy: 'Guess',
        activeDeadlineSeconds: 0,
        containers: [{ name: 'a', image: 'i' }],
      }).complaints,
    ).toEqual([
      'spec.restartPolicy: Unsupported value: "Maybe": supported values: "Always", "OnFailure", "Never"',
      'spec.dnsPolicy: Unsupported value: "Guess": supported values: "ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"',
      'spec.activeDeadlineSeconds: Invalid value: 0: must be between 1 and 2147483647, inclusive',
    ])
  })

  it('with unknown fields names their paths', () => {
    expect(create({ containers: [{ name: 'a', image: 'i', foo: 1 }], bar: {} }).unknown).toEqual([
      'spec.containers[0].foo',
      'spec.bar',
    ])
  })

  it('with wrong types says so as Go does', () => {
    expect(create({ containers: 'x' }).complaints).toEqual([
      'json: cannot unmarshal string into Go struct field PodSpec.spec.containers of type []v1.Container',
    ])
    expect(
      create({ containers: [{ name: 'a', image: 'i', resources: { limits: { cpu: '1x' } } }] }).complaints[0],
    ).toMatch(/quantities must match|unable to parse/)
  })

  it('turns its complaints into one Status', () => {
    const error = invalid({ group: '', kind: 'Pod' }, 'p', [
      { reason: 'FieldValueRequired', field: 'spec.containers', message: 'Required value' },
    ])
    expect(error.message).toBe('Pod "p" is invalid: spec.containers: Required value')
    expect(error.status.details).toEqual({
      name: 'p',
      kind: 'Pod',
      causes: [{ reason: 'FieldValueRequired', message: 'Required value', field: 'spec.containers' }],
    })
  })
})
