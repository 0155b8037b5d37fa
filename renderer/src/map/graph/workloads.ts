import type { Pod } from '../../../../engine/api/types.ts'
import type { Usage } from '../../cluster/usage.ts'
import type { IconName } from '../../ui/icons.ts'
import type { Words } from '../words.ts'
import { isOpen, Room, type Choices } from './collapse.ts'
import { isFiltering, matcher, type Filter } from './filter.ts'
import { podUsage } from './machines.ts'
import * as model from './model.ts'
import type { Graph, GraphNode } from './model.ts'
import type { WorkloadIndex } from './workload-index.ts'
import { addressOf, COLUMNS, type Item, type Link } from './workload-objects.ts'

export const KIND_ICON: Record<string, IconName> = {
  ...{ Ingress: 'ingress', HorizontalPodAutoscaler: 'gauge', CronJob: 'clock', Service: 'service', Pod: 'pod' },
  ...{ Deployment: 'layers', ReplicaSet: 'copy', StatefulSet: 'database', DaemonSet: 'machines', Job: 'play' },
  ...{ EndpointSlice: 'list', ConfigMap: 'logs', Secret: 'key', PersistentVolumeClaim: 'disk' },
}

export interface WorkloadsInput {
  index: WorkloadIndex
  /** By `namespace/name`. */
  usage: ReadonlyMap<string, Usage>
  choices: Choices
  filter: Filter
  words: Words
}

type Level = 'objects' | 'apps' | 'namespaces'

/** The objects by namespace, as finely as it stays comfortable; what the user opened or closed goes before. */
export function workloadsGraph(input: WorkloadsInput): Graph {
  const { index, choices } = input
  const items = filtered(index, input.filter)
  const spaces = spacesOf(items)
  const level = unasked(spaces)
  const room = new Room(model.MOST_ELEMENTS / 2)
  const drawing = new Drawing(input, room)
  // Each namespace can at least be seen as one.
  room.take(spaces.length)
  for (const space of spaces) {
    const key = `namespace/${space.name}`
    const open = isOpen(choices, key, level !== 'namespaces') && room.take(space.appCount)
    drawing.addNamespace(space, key, open)
    if (open) for (const app of space.apps) drawing.addApp(app, key, level === 'objects')
  }
  const edges = new model.Edges()
  for (const { type, source, target, live } of index.links) {
    const from = drawing.nodeOf.get(source)
    if (from !== undefined) edges.add(type, from, drawing.nodeOf.get(target), live)
  }
  const { edges: taken, cut } = edges.take(model.MOST_ELEMENTS - drawing.nodes.length)
  return { nodes: drawing.nodes, edges: taken, total: items.size, cut: cut || room.full }
}

interface App {
  head: Item
  items: Item[]
  /** Pods by the id of what owns them. */
  pods: Map<string, Item[]>
  /** ReplicaSets of the past. */
  old: Item[]
}

/** A namespace with its apps, which are put in order only where somebody looks into it: sorting ten thousand names takes its time. */
class Space {
  readonly name: string
  readonly items: readonly Item[]
  readonly #all: ReadonlyMap<string, Item>
  readonly #parts: ReadonlyMap<string, Item[]>
  #apps: readonly App[] | undefined

  constructor(name: string, items: readonly Item[], all: ReadonlyMap<string, Item>) {
    this.name = name
    this.items = items
    this.#all = all
    this.#parts = Map.groupBy(items, item => (all.has(item.app) ? item.app : item.id))
  }

  get appCount(): number {
    return this.#parts.size
  }

