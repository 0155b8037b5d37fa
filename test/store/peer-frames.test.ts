import { expect, it } from 'vitest'
import Database from 'better-sqlite3'
import { FakeClock } from '../../engine/base/clock.ts'
import { silentLogger } from '../../engine/base/log.ts'
import { seededRandom } from '../../engine/base/random.ts'
import { message } from '../../engine/raft/message.ts'
import { StoreMember } from '../../engine/store/member.ts'
import { encodeFrame } from '../../engine/store/peer/frame.ts'
import type { TransportReceiver } from '../../engine/store/peer/transport.ts'

it('a peer cannot speak for another: its connection ends, and nothing is taken in', async () => {
  let receiver: TransportReceiver | undefined
  const clock = new FakeClock()
  const members = ['a', 'b', 'c'].map(name => ({ name, host: 'none', port: 1 }))
  const member = new StoreMember({
    config: {
      clusterId: 'test',
      name: 'a',
      dataDir: 'a',
      listen: { host: 'none', port: 1 },
      members,
      tls: { ca: '', cert: '', key: '' },
    },
    clock,
    random: seededRandom(1),
    log: silentLogger,
    transport: {
      start: async r => void (receiver = r),
      send: () => true,
      setPeers: () => {},
      dismiss: () => {},
      stop: async () => {},
    },
    disk: {
      path: 'memory',
      open: () => new Database(':memory:'),
      openReader: db => new Database(db.serialize()),
      committed: () => {},
      size: () => 0,
    },
    defer: task => task(),
  })
  await member.start()
  const heartbeat = (from: string) =>
    encodeFrame({ type: 'raft', messages: [message('heartbeat', 'a', { from, term: 7 })] })
  expect(() => receiver!.onFrame('b', heartbeat('c'))).toThrow('b speaks for c')
  expect(await member.status()).toMatchObject({ term: 0, leader: undefined })
  receiver!.onFrame('b', heartbeat('b'))
  expect(await member.status()).toMatchObject({ term: 7, leader: 'b' })
  await member.stop()
})
