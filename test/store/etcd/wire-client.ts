/** etcd's API without a client of etcd in between: what is sent and answered is all that there is. */
import { Client, Metadata, credentials } from '@grpc/grpc-js'
import type * as m from '../../../engine/store/etcd/messages.ts'
import { SERVICES } from '../../../engine/store/etcd/services.ts'
import type { Method } from '../../../engine/store/etcd/services.ts'
import type { Draft, TypeOf } from '../../../engine/store/etcd/wire.ts'
import type { Cluster } from './processes.ts'

/** A client of one endpoint of a cluster, as soon as it serves linearizable reads. */
export async function connectTo({ endpoints, client: { ca, cert, key } }: Cluster, member = 0): Promise<Client> {
  const secure = credentials.createSsl(Buffer.from(ca), Buffer.from(key), Buffer.from(cert))
  const client = new Client(endpoints[member]!, secure, {
    'grpc.initial_reconnect_backoff_ms': 100,
    'grpc.max_receive_message_length': -1,
  })
  await new Promise<void>((resolve, reject) =>
    client.waitForReady(Date.now() + 30_000, error => (error ? reject(error) : resolve())),
  )
  while (Array.isArray(await call(client, SERVICES.KV.range, { key: Buffer.from('any') })));
  return client
}

/** An answer, or the code and text of a refusal. */
export function call<Q, A>(client: Client, method: Method<Q, A>, request: Draft<Q>): Promise<A | [number, string]> {
  return new Promise(resolve =>
    client.makeUnaryRequest(
      method.path,
      (value: Draft<Q>) => method.request.encode(value),
      data => method.response.decode(data),
      request,
      new Metadata(),
      { deadline: Date.now() + 20_000 },
      (error, value) => resolve(error ? [error.code, error.details] : value!),
    ),
  )
}

/** Opens a stream, sends `requests` and gives what is answered until `enough`, or the code and text of a refusal last. */
export function converse<Q, A>(
  client: Client,
  { path, request, response }: Method<Q, A>,
  requests: Draft<Q>[],
  enough: (answers: A[]) => boolean,
): Promise<(A | [number, string])[]> {
  const stream = client.makeBidiStreamRequest(
    path,
    (value: Draft<Q>) => request.encode(value),
    data => response.decode(data),
    new Metadata(),
    { deadline: Date.now() + 20_000 },
  )
  const answers: A[] = []
  return new Promise(resolve => {
    stream.on('error', (error: Error & { code: number; details: string }) =>
      resolve([...answers, [error.code, error.details]]),
    )
    stream.on('end', () => resolve(answers))
    stream.on('data', (answer: A) => {
      answers.push(answer)
      if (!enough(answers)) return
      resolve(answers)
      stream.cancel()
    })
    for (const value of requests) stream.write(value)
  })
}

export type WatchAnswer = TypeOf<typeof m.WatchResponse>

/** Without what may differ: who answered, and how much time a lease has left. Bytes as text, to be read in a failure. */
export function normal(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1')
  if (Array.isArray(value)) return value.map(normal)
  if (typeof value === 'bigint') return String(value)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).flatMap(([name, content]) => {
    if (['clusterId', 'memberId', 'raftTerm'].includes(name)) return []
    if (name === 'ttl' && typeof content === 'number' && content > 0) return [[name, 'some'] as const]
    if (name === 'leases') return [[name, (normal(content) as { id: string }[]).map(lease => lease.id).sort()] as const]
    // etcd lists a lease's keys in no order.
    if (name === 'keys' && Array.isArray(content)) return [[name, (normal(content) as string[]).sort()] as const]
    return content === undefined ? [] : [[name, normal(content)] as const]
  })
  return Object.fromEntries(entries)
}
