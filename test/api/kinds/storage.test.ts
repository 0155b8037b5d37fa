import { describe, expect, it } from 'vitest'
import { Subject } from './complaints.ts'

describe('a claim', () => {
  const claims = new Subject('v1', 'PersistentVolumeClaim')
  const spec = (more: object) => ({
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...more },
  })

  it.each<[string, object, string[]]>([
    ['is fine', spec({}), []],
    [
      'of nothing',
      { spec: {} },
      [
        'spec.accessModes: Required value: at least 1 access mode is required',
        'spec.resources[storage]: Required value',
      ],
    ],
    [
      'with an odd mode',
      spec({ accessModes: ['Sometimes'] }),
      [
        'spec.accessModes: Unsupported value: "Sometimes": supported values: "ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"',
      ],
    ],
    [
      'with a mode that stands alone and does not',
      spec({ accessModes: ['ReadWriteOncePod', 'ReadWriteOnce'] }),
      ['spec.accessModes: Forbidden: may not use ReadWriteOncePod with other access modes'],
    ],
  ])('%s', (_, body, expected) => expect(claims.create(body)).toEqual(expected))
})

describe('a volume', () => {
  const volumes = new Subject('v1', 'PersistentVolume')
  const spec = (more: object) => ({
    spec: { accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' }, hostPath: { path: '/x' }, ...more },
  })

  it.each<[string, object, string[]]>([
    ['is fine', spec({}), []],
    [
      'of nothing',
      { spec: {} },
      [
        'spec.accessModes: Required value',
        'spec.capacity: Required value',
        'spec.capacity: Unsupported value: null: supported values: "storage"',
        'spec: Required value: must specify a volume type',
      ],
    ],
    [
      'that steps back',
      spec({ hostPath: { path: '/x/../y' } }),
      ['spec.hostPath.path: Invalid value: "/x/../y": must not contain \'..\''],
    ],
    [
      'in two places',
      spec({ nfs: { server: 's', path: '/x' } }),
      ['spec.nfs: Forbidden: may not specify more than 1 volume type'],
    ],
  ])('%s', (_, body, expected) => expect(volumes.create(body)).toEqual(expected))

  it('stays where it is', () => {
    const found = volumes.update(spec({}), spec({ hostPath: { path: '/y' } }))
    expect(found).toHaveLength(1)
    expect(found[0]).toContain(
      'spec.persistentvolumesource: Forbidden: spec.persistentvolumesource is immutable after creation',
    )
  })
})

describe('a storage class', () => {
  const classes = new Subject('storage.k8s.io/v1', 'StorageClass')

  it('names its provisioner and its topologies once', () => {
    const term = { matchLabelExpressions: [{ key: 'zone', values: ['a', 'a'] }] }
    expect(classes.create({ allowedTopologies: [term, term], parameters: { '': 'x' } })).toEqual([
      'provisioner: Required value',
      'parameters: Invalid value: "": field can not be empty.',
      'allowedTopologies[0].matchLabelExpressions[0].values[1]: Duplicate value: "a"',
      'allowedTopologies[1].matchLabelExpressions[0].values[1]: Duplicate value: "a"',
      'allowedTopologies[1].matchLabelExpressions: Duplicate value: ""',
    ])
  })

  it('says whether claims may grow', () => {
    expect(classes.row({ provisioner: 'p', allowVolumeExpansion: true }).AllowVolumeExpansion).toBe(true)
    expect(classes.row({ provisioner: 'p' }).AllowVolumeExpansion).toBe(false)
  })
})

describe('a driver', () => {
  const drivers = new Subject('storage.k8s.io/v1', 'CSIDriver')

  it('keeps what pods rely on', () => {
    expect(drivers.create({ spec: {} })).toEqual([])
    expect(drivers.create({ spec: { fsGroupPolicy: 'X', volumeLifecycleModes: ['Y'] } })).toEqual([
      'spec.fsGroupPolicy: Unsupported value: "X": supported values: "File", "None", "ReadWriteOnceWithFSType"',
      'spec.volumeLifecycleModes: Unsupported value: "Y": supported values: "Persistent", "Ephemeral"',
    ])
    expect(drivers.update({ spec: {} }, { spec: { attachRequired: false } })).toEqual([
      'spec.attachedRequired: Invalid value: false: field is immutable',
    ])
  })
})

describe('an attachment', () => {
  const attachments = new Subject('storage.k8s.io/v1', 'VolumeAttachment')

  it('has one source', () => {
    expect(attachments.create({ spec: { attacher: 'a', nodeName: 'n', source: {} } })).toEqual([
      'spec.source: Required value: must specify exactly one of inlineVolumeSpec and persistentVolumeName',
    ])
    const source = { persistentVolumeName: 'p' }
    expect(attachments.create({ spec: { attacher: 'a', nodeName: 'n', source } })).toEqual([])
  })
})
