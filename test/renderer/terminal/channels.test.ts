import { describe, expect, it } from 'vitest'
import {
  readMessage,
  readStatus,
  resizeMessage,
  stdinEnd,
  stdinMessage,
} from '../../../renderer/src/terminal/channels.ts'

const bytes = (...values: number[]) => Uint8Array.from(values)
const text = (channel: number, said: string) => bytes(channel, ...new TextEncoder().encode(said))

describe('the channels of a command in a container', () => {
  it('carry what is typed on 0 and the size on 4', () => {
    expect([...stdinMessage(bytes(104, 105))]).toEqual([0, 104, 105])
    const resized = resizeMessage(80, 24)
    expect([resized[0], new TextDecoder().decode(resized.subarray(1))]).toEqual([4, '{"Width":80,"Height":24}'])
  })

  it('say on 255 that no more is typed', () => expect([...stdinEnd()]).toEqual([255, 0]))

  it('bring output on 1 and 2, and nothing at first', () => {
    expect(readMessage(bytes(1))).toBeUndefined()
    expect(readMessage(bytes())).toBeUndefined()
    expect(readMessage(bytes(1, 65, 0xff))).toEqual({ output: bytes(65, 0xff) })
    expect(readMessage(bytes(2, 66))).toEqual({ output: bytes(66) })
    expect(readMessage(bytes(9, 66))).toBeUndefined()
  })

  it('tell on 3 how it ended', () => {
    expect(readMessage(text(3, '{"status":"Success"}'))).toEqual({ end: { code: 0 } })
    const failure = { status: 'Failure', message: 'm', details: { causes: [{ reason: 'ExitCode', message: '137' }] } }
    expect(readMessage(text(3, JSON.stringify(failure)))).toEqual({ end: { code: 137 } })
    expect(readStatus('{"status":"Failure","message":"no such file"}')).toEqual({ message: 'no such file' })
    expect(readStatus('not JSON')).toEqual({ message: 'not JSON' })
    expect(readStatus('null')).toEqual({ message: 'null' })
  })
})
