import type { Lease, Node } from '../../api/types.ts'
import { isNotFound } from '../../client/errors.ts'
import { microTime } from '../../client/leader-election.ts'
import { ResourceClient, type Resource } from '../../client/resource-client.ts'
import { LEASES } from '../../client/resources.ts'
import type { Clock } from '../../base/clock.ts'
import type { RestClient } from '../../client/rest.ts'

const NAMESPACE = 'kube-node-lease'
/** A Lease is renewed so many times while it lasts. */
const RENEWALS = 4

/** The Lease by which a node says that it lives. */
export class NodeLease {
  readonly #nodeName: string
  readonly #seconds: number
  readonly #clock: Clock
  readonly #leases: Pick<ResourceClient<Lease>, 'get' | 'create' | 'update'>
  #lease: Lease | undefined

  constructor(nodeName: string, seconds: number, { rest, clock }: { rest: RestClient; clock: Clock }) {
    this.#nodeName = nodeName
    this.#seconds = seconds
    this.#clock = clock
    this.#leases = new ResourceClient(rest, LEASES as Resource<Lease>)
  }

  /** Milliseconds from one renewal to the next. */
  get periodMs(): number {
    return (this.#seconds * 1_000) / RENEWALS
  }

  /** Renews the Lease, and makes it where there is none. Whatever goes wrong, the next call reads it anew. */
  async renew(node: () => Promise<Node>): Promise<void> {
    const spec = {
      holderIdentity: this.#nodeName,
      leaseDurationSeconds: this.#seconds,
      renewTime: microTime(this.#clock.now()),
    }
    const known = this.#lease ?? (await this.#read())
    this.#lease = undefined
    if (known) {
      this.#lease = await this.#leases.update({ ...known, spec: { ...known.spec, ...spec } })
      return
    }
    const { uid } = (await node()).metadata
    this.#lease = await this.#leases.create({
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: {
        name: this.#nodeName,
        namespace: NAMESPACE,
        ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: this.#nodeName, uid: uid! }],
      },
      spec,
    } as Lease)
  }

  async #read(): Promise<Lease | undefined> {
    try {
      return await this.#leases.get(NAMESPACE, this.#nodeName)
    } catch (error) {
      if (isNotFound(error)) return undefined
      throw error
    }
  }
}
