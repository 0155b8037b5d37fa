import { describe, expect, test } from 'vitest'
import { parseDuration, parseFlags } from '../../../app/cli/kubectl/base/flags.ts'
import { deepEqual } from '../../../engine/api/equality.ts'
import { threeWayMergePatch, threeWayPatch } from '../../../app/cli/kubectl/apply/strategic-diff.ts'
import { columns, elastic } from '../../../app/cli/kubectl/print/columns.ts'
import { humanDuration } from '../../../app/cli/kubectl/print/age.ts'
import { parseJsonPath } from '../../../app/cli/kubectl/print/jsonpath.ts'
import { toYAML } from '../../../app/cli/kubectl/print/yaml.ts'
import { strategicMergePatch } from '../../../engine/api/patch/strategic.ts'
import { typeOfPackage } from '../../../engine/api/schema/packages.ts'

const list = {
  items: [
    { name: 'a', ready: true, n: 1, labels: { 'x.y/z': 'q' } },
    { name: 'b', ready: false, n: 2 },
  ],
}

test.each([
  ['{.items[*].name}', 'a b'],
  ['{range .items[*]}{.name}{"\\t"}{.n}{"\\n"}{end}', 'a\t1\nb\t2\n'],
  ['{.items[?(@.ready==true)].name}', 'a'],
  ['{.items[?(@.n>1)].name}', 'b'],
  ['{.items[-1].name}', 'b'],
  ['{.items[0:1].name}', 'a'],
  ["{.items[0]['name','n']}", 'a 1'],
  ['{.items[0].labels.x\\.y/z}', 'q'],
  ['{..name}', 'a b'],
  ['{$.items[0].labels}', '{"x.y/z":"q"}'],
  ['n={.items[0].n}!', 'n=1!'],
])('the JSONPath %s gives what kubectl prints', (path, text) => {
  expect(parseJsonPath(path).render(list)).toBe(text)
})

test('a JSONPath that leads nowhere is an error unless it may', () => {
  expect(() => parseJsonPath('{.nope}').render(list)).toThrow('nope is not found')
  expect(parseJsonPath('{.nope}').render(list, true)).toBe('')
})

test('YAML keeps what would be read as something else than text apart from it', () => {
  const object = {
    b: 'true',
    a: '1',
    c: 'plain',
    d: '',
    e: 'a: b',
    f: 'x\ny\n',
    g: [],
    h: {},
    i: [{ k: 1, j: [2] }],
    y: null,
  }
  expect(toYAML(object)).toBe(
    `a: "1"\nb: "true"\nc: plain\nd: ""\ne: 'a: b'\nf: |\n  x\n  y\ng: []\nh: {}\ni:\n- j:\n  - 2\n  k: 1\n"y": null\n`,
  )
})

test('columns are six wide at least and three apart, and the last is as it is', () => {
  expect(
    columns([
      ['NAME', 'A'],
      ['web', 'longer'],
      ['web-12345', 'x'],
    ]),
  ).toBe('NAME        A\nweb         longer\nweb-12345   x\n')
})

test('elastic columns end where a line has fewer cells', () => {
  expect(elastic('Name:\tx\nLabels:\ta=b\n\tc=d\nText')).toBe('Name:    x\nLabels:  a=b\n         c=d\nText')
})

test.each([
  [5_000, '5s'],
  [119_000, '119s'],
  [125_000, '2m5s'],
  [3 * 3_600_000, '3h'],
  [50 * 3_600_000, '2d2h'],
  [400 * 86_400_000, '400d'],
])('%d ms are %s', (ms, text) => {
  expect(humanDuration(ms)).toBe(text)
})

describe('flags', () => {
  const specs = {
    watch: { type: 'bool', short: 'w' },
    output: { type: 'string', short: 'o' },
    cascade: { type: 'string', bare: 'background' },
  } as const

  test('may stand anywhere before the double dash, and shorthands may be joined', () => {
    const { flags, args, dash } = parseFlags(['a', '-wojson', 'b', '--', '-x'], specs)
    expect([flags.on('watch'), flags.text('output'), args, dash]).toEqual([true, 'json', ['a', 'b', '-x'], 2])
  })

  test('that do not exist or lack a value are refused', () => {
    expect(() => parseFlags(['--nope'], specs)).toThrow('unknown flag: --nope')
    expect(() => parseFlags(['-z'], specs)).toThrow("unknown shorthand flag: 'z' in -z")
    expect(() => parseFlags(['-o'], specs)).toThrow("flag needs an argument: 'o' in -o")
  })

  test('with durations take those of Go alone', () => {
    expect(parseDuration('1h2m3.5s')).toBe(3_723_500)
    expect(parseDuration('5 minutes')).toBeNaN()
  })
})

describe('the patch of apply', () => {
  const schema = typeOfPackage('apps/v1', 'Deployment')!
  const withContainers = (...containers: object[]) => ({ spec: { template: { spec: { containers } } } })

  test('deletes what was applied before and is no more, and leaves what others added', () => {
    const original = {
      metadata: { labels: { mine: '1', gone: '1' } },
      ...withContainers({ name: 'a', image: 'x' }, { name: 'b', image: 'x' }),
    }
    const modified = { metadata: { labels: { mine: '2' } }, ...withContainers({ name: 'a', image: 'y' }) }
    const current = {
      metadata: { labels: { mine: '1', gone: '1', other: '1' } },
      ...withContainers({ name: 'a', image: 'x' }, { name: 'b', image: 'x' }, { name: 'side', image: 'z' }),
    }
    const patched = strategicMergePatch(schema, current, threeWayPatch(schema, original, modified, current))
    expect(patched).toEqual({
      metadata: { labels: { mine: '2', other: '1' } },
      ...withContainers({ name: 'a', image: 'y' }, { name: 'side', image: 'z' }),
    })
  })

  test('is empty when nothing is to be done', () => {
    const object = withContainers({ name: 'a', image: 'x', ports: [{ containerPort: 80, protocol: 'TCP' }] })
    expect(threeWayPatch(schema, object, object, { ...object, status: { replicas: 1 } })).toEqual({})
  })

  test.each([
    [
      'a strategic',
      (original: object, modified: object, current: object) =>
        threeWayPatch(schema, original as never, modified as never, current as never),
    ],
    [
      'a merge',
      (original: object, modified: object, current: object) =>
        threeWayMergePatch(original as never, modified as never, current as never),
    ],
  ])('as %s patch takes any word for a key', (_, diff) => {
    const labels = (text: string) => ({ metadata: { labels: JSON.parse(text) as object } })
    const all = labels('{"constructor":"a","toString":"b","__proto__":"c"}')
    expect(deepEqual(diff({}, all, labels('{"kept":"1"}')), all)).toBe(true)
    const none = labels('{"constructor":null,"toString":null,"__proto__":null}')
    expect(deepEqual(diff(all, labels('{}'), all), none)).toBe(true)
  })
})
