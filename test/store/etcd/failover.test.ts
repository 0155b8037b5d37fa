/** The client of etcd when connections break, members go and answers are lost. */
import { createServer, connect as connectTcp } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { UnavailableError, UnknownOutcomeError } from '../../../engine/store/kv.ts'
import type { Store } from '../../../engine/store/kv.ts'
import { bytes, get, put, temporaryFolder, text } from '../cluster.ts'
import { connect, isInstalled, kill, launchEtcd, startEtcd, startMembers } from './processes.ts'

const cleanups: (() => unknown)[] = []

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

function folder(): string {
  const { path, remove } = temporaryFolder()
  cleanups.push(remove)
  return path
}

/** Everything that is put under `n`, as numbers; `until` resolves when one has been seen. */
function follow(store: Store) {
  const seen: number[] = []
  const waiting: { n: number; resolve(): void }[] = []
  const established = Promise.withResolvers<void>()
  const watch = store.watch(
    { key: bytes('n') },
    {
      onEvents(events) {
        seen.push(...events.map(({ kv }) => Number(text(kv.value))))
        for (const { n, resolve } of waiting) if (seen.includes(n)) resolve()
      },
      onProgress: () => established.resolve(),
      onError: established.reject,
    },
  )
  cleanups.push(() => watch.dispose())
  const until = (n: number) =>
    new Promise<void>(resolve => (seen.includes(n) ? resolve() : waiting.push({ n, resolve })))
  return { seen, established: established.promise, until }
}

/** Puts until it is known to have happened: a number may be put twice, if the outcome of the first was not known. */
async function putAtLast(store: Store, n: number): Promise<void> {
  for (;;) {
    try {
      await put(store, 'n', String(n))
      return
    } catch (error) {
      if (!(error instanceof UnknownOutcomeError || error instanceof UnavailableError)) throw error
    }
  }
}

/** Every value that the key has had. */
async function history(store: Store): Promise<number[]> {
  const { kvs } = await store.range({ key: bytes('n') })
  const [{ createRevision, modRevision }] = kvs as [(typeof kvs)[0]]
  const values: number[] = []
  for (let revision = createRevision; revision <= modRevision; revision++)
    values.push(Number(await get(store, 'n', revision)))
  return values
}

const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1)

describe('a watch', () => {
  it('goes on at another member when its own stops: nothing missing, nothing twice', async () => {
    const cluster = await startMembers(folder(), ['m1', 'm2', 'm3'])
    cleanups.push(() => cluster.stop())
    const store = await connect(cluster)
    cleanups.push(() => store.dispose())
    const { seen, established, until } = follow(store)
    await established
    const [own, other] = cluster.stores
    for (let i = 1; i <= 20; i++) await put(other!, 'n', String(i))
    await until(20)
    const stopped = own!.stop()
    for (let i = 21; i <= 60; i++) await putAtLast(other!, i)
    await stopped
    await until(60)
    expect(seen).toEqual(await history(store))
    expect(new Set(seen)).toEqual(new Set(upTo(60)))
  })

  const absent = !isInstalled('etcd')
  it.skipIf(absent)('goes on when etcd is killed and comes back', async () => {
    const cluster = await startEtcd(folder(), ['e1'])
    cleanups.push(() => cluster.stop())
    const store = await connect(cluster)
    cleanups.push(() => store.dispose())
    const { seen, established, until } = follow(store)
    await established
    for (let i = 1; i <= 10; i++) await put(store, 'n', String(i))
    const [member] = cluster.processes
    await kill(member!.process)
    member!.process = launchEtcd(member!.args)
    for (let i = 11; i <= 20; i++) await putAtLast(store, i)
    await until(20)
    expect(seen).toEqual(await history(store))
    expect(new Set(seen)).toEqual(new Set(upTo(20)))
  })
})

describe('a write', () => {
  it('has an unknown outcome when its answer is lost, and certainly did not happen when it was not sent', async () => {
    const cluster = await startMembers(folder(), ['m1'])
    cleanups.push(() => cluster.stop())
    const wire = await startWire(cluster.endpoints[0]!)
    cleanups.push(() => wire.close())
    const store = await connect({ endpoints: [wire.endpoint], client: cluster.client }, 3000)
    cleanups.push(() => store.dispose())
    await put(store, 'k', '1')

    wire.loseAnswers()
    const lost = put(store, 'k', '2').then(
      () => undefined,
      (error: unknown) => error,
    )
    await expect.poll(() => get(cluster.stores[0]!, 'k')).toBe('2')
    wire.cut()
    expect(await lost).toBeInstanceOf(UnknownOutcomeError)

    await wire.close()
    await expect(put(store, 'k', '3')).rejects.toBeInstanceOf(UnavailableError)
    expect(await get(cluster.stores[0]!, 'k')).toBe('2')
  })

  it('is refused, not lost, when the request is wrong', async () => {
    const cluster = await startMembers(folder(), ['m1'])
    cleanups.push(() => cluster.stop())
    const store = await connect(cluster)
    cleanups.push(() => store.dispose())
    await expect(put(store, '', 'x')).rejects.toThrow('etcdserver: key is not provided')
  })
})

it('says what to do when nobody answers', async () => {
  const cluster = await startMembers(folder(), ['m1'])
  cleanups.push(() => cluster.stop())
  await cluster.stop()
  const error = await connect(cluster, 500).then(
    () => undefined,
    (error: unknown) => error,
  )
  expect(error).toMatchObject({
    name: 'UserError',
    message: expect.stringContaining('no endpoint of etcd can be reached'),
  })
})

/** A wire between client and server whose way back can be cut. */
async function startWire(endpoint: string) {
  const [host, port] = endpoint.split(':') as [string, string]
  const sockets = new Set<Socket>()
  let losing = false
  const server: Server = createServer(client => {
    const upstream = connectTcp(Number(port), host)
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('close', () => sockets.delete(socket))
      socket.on('error', () => socket.destroy())
    }
    client.pipe(upstream)
    upstream.on('data', data => {
      if (!losing) client.write(data)
    })
    upstream.on('close', () => client.destroy())
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const cut = () => sockets.forEach(socket => socket.destroy())
  return {
    endpoint: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    loseAnswers: () => void (losing = true),
    cut,
    close: () =>
      new Promise<void>(resolve => {
        if (!server.listening) return resolve()
        server.close(() => resolve())
        cut()
      }),
  }
}
