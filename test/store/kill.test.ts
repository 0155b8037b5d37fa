import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { afterEach, expect, it } from 'vitest'
import { silentLogger } from '../../engine/base/log.ts'
import type { MemberStatus } from '../../engine/store/kv.ts'
import { prefixEnd } from '../../engine/store/kv.ts'
import { startStoreWorker } from '../../engine/store/remote.ts'
import type { StoreMemberConfig } from '../../engine/store/remote.ts'
import { WORKER, bytes, configureCluster, temporaryFolder, text } from './cluster.ts'

interface Child {
  config: StoreMemberConfig
  process: ChildProcess
  status: MemberStatus | undefined
}

const folder = temporaryFolder()
const children: Child[] = []

afterEach(async () => {
  await Promise.all(children.map(kill))
  folder.remove()
})

function kill(child: Child): Promise<void> {
  return new Promise(resolve => {
    if (child.process.exitCode !== null || child.process.signalCode !== null) return resolve()
    child.process.once('exit', () => resolve())
    child.process.kill('SIGKILL')
  })
}

async function spawn(config: StoreMemberConfig): Promise<Child> {
  const env = { ...process.env, MEMBER: JSON.stringify(config), NODE_OPTIONS: '' }
  const child: Child = {
    config,
    process: fork(new URL('./member-process.ts', import.meta.url), { env, execArgv: [] }),
    status: undefined,
  }
  await new Promise<void>((resolve, reject) => {
    child.process.on('message', (message: { started?: true; status?: MemberStatus }) => {
      if (message.started) resolve()
      if (message.status) child.status = message.status
    })
    child.process.once('exit', () => reject(new Error('the member ended before it had started')))
  })
  return child
}

let lastId = 0

/** The revision, or undefined if the outcome is an error or the process died. */
function put(child: Child, key: string, value: string): Promise<number | undefined> {
  const id = ++lastId
  return new Promise(resolve => {
    const settle = (revision: number | undefined) => {
      child.process.off('message', onMessage)
      child.process.off('exit', onExit)
      resolve(revision)
    }
    const onMessage = (message: { id?: number; revision?: number }) => {
      if (message.id === id) settle(message.revision)
    }
    const onExit = () => settle(undefined)
    child.process.on('message', onMessage)
    child.process.once('exit', onExit)
    if (!child.process.connected) return settle(undefined)
    child.process.send({ id, key, value })
  })
}

it('no acknowledged write is lost when members are killed with kill -9 under load, and writes go on', async () => {
  const configs = await configureCluster(['m1', 'm2', 'm3'], folder.path)
  for (const config of configs) children.push(await spawn(config))
  const acknowledged = new Map<string, number>()
  let n = 0
  let stop = false
  const load = children.map(async (_, i) => {
    while (!stop) {
      const key = `/load/${++n}`
      const revision = await put(children[i]!, key, key)
      if (revision !== undefined) acknowledged.set(key, revision)
      else await new Promise(resolve => setImmediate(resolve))
    }
  })
  const progress = async (writes: number) => {
    const goal = acknowledged.size + writes
    while (acknowledged.size < goal) await new Promise(resolve => setTimeout(resolve, 5))
  }
  await progress(30)
  for (let round = 0; round < 3; round++) {
    // Whoever leads dies; the two that are left must go on by themselves.
    const at = children.findIndex(child => child.status?.role === 'leader')
    const victim = children[at]!
    await kill(victim)
    await progress(30)
    children[at] = await spawn(victim.config)
    await progress(10)
  }
  stop = true
  await Promise.all(load)

  // All killed at once: what was acknowledged is on the disks.
  await Promise.all(children.map(kill))
  const stores = await Promise.all(configs.map(c => startStoreWorker(c, { entry: WORKER, log: silentLogger })))
  try {
    for (const store of stores) {
      const { kvs } = await store.range({ key: bytes('/load/'), rangeEnd: prefixEnd(bytes('/load/')) })
      const found = new Map(kvs.map(kv => [text(kv.key), kv.modRevision]))
      for (const [key, revision] of acknowledged) expect([key, found.get(key)]).toEqual([key, revision])
    }
  } finally {
    await Promise.all(stores.map(store => store.stop()))
  }
})
