import { describe, expect, it } from 'vitest'
import { keyAction, type Pressed } from '../../../renderer/src/terminal/keys.ts'
import { ADDRESS, isAddress, isOfThisMachine } from '../../../renderer/src/terminal/links.ts'
import { nodeShellPod } from '../../../renderer/src/terminal/node-pod.ts'
import { findAll, logicalLine, type ScreenBuffer } from '../../../renderer/src/terminal/screen-lines.ts'

/** A screen of ten columns; a row that begins with `>` goes on with the one before. */
function screen(...rows: string[]): ScreenBuffer {
  const lines = rows.map(row => {
    const isWrapped = row.startsWith('>')
    const cells = [...row.slice(isWrapped ? 1 : 0)].flatMap(c => (c > '\u1100' ? [c, ''] : [c]))
    while (cells.length < 10) cells.push(' ')
    const text = cells.join('')
    return {
      isWrapped,
      length: 10,
      translateToString: (trim?: boolean) => (trim ? text.trimEnd() : text),
      getCell: (x: number) => ({
        getChars: () => (cells[x] === ' ' ? '' : cells[x]!),
        getWidth: () => (cells[x] === '' ? 0 : cells[x]! > '\u1100' ? 2 : 1),
      }),
    }
  })
  return { length: lines.length, getLine: y => lines[y] }
}

describe('what is on the screen', () => {
  it('is read by lines as they were written', () => {
    const buffer = screen('one', '0123456789', '>abc', 'two')
    expect(logicalLine(buffer, 2)).toEqual({ text: '0123456789abc', from: 1, to: 3 })
    expect(logicalLine(buffer, 1)).toEqual(logicalLine(buffer, 2))
    expect(logicalLine(buffer, 3)).toEqual({ text: 'two', from: 3, to: 4 })
  })

  it('is found over the ends of rows, and behind wide characters', () => {
    const buffer = screen('01234567ne', '>edle', '한 needle', 'needle')
    expect(findAll(buffer, /needle/g)).toEqual([
      { start: { x: 8, y: 0 }, end: { x: 3, y: 1 } },
      { start: { x: 3, y: 2 }, end: { x: 8, y: 2 } },
      { start: { x: 0, y: 3 }, end: { x: 5, y: 3 } },
    ])
    expect(findAll(buffer, /needle/g, 1).map(f => f.start.y)).toEqual([3])
    expect(findAll(buffer, /x*/g)).toEqual([])
  })
})

describe('addresses', () => {
  it.each([
    ['see http://front.shop:8080/hostname.', 'http://front.shop:8080/hostname'],
    ['(https://example.com/a?b=c&d#e)', 'https://example.com/a?b=c&d#e'],
    ['"http://127.0.0.1:8080",', 'http://127.0.0.1:8080'],
    ['\u001b]http://x/y\u0007', 'http://x/y\u0007'],
  ])('in %j are %s', (text, address) => expect(text.match(ADDRESS)?.[0]).toBe(address))

  it('lead to this machine, or away from it, and nowhere else', () => {
    const own = ['http://localhost:1/', 'http://127.0.0.9/', 'http://[::1]:3/', 'http://a.localhost/']
    expect(own.map(isOfThisMachine)).toEqual([true, true, true, true])
    const foreign = ['http://localhost.example.com/', 'http://127.0.0.1.nip.io/', 'http://user:localhost@evil.example/']
    expect(foreign.map(isOfThisMachine)).toEqual([false, false, false])
    expect(['javascript:alert(1)', 'file:///etc/passwd', 'nonsense', 'https://x/'].map(isAddress)).toEqual([
      ...[false, false, false, true],
    ])
  })
})

describe('keys of a terminal', () => {
  const press = (keys: string): Pressed => {
    const parts = keys.split(' ')
    const held = (name: string) => parts.includes(name)
    return {
      code: parts.at(-1)!,
      altKey: held('Alt'),
      shiftKey: held('Shift'),
      ctrlKey: held('Ctrl'),
      metaKey: held('Meta'),
    }
  }
  it.each([
    ['Alt Shift KeyT', { do: 'new' }],
    ['Alt Shift Equal', { do: 'split', direction: 'row' }],
    ['Alt Shift Minus', { do: 'split', direction: 'column' }],
    ['Alt ArrowLeft', { do: 'focus', direction: 'left' }],
    ['Alt Shift ArrowDown', { do: 'resize', direction: 'down' }],
    ['Alt PageUp', { do: 'previous' }],
    ['Ctrl Shift KeyF', { do: 'find' }],
    ['Alt Digit3', { do: 'leave' }],
    ['Meta KeyK', { do: 'leave' }],
    // All else is the program's: interrupt, kill a line, words of the shell.
    ['Ctrl KeyC', undefined],
    ['Ctrl KeyK', undefined],
    ['Alt KeyB', undefined],
    ['Ctrl Alt ArrowLeft', undefined],
    ['ArrowUp', undefined],
  ])('%s', (keys, action) => expect(keyAction(press(keys))).toEqual(action))
})

describe('the pod of a shell on a node', () => {
  it('is bound to the node, whatever its taints, and ends by itself', () => {
    const { spec } = nodeShellPod('worker-1', 'x', true)
    expect(spec).toMatchObject({
      ...{ nodeName: 'worker-1', hostPID: true, hostNetwork: true, tolerations: [{ operator: 'Exists' }] },
      activeDeadlineSeconds: expect.any(Number),
    })
    expect(spec!.volumes).toEqual([])
  })

  it('sees the files of a node that has some, with the rights for it', () => {
    const { spec } = nodeShellPod('n', 'x', false)
    expect(spec!.volumes).toMatchObject([{ hostPath: { path: '/' } }])
    expect(spec!.containers![0]).toMatchObject({
      volumeMounts: [{ mountPath: '/host' }],
      securityContext: { privileged: true },
    })
  })
})
