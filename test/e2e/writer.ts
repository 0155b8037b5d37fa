import { ResourceClient } from '../../engine/client/resource-client.ts'
import { isAlreadyExists, ResponseError } from '../../engine/client/errors.ts'
import { CONFIG_MAPS } from '../../engine/client/resources.ts'
import type { RestClient } from '../../engine/client/rest.ts'

export interface WriterReport {
  acknowledged: number
  /** Requests whose answer did not come: they may have been carried out. */
  unknown: number
  /** Acknowledged names that are not in the cluster. */
  lost: string[]
  /** The counter beyond what acknowledged and unknown increments can explain; 0 when nothing was applied twice. */
  excess: number
  /** Longest time without an acknowledged write, for each call of `mark`. */
  pausesMs: number[]
}

/**
 * Writes at full speed: new objects, and increments of one counter under optimistic concurrency. Keeps book on what was
 * acknowledged, so that it can be compared with what is there in the end.
 */
export class Writer {
  readonly #maps: ResourceClient<never>
  readonly #namespace: string
  readonly #acknowledged: string[] = []
  readonly #pauses: number[] = []
  #unknown = 0
  #increments = 0
  #unknownIncrements = 0
  #lastAck = performance.now()
  #longest = 0
  #watching = false
  #stopped = false
  #work: Promise<unknown> = Promise.resolve()

  constructor(rest: RestClient, namespace: string) {
    this.#maps = new ResourceClient(rest, CONFIG_MAPS) as ResourceClient<never>
    this.#namespace = namespace
  }

  async start(clients = 4): Promise<void> {
    await this.#maps.create(this.#map('counter', { value: '0' }))
    this.#lastAck = performance.now()
    this.#work = Promise.all([this.#count(), ...Array.from({ length: clients }, (_, i) => this.#create(i))])
  }

  /** Begins to watch for a pause; `pause` ends it and gives the longest one. */
  mark(): void {
    this.#watching = true
    this.#longest = 0
    this.#lastAck = performance.now()
  }

  pause(): number {
    this.#longest = Math.max(this.#longest, performance.now() - this.#lastAck)
    this.#watching = false
    this.#pauses.push(this.#longest)
    return this.#longest
  }

  get acknowledged(): number {
    return this.#acknowledged.length + this.#increments
  }

  async stop(): Promise<WriterReport> {
    this.#stopped = true
    await this.#work
    const list = await this.#maps.list(this.#namespace)
    const there = new Set(list.items.map((i: { metadata: { name?: string } }) => i.metadata.name))
    const counter = (await this.#maps.get(this.#namespace, 'counter')) as { data: { value: string } }
    return {
      acknowledged: this.acknowledged,
      unknown: this.#unknown + this.#unknownIncrements,
      lost: this.#acknowledged.filter(name => !there.has(name)),
      excess: Math.max(
        0,
        Number(counter.data.value) - this.#increments - this.#unknownIncrements,
        this.#increments - Number(counter.data.value),
      ),
      pausesMs: this.#pauses,
    }
  }

  async #create(client: number): Promise<void> {
    for (let n = 0; !this.#stopped; n++) {
      const name = `w-${client}-${n}`
      try {
        await this.#maps.create(this.#map(name, {}))
        this.#acknowledged.push(name)
        this.#acked()
      } catch (error) {
        if (isAlreadyExists(error)) throw new Error(`${name} was there before it was written`, { cause: error })
        this.#unknown++
      }
    }
  }

  async #count(): Promise<void> {
    while (!this.#stopped) {
      try {
        const counter = (await this.#maps.get(this.#namespace, 'counter')) as { data: { value: string } }
        counter.data.value = String(Number(counter.data.value) + 1)
        try {
          await this.#maps.update(counter as never)
          this.#increments++
          this.#acked()
        } catch (error) {
          // A conflict says that nothing was written: by the server's word, or by an earlier try of ours that went through.
          if (!(error instanceof ResponseError) || error.code !== 409) this.#unknownIncrements++
        }
      } catch {
        // reads may fail while there is no leader; only writes are counted
      }
    }
  }

  #acked(): void {
    const now = performance.now()
    if (this.#watching) this.#longest = Math.max(this.#longest, now - this.#lastAck)
    this.#lastAck = now
  }

  #map(name: string, data: Record<string, string>): never {
    return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: this.#namespace }, data } as never
  }
}

/**
 * Kills the leading master `rounds` times while a writer writes, waits until writes go on, starts the master again and
 * waits until it is ready.
 */
export async function killLeaders(
  lab: {
    leader(): Promise<{ name: string }>
    machine(action: string, name: string): Promise<unknown>
    running(): Promise<void>
  },
  writer: Writer,
  rounds: number,
  onRound?: (round: number, pauseMs: number) => void,
): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    const { name } = await lab.leader()
    // A random moment of the writer's work.
    await new Promise(done => setTimeout(done, Math.random() * 500))
    writer.mark()
    await lab.machine('kill', name)
    const before = writer.acknowledged
    while (writer.acknowledged < before + 50) await new Promise(done => setTimeout(done, 5))
    onRound?.(round, writer.pause())
    await lab.machine('start', name)
    await lab.running()
  }
}
