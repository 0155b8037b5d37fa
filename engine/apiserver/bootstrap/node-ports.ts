import { pause } from '../../base/clock.ts'
import { messageOf } from '../../base/errors.ts'
import type { Backend } from '../backend.ts'
import { NODE_PORTS, portsOf, SERVICES } from '../registry/services.ts'

const PERIOD_MS = 3 * 60_000

/**
 * Holds the keys by which node ports are taken to the Services that have them, now and again and again: they are written in one
 * transaction, but a store can be restored in part, or written past the API.
 */
export async function keepNodePorts(backend: Backend, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await repairNodePorts(backend)
    } catch (error) {
      if (!signal.aborted) backend.log.info('the node ports cannot be looked after yet', { error: messageOf(error) })
    }
    await pause(backend.clock, PERIOD_MS, signal)
  }
}

/** Frees ports that no Service has, and takes those that are not taken. Both only if nobody has done anything to them meanwhile. */
export async function repairNodePorts({ store, codec, log }: Backend): Promise<void> {
  const taken = await store.range(under(NODE_PORTS))
  const services = await store.range({ ...under(SERVICES), revision: taken.revision })
  const owners = new Map<number, string>()
  for (const { key, value, modRevision } of services.kvs) {
    const { object } = codec.decode(Buffer.from(key).toString(), value, modRevision)
    for (const port of portsOf(object)) owners.set(port, `${object.metadata.namespace}/${object.metadata.name}`)
  }
  for (const { key, modRevision } of taken.kvs) {
    const port = Number(Buffer.from(key).toString().slice(NODE_PORTS.length))
    if (owners.delete(port)) continue
    log.warn('a node port that no Service has is free again', { port })
    await store.txn({
      compare: [{ key, target: 'modRevision', result: 'equal', operand: modRevision }],
      success: [{ type: 'delete', key }],
      failure: [],
    })
  }
  for (const [port, owner] of owners) {
    log.warn('a node port of a Service was not taken; repairing', { port, service: owner })
    const key = Buffer.from(NODE_PORTS + port)
    await store.txn({
      compare: [{ key, target: 'createRevision', result: 'equal', operand: 0 }],
      success: [{ type: 'put', key, value: Buffer.from(owner) }],
      failure: [],
    })
  }
}

function under(prefix: string): { key: Buffer; rangeEnd: Buffer } {
  return { key: Buffer.from(prefix), rangeEnd: Buffer.from(`${prefix.slice(0, -1)}0`) }
}