  get apps(): readonly App[] {
    return (this.#apps ??= [...this.#parts]
      .map(([head, parts]) => appOf(this.#all.get(head)!, parts))
      .sort((a, b) => byPlace(a.head, b.head)))
  }
}

function appOf(head: Item, parts: readonly Item[]): App {
  const pods = parts.filter(item => item.kind === 'Pod')
  return {
    head,
    items: parts.filter(item => item.kind !== 'Pod' && !item.old).sort(byPlace),
    pods: Map.groupBy(pods.sort(byPlace), pod => pod.owner ?? pod.id),
    old: parts.filter(item => item.old).sort(byPlace),
  }
}

/** The items that match, with all that leads to them: the owners and services of a pod, the pods that use a Secret. */
function filtered({ items, links }: WorkloadIndex, filter: Filter): ReadonlyMap<string, Item> {
  if (!isFiltering(filter)) return items
  const matches = matcher(filter)
  const kept = new Set<string>()
  for (const item of items.values()) if (matches({ ...item, words: item.says })) kept.add(item.id)
  const into = Map.groupBy(links, (link: Link) => link.target)
  const queue = [...kept]
  for (let id = queue.pop(); id !== undefined; id = queue.pop())
    for (const { source } of into.get(id) ?? []) {
      if (kept.has(source) || !items.has(source)) continue
      kept.add(source)
      queue.push(source)
    }
  return new Map([...items].filter(([id]) => kept.has(id)))
}

function spacesOf(all: ReadonlyMap<string, Item>): Space[] {
  return [...Map.groupBy(all.values(), item => item.namespace)]
    .map(([name, items]) => new Space(name, items, all))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** The finest picture of all that stays comfortable. */
function unasked(spaces: readonly Space[]): Level {
  const apps = spaces.reduce((sum, s) => sum + s.appCount, spaces.length)
  if (apps > model.COMFORTABLE) return 'namespaces'
  const objects = spaces.flatMap(s => s.apps).reduce((sum, app) => sum + costOf(app), spaces.length)
  return objects <= model.COMFORTABLE ? 'objects' : 'apps'
}

function costOf({ items, pods, old }: App): number {
  let cost = items.length + Math.min(1, old.length)
  for (const group of pods.values()) cost += group.length > model.PODS_OF_OWNER ? 1 : group.length
  return cost
}

class Drawing {
  readonly nodes: GraphNode[] = []
  /** The drawn node of each item. */
  readonly nodeOf = new Map<string, string>()
  readonly #input: WorkloadsInput
  readonly #room: Room

  constructor(input: WorkloadsInput, room: Room) {
    this.#input = input
    this.#room = room
  }

  addNamespace({ name, items }: Space, key: string, open: boolean): void {
    const { words } = this.#input
    const pods = podsOf(items)
    this.nodes.push({
      ...{ id: key, shape: open ? 'box' : 'card', icon: 'objects', kind: words.namespace, title: name },
      ...{ subtitle: words.objectsAndPods(items.length - pods.length, pods.length), count: items.length },
      ...{ tone: worst(items), band: name, column: 0, toggle: { key, open } },
      about: { is: 'pods', pods },
    })
    if (!open) for (const item of items) this.nodeOf.set(item.id, key)
  }

  /** An app takes the room of one node; what it takes beyond must still be there. */
  addApp(app: App, box: string, unasked: boolean): void {
    const { choices, words } = this.#input
    const { head, items, pods, old } = app
    const key = `app/${head.id}`
    const parts = [...items, ...old, ...[...pods.values()].flat()]
    const closable = parts.length > 1
    if (!closable || (isOpen(choices, key, unasked) && this.#room.take(costOf(app) - 1))) {
      for (const item of items) this.#addItem(item, box, app, closable && item === head ? key : undefined)
      if (old.length) this.#addOld(old, box, head)
      for (const [owner, members] of pods) this.#addPods(owner, members, box, head)
      return
    }
    const list = podsOf(parts)
    const ready = list.filter(pod => model.stateOf(pod).tone === 'ok').length
    this.nodes.push({
      ...{ id: key, shape: 'card', icon: KIND_ICON[head.kind] ?? 'objects', kind: head.kind, title: head.name, box },
      subtitle: list.length ? words.podsReady(ready, list.length) : words.objectCount(parts.length),
      ...{ tone: worst(parts), count: parts.length, band: 'closed', column: 0, toggle: { key, open: false } },
      about: this.#about(head, [...pods.values()].flat()),
    })
    for (const item of parts) this.nodeOf.set(item.id, key)
  }

  #addItem(item: Item, box: string, { head, pods }: App, key: string | undefined): void {
    const group = pods.get(item.id)
    const its = item === head ? [...pods.values()].flat() : group
    const grouped = group !== undefined && group.length > model.PODS_OF_OWNER
    const podsKey = `pods/${item.id}`
    const toggle =
      grouped && isOpen(this.#input.choices, podsKey, false)
        ? { key: podsKey, open: true }
        : key
          ? { key, open: true }
          : undefined
    this.nodeOf.set(item.id, item.id)
    this.nodes.push({
      ...{ id: item.id, shape: 'card', icon: KIND_ICON[item.kind] ?? 'objects', kind: item.kind, title: item.name },
      ...{ subtitle: item.says, tone: item.tone, dashed: !item.exists || item.tone === 'idle', box, toggle },
      ...{ band: head.id, column: item.column, about: this.#about(item, its) },
    })
  }

  #addOld(old: readonly Item[], box: string, head: Item): void {
    const { choices, words } = this.#input
    const key = `old/${head.id}`
    if (isOpen(choices, key, false) && this.#room.take(old.length - 1)) {
      for (const item of old) this.#addItem(item, box, { head, items: [], pods: new Map(), old: [] }, undefined)
      return
    }
    for (const item of old) this.nodeOf.set(item.id, key)
    this.nodes.push({
      ...{ id: key, shape: 'card', icon: 'history', kind: 'ReplicaSet', title: words.oldSets(old.length) },
      ...{ subtitle: words.oldSetsText, tone: 'idle', dashed: true, count: old.length, box, band: head.id },
      ...{ column: COLUMNS.ReplicaSet!, toggle: { key, open: false }, about: { is: 'nothing' } },
    })
  }

  #addPods(owner: string, members: readonly Item[], box: string, head: Item): void {
    const { choices, words, usage } = this.#input
    const key = `pods/${owner}`
    const few = members.length <= model.PODS_OF_OWNER
    if (few || (isOpen(choices, key, false) && this.#room.take(members.length - 1))) {
      for (const { id, pod, says, tone } of members) {
        this.nodeOf.set(id, id)
        const used = usage.get(model.podKey(pod!))
        this.nodes.push({
          ...{ id, shape: 'card', icon: 'pod', kind: 'Pod', title: model.shortPodName(pod!), subtitle: says, tone },
          ...{ detail: used && podUsage(used), dashed: says === 'Terminating', box, band: head.id },
          ...{ column: COLUMNS.Pod!, about: { is: 'pod', pod: pod! } },
        })
      }
      return
    }
    const pods = members.map(item => item.pod!)
    const ready = members.filter(item => item.tone === 'ok').length
    for (const { id } of members) this.nodeOf.set(id, key)
    this.nodes.push({
      ...{ id: key, shape: 'card', icon: 'pod', kind: words.pods, title: words.podCount(pods.length) },
      ...{ subtitle: words.readyOf(ready, pods.length), tone: worst(members), count: pods.length, box },
      ...{ band: head.id, column: COLUMNS.Pod!, toggle: { key, open: false }, about: { is: 'pods', pods } },
    })
  }

  #about({ kind, namespace, name, pod, exists }: Item, its: readonly Item[] = []): model.About {
    if (pod) return { is: 'pod', pod }
    const address = exists ? addressOf(kind, namespace, name) : undefined
    const pods = podsOf(its)
    return { is: 'object', kind, namespace, name, address, ...(pods.length && { pods }) }
  }
}

function worst(items: readonly Item[]): GraphNode['tone'] {
  return model.worstOf(new Set(items.map(item => item.tone)))
}

function podsOf(items: readonly Item[]): Pod[] {
  const pods: Pod[] = []
  for (const { pod } of items) if (pod) pods.push(pod)
  return pods
}

const names = new Intl.Collator('en', { numeric: true })

function byPlace(a: Item, b: Item): number {
  return a.column - b.column || names.compare(a.name, b.name)
}
