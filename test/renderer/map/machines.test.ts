import { describe, expect, it } from 'vitest'
import type { Pod } from '../../../engine/api/types.ts'
import type { MachineStatus } from '../../../engine/lab/contract.ts'
import { NO_CHOICES, rangesOf, toggled, type Choices } from '../../../renderer/src/map/graph/collapse.ts'
import { NO_FILTER, type Filter } from '../../../renderer/src/map/graph/filter.ts'
import { machinesGraph } from '../../../renderer/src/map/graph/machines.ts'
import { COMFORTABLE, MOST_ELEMENTS, shortPodName, type Graph } from '../../../renderer/src/map/graph/model.ts'
import { elementsOf, master, masters, pod, podsOf, statusOf, words, worker, workers } from './samples.ts'

function graphOf(
  machines: readonly MachineStatus[],
  pods: readonly Pod[] = [],
  { choices = NO_CHOICES, filter = NO_FILTER }: { choices?: Choices; filter?: Filter } = {},
): Graph {
  return machinesGraph({ status: statusOf(machines), pods, usage: new Map(), choices, filter, words })
}
const opening = (...keys: string[]): Choices => ({ opened: new Set(keys), closed: new Set() })
const spread = (count: number, over: number) =>
  Array.from({ length: count }, (_, i) => pod(`p${i}`, `worker-${(i % over) + 1}`, { owner: `set-${i % 37}` }))

describe('machines', () => {
  it('marks the leader alone, and draws replication from it to each follower', () => {
    const { nodes, edges } = graphOf(masters)
    expect(nodes.filter(n => n.leader).map(n => n.title)).toEqual(['master-2'])
    expect(edges.filter(e => e.type === 'replicates').map(e => [e.source, e.target])).toEqual([
      ['machine/master-2', 'machine/master-1'],
      ['machine/master-2', 'machine/master-3'],
    ])
  })

  it('does not believe what a dead master last said of its role', () => {
    const { nodes } = graphOf([master('master-1', 'leader', { state: 'dead' }), ...masters.slice(1)])
    expect(nodes.filter(n => n.leader).map(n => n.title)).toEqual(['master-2'])
  })

  it('puts pods into the box of their worker, with what they use, and unscheduled ones into a box of their own', () => {
    const usage = new Map([['shop/a', { cpu: 12, memory: 34 * 2 ** 20 }]])
    const pods = [pod('a', 'worker-1'), pod('b', undefined)]
    const common = { usage, choices: NO_CHOICES, filter: NO_FILTER, words }
    const { nodes } = machinesGraph({ status: statusOf(workers(1)), pods, ...common })
    expect(nodes.find(n => n.id === 'pod/shop/a')).toMatchObject({ box: 'machine/worker-1', detail: '12m · 34.0 MiB' })
    expect(nodes.find(n => n.id === 'pod/shop/b')?.box).toBe('waiting')
  })

  it('says CPU and memory of machines that run, apart from the picture', () => {
    const { nodes } = graphOf([worker('w', { usage: { cpu: 0.126, memory: 2 ** 26 } }), worker('v', { state: 'off' })])
    expect(nodes.map(n => n.detail).filter(Boolean)).toEqual(['13 % · 64.0 MiB'])
  })

  it('is comfortable at 10,000 pods on 1,000 workers, and has all of them in its groups', () => {
    const graph = graphOf([...masters, ...workers(1_000)], spread(10_000, 1_000))
    expect(graph.nodes.length).toBeLessThanOrEqual(COMFORTABLE)
    const groups = graph.nodes.flatMap(n => (n.about.is === 'machines' ? n.about.names : []))
    expect(new Set(groups).size).toBe(1_000)
    expect(graph.total).toBe(11_003)
  })

  it('never draws more than the limit, however much is opened, and says that it does not', () => {
    const machines = workers(1_000)
    const ranges = rangesOf(machines).map(r => r.key)
    const graph = graphOf(machines, spread(10_000, 1_000), {
      choices: opening(...ranges, ...machines.map(m => `machine/${m.name}`)),
    })
    expect(elementsOf(graph)).toBeLessThanOrEqual(MOST_ELEMENTS)
    expect(graph.cut).toBe(true)
    expect(graphOf(workers(3), spread(9, 3)).cut).toBe(false)
  })

  it('opens a range into its workers and a worker into its pods', () => {
    const [machines, pods] = [workers(1_000), spread(10_000, 1_000)]
    const closed = graphOf(machines, pods)
    const range = closed.nodes.find(n => n.title === 'worker-26 – 50')!
    const opened = toggled(NO_CHOICES, range.toggle!)
    const withCards = graphOf(machines, pods, { choices: opened })
    expect(withCards.nodes).toHaveLength(closed.nodes.length + 25)
    const card = withCards.nodes.find(n => n.id === 'machine/worker-30')!
    expect(card).toMatchObject({ shape: 'card', count: 10, toggle: { open: false } })
    const withPods = graphOf(machines, pods, { choices: toggled(opened, card.toggle!) })
    expect(withPods.nodes.filter(n => n.box === 'machine/worker-30')).toHaveLength(10)
    const box = withPods.nodes.find(n => n.id === 'machine/worker-30')!
    expect(box).toMatchObject({ shape: 'box', toggle: { open: true } })
    expect(graphOf(machines, pods, { choices: toggled(opened, box.toggle!) }).nodes).toHaveLength(
      withCards.nodes.length,
    )
  })

  it('keeps ranges the same when machines come and go', () => {
    const keys = (count: number) => rangesOf(workers(count)).map(r => r.key)
    expect(keys(60)).toEqual(keys(75))
    expect(keys(100).slice(0, 3)).toEqual(keys(75))
    expect(rangesOf([worker('a'), worker('b')])).toHaveLength(1)
  })

  it('groups the many pods of one worker by owner, shows the worst state of a group, and opens it', () => {
    const pods = [
      ...Array.from({ length: 39 }, (_, i) => pod(`p${i}`, 'worker-1')),
      pod('bad', 'worker-1', { failing: true }),
    ]
    const graph = graphOf(workers(1), pods)
    const group = graph.nodes.find(n => n.shape === 'group')!
    expect(group).toMatchObject({ title: 'web', count: 40, tone: 'bad' })
    expect(podsOf(graph)).toHaveLength(40)
    const opened = graphOf(workers(1), pods, { choices: toggled(NO_CHOICES, group.toggle!) })
    expect(opened.nodes.filter(n => n.shape === 'pod')).toHaveLength(40)
  })

  it('filters by state and text: a worker stays for its pods, all of them if it is meant itself', () => {
    const pods = [...spread(9, 3), pod('bad', 'worker-2', { failing: true })]
    const failing = graphOf(workers(3), pods, { filter: { ...NO_FILTER, tones: ['bad'] } })
    expect(failing.nodes.map(n => n.id)).toEqual(['balancer', 'machine/worker-2', 'pod/shop/bad'])
    const named = graphOf(workers(3), pods, { filter: { ...NO_FILTER, text: 'worker-3' } })
    expect(named.nodes.filter(n => n.shape === 'pod')).toHaveLength(3)
  })

  it('shortens a pod name by the hash of its template', () => {
    const labels = { 'pod-template-hash': '6d9f7' }
    expect(shortPodName({ metadata: { name: 'web-6d9f7-abcde', labels } } as unknown as Pod)).toBe('web-abcde')
  })
})
