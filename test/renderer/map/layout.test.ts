import { describe, expect, it } from 'vitest'
import { NO_CHOICES } from '../../../renderer/src/map/graph/collapse.ts'
import { controlGraph } from '../../../renderer/src/map/graph/control.ts'
import { NO_FILTER } from '../../../renderer/src/map/graph/filter.ts'
import { machinesGraph } from '../../../renderer/src/map/graph/machines.ts'
import type { Graph, Lens } from '../../../renderer/src/map/graph/model.ts'
import { indexWorkloads, type Objects } from '../../../renderer/src/map/graph/workload-index.ts'
import { workloadsGraph } from '../../../renderer/src/map/graph/workloads.ts'
import { miniMap } from '../../../renderer/src/map/draw/mini-map.ts'
import { layout } from '../../../renderer/src/map/layout/layout.ts'
import {
  LAID_OUT_HERE,
  LayoutRunner,
  type LayoutTask,
  type LayoutWorker,
} from '../../../renderer/src/map/layout/runner.ts'
import { assignSlots, NO_MEMORY, type Layout, type LayoutNode } from '../../../renderer/src/map/layout/slots.ts'
import { manyApps, masters, pod, statusOf, words, workers } from './samples.ts'

const common = { usage: new Map(), choices: NO_CHOICES, filter: NO_FILTER, words }
const machines = (count: number, names: readonly string[]): Graph =>
  machinesGraph({
    ...{ ...common, status: statusOf([...masters, ...workers(count)]) },
    pods: names.map((name, i) => pod(name, `worker-${(i % count) + 1}`)),
  })
const workloads = (objects: Objects): Graph => workloadsGraph({ ...common, index: indexWorkloads(objects, words) })
const control = (): Graph =>
  controlGraph({ status: statusOf([...masters, ...workers(3)]), leases: new Map(), choices: NO_CHOICES, words })
const names = (count: number) => Array.from({ length: count }, (_, i) => `p${i}`)
const SAMPLES: [Lens, Graph][] = [
  ['machines', machines(6, names(60))],
  ['machines', machines(150, names(600))],
  ['workloads', workloads(manyApps(12, 5, 3))],
  ['workloads', workloads(manyApps(200, 50, 10))],
  ['control', control()],
]

describe('layout', () => {
  it('keeps slots, fills holes first and forgets trailing ones', () => {
    expect(assignSlots(['a', 'b', 'c'], ['a', 'c', 'd'])).toEqual(['a', 'd', 'c'])
    expect(assignSlots(['a', 'b', 'c'], ['a'])).toEqual(['a'])
  })

  it.each(SAMPLES)('of %s gives every node a place, the same each time', (lens, { nodes }) => {
    const first = layout(lens, nodes, NO_MEMORY)
    expect([...first.places.keys()].sort()).toEqual(nodes.map(n => n.id).sort())
    expect(layout(lens, nodes, NO_MEMORY).places).toEqual(first.places)
    expect(layout(lens, nodes, first.memory).places).toEqual(first.places)
  })

  it.each(SAMPLES)('of %s lays no two nodes on top of each other, and all inside their boxes', (lens, { nodes }) => {
    const { places } = layout(lens, nodes, NO_MEMORY)
    for (const [box, members] of Map.groupBy(nodes, n => n.box)) {
      const rects = members.map(n => places.get(n.id)!)
      for (const [i, a] of rects.entries())
        for (const b of rects.slice(i + 1))
          expect(Math.abs(a.x - b.x) >= (a.w + b.w) / 2 || Math.abs(a.y - b.y) >= (a.h + b.h) / 2).toBe(true)
      if (box === undefined) continue
      const outer = places.get(box)!
      for (const { x, y, w, h } of rects) {
        expect(Math.abs(x - outer.x) + w / 2).toBeLessThanOrEqual(outer.w / 2)
        expect(Math.abs(y - outer.y) + h / 2).toBeLessThanOrEqual(outer.h / 2)
      }
    }
  })

  const same = (before: Layout, after: Layout, but: readonly string[] = []) => {
    for (const [id, place] of before.places)
      if (after.places.has(id) && !but.includes(id)) expect([id, after.places.get(id)]).toEqual([id, place])
  }

  it('leaves every node that stays where it was when pods come and go', () => {
    const before = machines(1, ['a', 'b', 'c'])
    const first = layout('machines', before.nodes, NO_MEMORY)
    const second = layout('machines', machines(1, ['a', 'c', 'd']).nodes, first.memory)
    same(first, second)
    expect(second.places.get('pod/shop/d')).toEqual(first.places.get('pod/shop/b'))
  })

  it('moves nothing in a rollout: new pods take new rows, and the rows stay when the old ones are gone', () => {
    const app = (pods: number, from = 0): Objects => {
      const all = manyApps(4, pods, 2)
      return { ...all, pods: all.pods.filter(p => Number(p.metadata.name!.split('-').at(-1)) >= from) }
    }
    const steps = [app(6), app(6, 3), app(3), app(6)]
    let last = layout('workloads', workloads(steps[0]!).nodes, NO_MEMORY)
    for (const step of steps.slice(1)) {
      const next = layout('workloads', workloads(step).nodes, last.memory)
      same(last, next)
      last = next
    }
  })

  it('leaves the workers that there are when one more joins a large lab', () => {
    const first = layout('machines', machines(100, []).nodes, NO_MEMORY)
    const second = layout('machines', machines(101, []).nodes, first.memory)
    same(first, second)
  })
})

