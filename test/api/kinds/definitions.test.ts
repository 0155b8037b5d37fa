import { describe, expect, it } from 'vitest'
import { Subject } from './complaints.ts'

const definitions = new Subject('apiextensions.k8s.io/v1', 'CustomResourceDefinition')
const names = { plural: 'things', kind: 'Thing' }
const metadata = { name: 'things.a.b' }
const object = { type: 'object' }
const version = (more: object = {}) => ({
  name: 'v1',
  served: true,
  storage: true,
  schema: { openAPIV3Schema: object },
  ...more,
})
const spec = (more: object) => ({ spec: { group: 'a.b', names, scope: 'Namespaced', versions: [version()], ...more } })
const schema = (openAPIV3Schema: object) => spec({ versions: [version({ schema: { openAPIV3Schema } })] })

describe('a definition', () => {
  it.each<[string, object, string[]]>([
    ['is fine', spec({}), []],
    [
      'has names that resources can have',
      spec({ names: { ...names, listKind: 'Thing', shortNames: ['T'] }, group: 'a.b' }),
      [
        expect.stringContaining('spec.names.shortNames[0]: Invalid value: "T": a DNS-1035 label must consist of'),
        'spec.names.listKind: Invalid value: "Thing": kind and listKind may not be the same',
      ],
    ],
    [
      'has one version that is stored, and each version once',
      spec({ versions: [version(), version()] }),
      [
        expect.stringMatching(/^spec\.versions: .*must contain unique version names$/),
        expect.stringMatching(/^spec\.versions: .*must have exactly one version marked as storage version$/),
      ],
    ],
    [
      'shows columns, scales and selects by paths',
      spec({
        versions: [
          version({
            additionalPrinterColumns: [{ name: '', type: 'text', format: 'x', jsonPath: 'a' }],
            subresources: { scale: { specReplicasPath: '.a', statusReplicasPath: '', labelSelectorPath: '.x' } },
            selectableFields: [{ jsonPath: '.a' }, { jsonPath: '.a' }, { jsonPath: '.metadata.name' }],
            deprecationWarning: ' x',
          }),
        ],
      }),
      [
        'spec.versions[0].deprecationWarning: Invalid value: " x": can only be set for deprecated versions',
        'spec.versions[0].deprecationWarning: Invalid value: " x": must not have leading or trailing whitespace',
        'spec.versions[0].subresources.scale.specReplicasPath: Invalid value: ".a": should be a json path under .spec',
        'spec.versions[0].subresources.scale.statusReplicasPath: Required value',
        'spec.versions[0].subresources.scale.labelSelectorPath: Invalid value: ".x": should be a json path under either .spec or .status',
        'spec.versions[0].additionalPrinterColumns[0].name: Required value',
        'spec.versions[0].additionalPrinterColumns[0].type: Invalid value: "text": must be one of boolean,date,integer,number,string',
        'spec.versions[0].additionalPrinterColumns[0].format: Invalid value: "x": must be one of byte,date,date-time,double,float,int32,int64,password',
        'spec.versions[0].additionalPrinterColumns[0].jsonPath: Invalid value: "a": must be a simple json path starting with .',
        'spec.versions[0].selectableFields[1].jsonPath: Duplicate value: ".a"',
        'spec.versions[0].selectableFields[2].jsonPath: Invalid value: ".metadata.name": must not point to fields in metadata',
      ],
    ],
    [
      'is converted by a web service, if by anything',
      spec({
        conversion: {
          strategy: 'Webhook',
          webhook: { clientConfig: { url: 'http://a' }, conversionReviewVersions: ['v9'] },
        },
      }),
      [
        'spec.conversion.webhook.clientConfig.url: Invalid value: "http": \'https\' is the only allowed URL scheme; desired format: https://host[/path]',
        'spec.conversion.conversionReviewVersions: Invalid value: ["v9"]: must include at least one of v1, v1beta1',
      ],
    ],
    [
      'has a schema',
      spec({ versions: [version({ schema: {} })] }),
      ['spec.versions[0].schema.openAPIV3Schema: Required value: schemas are required'],
    ],
  ])('%s', (_, body, expected) => expect(definitions.create(body, metadata)).toEqual(expected))

  it('keeps its group, its names, and the versions in which objects are stored', () => {
    const status = {
      storedVersions: ['v1', 'v0'],
      conditions: [{ type: 'Established', status: 'True' }],
    }
    const before = { ...spec({}), status }
    const after = { ...spec({ scope: 'Cluster', names: { ...names, kind: 'Other' } }), status }
    expect(definitions.update(before, after, { metadata })).toEqual([
      'spec.scope: Invalid value: "Cluster": field is immutable',
      'spec.names.kind: Invalid value: "Other": field is immutable',
      expect.stringContaining('status.storedVersions[1]: Invalid value: "v0": missing from spec.versions'),
    ])
    expect(definitions.update(before, { ...before, status: {} }, { metadata, subresource: 'status' })).toEqual([
      'status.storedVersions: Invalid value: []: must have at least one stored version',
    ])
  })
})

