import type { Node } from '../../api/types.ts'
import { Reconciler } from '../../client/reconciler.ts'
import type { Resource } from '../../client/resource-client.ts'
import { NODES } from '../../client/resources.ts'
import type { ControllerContext } from '../context.ts'

const NODE_PREFIX = 24

/** Gives every node a range of pod addresses of its own (/24 of the cluster's range), unique while the node exists. */
export function setupNodeIpam(context: ControllerContext) {
  const { clock, log, queues, informers, options } = context
  const nodes = informers.informer(NODES as Resource<Node>)
  const client = context.client(NODES as Resource<Node>)
  const events = context.recorder('cidrAllocator')
  /** Ranges given out that the lister may not show yet, by node. */
  const given = new Map<string, string>()
  // One at a time: two workers would give out the same range.
  const reconciler = new Reconciler({ name: 'node-ipam', clock, log, queues, reconcile, workers: 1 })
  reconciler.watch(nodes)
  nodes.addHandler({ onDelete: node => void given.delete(node.metadata.name!) })
  return { run: (signal: AbortSignal) => reconciler.run(signal) }

  async function reconcile(name: string): Promise<void> {
    const node = nodes.lister.get(undefined, name)
    if (!node || node.spec?.podCIDR) return
    const range = freeRange()
    if (!range) {
      events.event(node, 'Warning', 'CIDRNotAvailable', `Node ${name} status is now: CIDRNotAvailable`)
      return
    }
    given.set(name, range)
    await client.patch(undefined, name, 'strategic', { spec: { podCIDR: range, podCIDRs: [range] } })
  }

  function freeRange(): string | undefined {
    const taken = new Set([...given.values(), ...nodes.lister.list().map(n => n.spec?.podCIDR)])
    for (const range of subnets(options.podCIDR, NODE_PREFIX)) if (!taken.has(range)) return range
    return undefined
  }
}

/** The networks of `prefix` bits in an IPv4 range, in order. */
export function* subnets(cidr: string, prefix: number): Generator<string> {
  const [address, bits] = cidr.split('/')
  const base = address.split('.').reduce((n, part) => n * 256 + Number(part), 0)
  const count = 2 ** (prefix - Number(bits))
  for (let i = 0; i < count; i++) {
    const start = base + i * 2 ** (32 - prefix)
    yield `${[24, 16, 8, 0].map(shift => Math.floor(start / 2 ** shift) % 256).join('.')}/${prefix}`
  }
}