describe('the runner of layouts', () => {
  class PlayedWorker implements LayoutWorker {
    onmessage: LayoutWorker['onmessage'] = null
    onerror: LayoutWorker['onerror'] = null
    readonly tasks: LayoutTask[] = []
    postMessage(task: LayoutTask): void {
      this.tasks.push(structuredClone(task))
    }
    answer(): void {
      const { task, lens, nodes, before } = this.tasks.shift()!
      this.onmessage!({ data: { task, layout: layout(lens, nodes, before) } })
    }
    terminate(): void {}
  }
  const many = (count: number): LayoutNode[] =>
    Array.from({ length: count }, (_, i) => ({ id: `m${i}`, shape: 'card', band: 'cards', column: 0 }))

  it('lays few nodes out at once, and asks a worker for many', () => {
    const worker = new PlayedWorker()
    const runner = new LayoutRunner(() => worker)
    const done: number[] = []
    runner.run('machines', many(10), made => done.push(made.places.size))
    expect([done, worker.tasks.length]).toEqual([[10], 0])
    runner.run('machines', many(LAID_OUT_HERE + 1), made => done.push(made.places.size))
    expect(done).toEqual([10])
    worker.answer()
    expect(done).toEqual([10, LAID_OUT_HERE + 1])
  })

  it('drops what came in between while the worker was busy, but for the last', () => {
    const worker = new PlayedWorker()
    const runner = new LayoutRunner(() => worker)
    const done: number[] = []
    for (const count of [500, 501, 502]) runner.run('machines', many(count), made => done.push(made.places.size))
    expect(worker.tasks).toHaveLength(1)
    worker.answer()
    worker.answer()
    expect([done, worker.tasks.length]).toEqual([[502], 0])
  })

  it('lays out itself what its worker broke at, and asks another the next time', () => {
    const workers: PlayedWorker[] = []
    const runner = new LayoutRunner(() => {
      workers.push(new PlayedWorker())
      return workers.at(-1)!
    })
    const done: number[] = []
    runner.run('machines', many(500), made => done.push(made.places.size))
    workers[0]!.onerror!(new Error('it broke'))
    expect(done).toEqual([500])
    runner.run('machines', many(501), made => done.push(made.places.size))
    workers[1]!.answer()
    expect(done).toEqual([500, 501])
  })
})

describe('mini-map', () => {
  it('holds all places in proportion, and finds the way back', () => {
    const mini = miniMap(
      [
        { x: 50, y: 50, w: 100, h: 100 },
        { x: 950, y: 150, w: 100, h: 100 },
      ],
      168,
      112,
    )
    expect(mini.bounds).toEqual({ x1: 0, y1: 0, x2: 1000, y2: 200 })
    const corner = mini.toMini({ x: 0, y: 0 })
    expect(corner.x).toBeGreaterThanOrEqual(0)
    expect(mini.fromMini(corner).x).toBeCloseTo(0)
  })
})
