import { describe, expect, it } from 'vitest'
import { boundedLines, LineParser, MOST_CHARACTERS } from '../../../renderer/src/logs/parse.ts'
import { prettyLines } from '../../../renderer/src/logs/record.ts'
import { compileSearch, piecesOf } from '../../../renderer/src/logs/search/pattern.ts'
import { severityOf } from '../../../renderer/src/logs/severity.ts'
import { cutsOf, widthOf } from '../../../renderer/src/logs/width.ts'

describe('severity', () => {
  it.each([
    ['{"level":"error","msg":"x"}', 'error'],
    ['{"time":1,"level":50,"msg":"pino"}', 'error'],
    ['{"severity":"WARNING","message":"x"}', 'warn'],
    ['{"msg":"level: error"}', 'none'],
    ['I0102 10:00:00.123456       1 server.go:1] ok', 'info'],
    ['W0102 10:00:00.123456       1 server.go:1] hm', 'warn'],
    ['E0102 10:00:00.123456       1 server.go:1] no', 'error'],
    ['F0102 10:00:00.123456       1 server.go:1] no', 'error'],
    ['time="2026-01-01T00:00:00Z" level=warning msg="x"', 'warn'],
    ['ts=2026 level=debug caller=x', 'debug'],
    ['[error] 12#12: *1 open() failed', 'error'],
    ['2026/01/01 10:00:00 [notice] 1#1: start', 'info'],
    ['[12] <warn> x', 'warn'],
    ['2026-01-01 10:00:00,123 INFO main: hello', 'info'],
    ['WARN: low', 'warn'],
    ['2026-01-01T00:00:00Z|FATAL|x', 'error'],
    ['TypeError: x is not a function', 'error'],
    ['panic: runtime error', 'error'],
    ['java.lang.NullPointerException: x', 'none'],
    ['Exception in thread "main" x', 'error'],
    ['warning: deprecated', 'warn'],
    ['10.0.0.1 - "GET /error HTTP/1.1" 200', 'none'],
    ['an error happened', 'none'],
    ['[constructor] x', 'none'],
    ['[60] x', 'none'],
    ['', 'none'],
  ])('of %s is %s', (line, severity) => expect(severityOf(line)).toBe(severity))
})

describe('a line', () => {
  it('loses its time stamp and its escape sequences', () => {
    const parser = new LineParser(3, false)
    expect(parser.parse('2026-01-01T10:00:00.123456789Z \u001b[31mred\u001b[0m alert\r')).toEqual({
      ...{ source: 3, severity: 'none', text: 'red alert' },
      time: Date.UTC(2026, 0, 1, 10) + 123.456789,
    })
  })

  it('without a time has that of the line before, and time does not go back within a source', () => {
    const parser = new LineParser(0, false)
    const times = ['2026-01-01T10:00:01Z a', 'no stamp', '2026-01-01T10:00:00Z earlier'].map(l => parser.parse(l).time)
    expect(times).toEqual([1, 1, 1].map(s => Date.UTC(2026, 0, 1, 10, 0, s)))
  })

  it('that is indented is as grave as the one that it belongs to', () => {
    const parser = new LineParser(0, false)
    const lines = ['TypeError: x is not a function', '    at foo (a.js:1)', '', 'fine']
    expect(lines.map(l => parser.parse(l).severity)).toEqual(['error', 'error', 'none', 'none'])
  })

  it('of a machine is read as what its component says, and kept as it came', () => {
    const raw =
      '{"time":"2026-01-01T00:00:00.500Z","level":"warn","component":"raft","message":"slow disk","ms":12,"file":"a b"}'
    const parser = new LineParser(1, true)
    expect(parser.parse(raw)).toEqual({
      ...{ source: 1, severity: 'warn', text: '[raft] slow disk ms=12 file="a b"', raw },
      time: Date.UTC(2026, 0, 1) + 500,
    })
    expect(parser.parse('    at Object.<anonymous>')).toMatchObject({
      severity: 'warn',
      text: '    at Object.<anonymous>',
    })
    expect(parser.parse('{"time":1,"message":2}').raw).toBeUndefined()
    expect(parser.parse('{"time":"never","level":"loud","message":"x"}')).toMatchObject({ severity: 'info', text: 'x' })
  })

  it('is cut where it is longer than anybody reads', async () => {
    const long = new LineParser(0, false).parse('x'.repeat(10 * MOST_CHARACTERS)).text
    expect(long.length).toBe(MOST_CHARACTERS + 1)
    async function* endless() {
      for (let i = 0; i < 100; i++) yield 'x'.repeat(10_000)
      yield '\nlast'
    }
    const lines: string[] = []
    for await (const some of boundedLines(endless())) lines.push(...some)
    expect(Math.max(...lines.map(l => l.length))).toBeLessThan(3 * MOST_CHARACTERS)
    expect(lines.join('').length).toBe(1_000_004)
    expect(lines.at(-1)).toBe('last')
  })

  it('that is JSON opens into lines', () => {
    expect(prettyLines('{"a":{"b":[1]}}')).toEqual(['{', '  "a": {', '    "b": [', '      1', '    ]', '  }', '}'])
    expect(prettyLines('{"a"')).toBeUndefined()
    expect(prettyLines('{not json}')).toBeUndefined()
    expect(prettyLines(JSON.stringify({ a: Array(10_000).fill(1) }))!.length).toBeLessThan(600)
  })
})

describe('search', () => {
  const find = (text: string, line: string, regex = false) => {
    const { pattern } = compileSearch(text, regex)
    return pattern !== undefined && new RegExp(pattern.source, pattern.flags.replace('g', '')).test(line)
  }

  it('pays regard to case once there are capitals', () => {
    expect([find('error', 'Error'), find('Error', 'error')]).toEqual([true, false])
  })

  it('takes text literally unless a regular expression is asked for, and says why one is none', () => {
    expect([find('a.b', 'axb'), find('a.b', 'axb', true)]).toEqual([false, true])
    expect(compileSearch('(', true)).toMatchObject({ pattern: undefined, error: expect.any(String) })
  })

  it('cuts texts at matches and loses no character, also in a row that holds half a match', () => {
    const pattern = compileSearch('get', false).pattern
    expect(piecesOf('GET /a GET /b', pattern).map(p => p.match)).toEqual([true, false, true, false])
    expect(piecesOf('xxGETxx', pattern, 3, 6)).toEqual([
      { text: 'ET', match: true },
      { text: 'x', match: false },
    ])
    for (const found of [piecesOf('abc', /x*/g), piecesOf('abc', /b|/g)])
      expect(found.map(p => p.text).join('')).toBe('abc')
  })
})

describe('columns', () => {
  it.each([
    ['abc', 3],
    ['한국어', 6],
    ['é', 1],
    ['a\tb', 6],
    ['🙂', 2],
    ['', 0],
  ])('%j is %d wide', (text, width) => expect(widthOf(text)).toBe(width))

  it('are never more in a row than there are', () => {
    expect(cutsOf('abcdefgh', 3)).toEqual([0, 3, 6])
    expect(cutsOf('한국어', 5)).toEqual([0, 2])
    expect(cutsOf('🙂🙂', 2)).toEqual([0, 2])
    expect(cutsOf('한', 1)).toEqual([0])
    expect(cutsOf('abc', 0)).toEqual([0])
  })
})
