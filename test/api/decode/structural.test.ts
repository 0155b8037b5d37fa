import { describe, expect, it } from 'vitest'
import { decodeJSON, decodeYAML, strictText, strictWarnings, structural } from '../../../engine/api/decode.ts'
import { typeOfPackage } from '../../../engine/api/schema/packages.ts'

const deployment = typeOfPackage('apps/v1', 'Deployment')!
const pod = typeOfPackage('core/v1', 'Pod')!

const read = (text: string, schema = deployment) => {
  const decoded = decodeJSON(text)
  return { ...decoded, ...structural(schema, decoded.value, decoded.notes?.numbers) }
}
const errors = (spec: string, schema = pod) => read(`{"spec":${spec}}`, schema).errors

describe('strict remarks', () => {
  const json = `{"spec":{"unknown1":"val1","unknownDupe":"a","unknownDupe":"b","paused":true,"paused":false,
    "template":{"spec":{"containers":[{"name":"c","unknownNested":{"x":1,"x":2},"imagePullPolicy":"Always","imagePullPolicy":"Never"}]}}},
    "metadata":{"name":"a","name":"b","labels":{"k":"1","k":"2"}}}`
  const remarks = [
    'unknown field "spec.unknown1"',
    'unknown field "spec.unknownDupe"',
    'duplicate field "spec.paused"',
    'unknown field "spec.template.spec.containers[0].unknownNested"',
    'duplicate field "spec.template.spec.containers[0].imagePullPolicy"',
    'duplicate field "metadata.name"',
    'duplicate field "metadata.labels.k"',
  ]

  it('name unknown and duplicate fields in the order of the text, each once, and nothing inside of unknown ones', () => {
    const { duplicates, unknown, notes } = read(json)
    expect(strictText(duplicates, unknown, notes)).toBe(`strict decoding error: ${remarks.join(', ')}`)
    expect(strictWarnings(duplicates, unknown, notes)).toEqual(remarks)
  })
  it('tell of duplicates in YAML with their lines, and of unknown fields in the order of keys', () => {
    const text = 'spec:\n  zoo: 1\n  paused: true\n  paused: false\n  replicas: 1\n  replicas: 2\n  ape: 1\n'
    const { value, duplicates, notes } = decodeYAML(text)
    const { unknown } = structural(deployment, value)
    expect(strictText(duplicates, unknown, notes)).toBe(
      'strict decoding error: yaml: unmarshal errors:\n  line 4: key "paused" already set in map\n  line 6: key "replicas" already set in map, unknown field "spec.ape", unknown field "spec.zoo"',
    )
    expect(strictWarnings(duplicates, unknown, notes)).toEqual([
      'line 4: key "paused" already set in map',
      'line 6: key "replicas" already set in map',
      'unknown field "spec.ape"',
      'unknown field "spec.zoo"',
    ])
  })
  it('are at most a hundred', () => {
    const fields = Array.from({ length: 250 }, (_, i) => `"x${i}":1`).join(',')
    const { duplicates, unknown, notes } = read(`{${fields}}`)
    expect(unknown).toHaveLength(250)
    expect(strictWarnings(duplicates, unknown, notes)).toHaveLength(100)
  })
  it('tell apart what differs in case alone', () =>
    expect(read('{"Spec":{},"spec":{"Replicas":1}}').unknown).toEqual(['Spec', 'spec.Replicas']))
})

describe('pruning', () => {
  it('takes unknown fields away at every depth, and leaves free-form values alone', () => {
    const text = '{"kind":"ControllerRevision","data":{"any":{"thing":1}},"revision":1,"x":1}'
    const result = read(text, typeOfPackage('apps/v1', 'ControllerRevision'))
    expect(result.value).toEqual({ kind: 'ControllerRevision', data: { any: { thing: 1 } }, revision: 1 })
    expect(result.unknown).toEqual(['x'])
  })
  it('takes unknown fields for such that are names of the prototype', () => {
    const { value, unknown } = read('{"__proto__":{"a":1},"constructor":1,"toString":2,"metadata":{"name":"a"}}')
    expect(unknown).toEqual(['__proto__', 'constructor', 'toString'])
    expect(Object.keys(value as object)).toEqual(['metadata'])
  })
  it('keeps keys of maps that are names of the prototype', () => {
    const { value } = read('{"metadata":{"labels":{"__proto__":"a","constructor":"b"}}}')
    const { labels } = (value as { metadata: { labels: object } }).metadata
    expect(Object.entries(labels)).toEqual([
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ])
  })
  it('takes null for absent, and empty values of plain fields, too', () =>
    expect(read('{"metadata":{"labels":{},"name":""},"spec":{"replicas":null,"paused":false}}').value).toEqual({
      metadata: {},
      spec: {},
    }))
})

describe('integers', () => {
  it('are refused rather than rounded', () => {
    expect(errors('{"activeDeadlineSeconds":9007199254740991}')).toEqual([])
    expect(errors('{"activeDeadlineSeconds":9007199254740993}')).toEqual([
      'spec.activeDeadlineSeconds: the number 9007199254740993 is beyond ±(2^53-1), the largest that is kept exactly here',
    ])
  })

  it.each([
    ['{"priority":2147483647}', []],
    ['{"priority":-2147483648}', []],
    ['{"terminationGracePeriodSeconds":9007199254740991}', []],
    [
      '{"priority":2147483648}',
      ['json: cannot unmarshal number 2147483648 into Go struct field PodSpec.spec.priority of type int32'],
    ],
    [
      '{"priority":3.0}',
      ['json: cannot unmarshal number 3.0 into Go struct field PodSpec.spec.priority of type int32'],
    ],
    [
      '{"priority":1e3}',
      ['json: cannot unmarshal number 1e3 into Go struct field PodSpec.spec.priority of type int32'],
    ],
    [
      '{"priority":1.5}',
      ['json: cannot unmarshal number 1.5 into Go struct field PodSpec.spec.priority of type int32'],
    ],
    [
      '{"terminationGracePeriodSeconds":9223372036854775808}',
      [
        'json: cannot unmarshal number 9223372036854775808 into Go struct field PodSpec.spec.terminationGracePeriodSeconds of type int64',
      ],
    ],
    ['{"priority":"1"}', ['json: cannot unmarshal string into Go struct field PodSpec.spec.priority of type int32']],
    ['{"priority":true}', ['json: cannot unmarshal bool into Go struct field PodSpec.spec.priority of type int32']],
  ])('%s', (spec, expected) => expect(errors(spec)).toEqual(expected))

  it('in YAML may have a point where nothing follows it', () => {
    const { value } = decodeYAML('spec: {replicas: 3.0}')
    expect(structural(deployment, value).errors).toEqual([])
  })
  it('may stand for quantities, with a fraction, too', () =>
    expect(read('{"spec":{"overhead":{"cpu":0.5,"memory":1e3}}}', pod).value).toEqual({
      spec: { overhead: { cpu: '500m', memory: '1k' } },
    }))
})
