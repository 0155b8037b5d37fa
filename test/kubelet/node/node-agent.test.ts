import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Node } from '../../../engine/api/types.ts'
import { FakeClock } from '../../../engine/base/clock.ts'
import { seededRandom } from '../../../engine/base/random.ts'
import type { EventRecorder } from '../../../engine/client/event-recorder.ts'
import { ResponseError } from '../../../engine/client/errors.ts'
import type { RestClient } from '../../../engine/client/rest.ts'
import type { ImageManager } from '../../../engine/kubelet/images/image-manager.ts'
import type { KubeletConfig, KubeletDependencies } from '../../../engine/kubelet/kubelet.ts'
import { endBoot, machineIdentity } from '../../../engine/kubelet/node/identity.ts'
import { NodeAgent } from '../../../engine/kubelet/node/node-agent.ts'

let dir: string
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'kubarium-node-'))))
afterEach(() => rmSync(dir, { recursive: true, force: true }))

/** A node agent before an API server of which only Node and Lease are there; says when each was written. */
async function start(leaseDurationSeconds: number) {
  const clock = new FakeClock(Date.UTC(2026, 0, 1))
  const ending = new AbortController()
  const written: string[] = []
  const events: string[] = []
  let node: Node | undefined
  let lease: object | undefined
  const rest = {
    async request(method: string, path: string, options: { body?: object } = {}) {
      const isLease = path.includes('/leases')
      if (method === 'GET' && !(isLease ? lease : node)) throw new ResponseError(404, {})
      if (method !== 'GET') written.push(`${clock.monotonic() / 1000} ${method} ${isLease ? 'lease' : 'node'}`)
      const body = options.body as Node
      if (isLease) return method === 'GET' ? lease : (lease = body)
      if (method === 'POST') node = { ...body, metadata: { ...body.metadata, uid: 'n-1' } } as Node
      else if (method === 'PATCH') node = { ...node!, ...(body.status ? { status: body.status } : {}) }
      return structuredClone(node)
    },
  } as unknown as RestClient
  const log = { debug: () => undefined } as unknown as KubeletDependencies['log']
  const agent = new NodeAgent(
    {
      ...{ nodeName: 'w', address: '172.18.0.2', dir, port: 1, settings: {}, leaseDurationSeconds },
      capacity: { cpu: '4', memory: '8Gi', pods: 110, ephemeralStorage: '20Gi' },
      ...{ labels: {}, annotations: {} },
    } as unknown as KubeletConfig,
    { status: () => [] } as unknown as ImageManager,
    {
      event: (_object: object, type: string, reason: string) => void events.push(`${type} ${reason}`),
    } as unknown as EventRecorder,
    {
      ...{ rest, clock, log, random: seededRandom(1) },
      runtime: {
        version: 'fake://1.0',
        handlers: [{ name: '', features: { recursiveReadOnlyMounts: false, userNamespaces: true } }],
      },
    } as unknown as KubeletDependencies,
  )
  await agent.start(ending.signal)
  const settle = async () => {
    for (let i = 0; i < 20; i++) await new Promise(done => setImmediate(done))
  }
  await settle()
  return {
    ...{ agent, written, events, settle },
    node: () => node!,
    change: (status: object) => void (node = { ...node!, status: { ...node!.status, ...status } as Node['status'] }),
    async advance(seconds: number) {
      for (let i = 0; i < seconds; i++) {
        clock.advance(1_000)
        await settle()
      }
    },
    end: () => ending.abort(),
  }
}

test('the Lease is renewed every ten seconds, and the Node is written only when something of it has changed', async () => {
  const { agent, written, advance, events, settle, node, end } = await start(40)
  expect(events).toEqual([
    ...['NodeHasSufficientMemory', 'NodeHasNoDiskPressure', 'NodeHasSufficientPID', 'NodeReady', 'Starting'].map(
      reason => `Normal ${reason}`,
    ),
  ])
  written.length = 0
  await advance(45)
  expect(written).toEqual(['10 PUT lease', '20 PUT lease', '30 PUT lease', '40 PUT lease'])
  written.length = 0
  agent.setPressure(new Set(['MemoryPressure']))
  await settle()
  expect(written).toEqual(['45 PATCH node'])
  expect(node().status!.conditions!.find(c => c.type === 'MemoryPressure')).toMatchObject({
    status: 'True',
    reason: 'KubeletHasInsufficientMemory',
    message: 'kubelet has insufficient memory available',
  })
  expect(events.at(-1)).toBe('Normal NodeHasInsufficientMemory')
  agent.setPressure(new Set(['MemoryPressure']))
  await settle()
  expect(written.length).toBe(1)
  written.length = 0
  await advance(310)
  expect(written.filter(w => w.endsWith('node')).length).toBe(1)
  end()
})

test('a short grace period makes the Lease follow faster, and a judgement of others is answered at the next look', async () => {
  const { written, advance, change, node, end } = await start(8)
  written.length = 0
  await advance(4)
  expect(written).toEqual(['2 PUT lease', '4 PUT lease'])
  change({ conditions: [{ type: 'Ready', status: 'Unknown' }] })
  await advance(2)
  expect(node().status!.conditions!.find(c => c.type === 'Ready')!.status).toBe('True')
  end()
})

test('a Node tells who its machine is, what its runtimes can do, and what is allocatable', async () => {
  const { node, end } = await start(40)
  const { nodeInfo, runtimeHandlers, features, allocatable } = node().status!
  expect(nodeInfo!.machineID).toMatch(/^[0-9a-f]{32}$/)
  expect(nodeInfo!.systemUUID).toMatch(/^[0-9a-f-]{36}$/)
  expect(runtimeHandlers).toEqual([{ name: '', features: { recursiveReadOnlyMounts: false, userNamespaces: true } }])
  expect(features).toEqual({ supplementalGroupsPolicy: false })
  expect(allocatable!.memory).toBe('8092Mi')
  end()
})

test('a machine keeps its ids; its boot is another one only after it was shut down', () => {
  const first = machineIdentity(dir, seededRandom(1))
  expect(machineIdentity(dir, seededRandom(2))).toEqual(first)
  endBoot(dir)
  const { bootID, ...rest } = machineIdentity(dir, seededRandom(3))
  expect(first).toMatchObject(rest)
  expect(bootID).not.toBe(first.bootID)
})