describe('a structural schema', () => {
  const at = 'spec.versions[0].schema.openAPIV3Schema'
  it.each<[string, object, string[]]>([
    [
      'is fine',
      {
        ...object,
        properties: {
          port: { 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, { type: 'string' }] },
          list: {
            type: 'array',
            items: { ...object, properties: { name: { type: 'string' } } },
            'x-kubernetes-list-type': 'map',
            'x-kubernetes-list-map-keys': ['name'],
          },
          any: { 'x-kubernetes-preserve-unknown-fields': true },
        },
      },
      [],
    ],
    ['is one of objects', { type: 'string' }, [`${at}.type: Invalid value: "string": must be object at the root`]],
    [
      'says the type of everything',
      {
        properties: {
          a: {},
          b: { type: 'array', items: {} },
          c: { ...object, additionalProperties: {} },
          d: { type: 'x' },
          e: { type: 'array' },
        },
      },
      [
        `${at}.type: Required value: must not be empty at the root`,
        `${at}.properties[a].type: Required value: must not be empty for specified object fields`,
        `${at}.properties[b].items.type: Required value: must not be empty for specified array items`,
        `${at}.properties[c].additionalProperties.type: Required value: must not be empty for specified object fields`,
        `${at}.properties[d].type: Unsupported value: "x": supported values: "array", "boolean", "integer", "number", "object", "string"`,
        `${at}.properties[e].items: Required value: must be specified`,
      ],
    ],
    [
      'says it outside of alternatives',
      {
        ...object,
        anyOf: [{ type: 'object', properties: { a: { description: 'x', minLength: 1 } } }],
        not: { nullable: true },
      },
      [
        `${at}.anyOf[0].type: Forbidden: must be empty to be structural`,
        `${at}.anyOf[0].properties[a].description: Forbidden: must be empty to be structural`,
        `${at}.not.nullable: Forbidden: must be empty to be structural`,
      ],
    ],
    [
      'does without what cannot be pruned',
      {
        ...object,
        properties: {
          metadata: { ...object, properties: { labels: object } },
          a: { ...object, $ref: 'x', additionalProperties: false },
          b: { ...object, properties: { x: object }, additionalProperties: object },
          c: { type: 'array', items: object, uniqueItems: true, 'x-kubernetes-list-type': 'map' },
          d: { type: 'string', 'x-kubernetes-embedded-resource': true },
        },
      },
      [
        `${at}.properties[a].$ref: Forbidden: $ref is not supported`,
        `${at}.properties[a].additionalProperties: Forbidden: additionalProperties cannot be set to false`,
        `${at}.properties[b].additionalProperties: Forbidden: additionalProperties and properties are mutual exclusive`,
        `${at}.properties[c].x-kubernetes-list-map-keys: Required value: must not be empty if x-kubernetes-list-type is map`,
        `${at}.properties[c].uniqueItems: Forbidden: uniqueItems cannot be set to true since the runtime complexity becomes quadratic`,
        `${at}.properties[d].type: Invalid value: "string": must be object if x-kubernetes-embedded-resource is true`,
        `${at}.properties[metadata]: Forbidden: must not specify anything other than name and generateName, but metadata is implicitly specified`,
      ],
    ],
  ])('%s', (_, root, expected) => expect(definitions.create(schema(root), metadata)).toEqual(expected))
})
