import { connection } from '../cluster/connection.svelte.ts'
import { currentMetrics } from '../cluster/metrics.svelte.ts'
import { lab } from '../lab/status.svelte.ts'
import { labTexts } from '../lab/text.ts'
import { router } from '../shell/router.svelte.ts'
import { say } from '../text/say.svelte.ts'
import { NO_CHOICES, toggled, type Choices } from './graph/collapse.ts'
import { controlGraph } from './graph/control.ts'
import { isFiltering, neighbourhood, NO_FILTER, type Filter } from './graph/filter.ts'
import { machinesGraph } from './graph/machines.ts'
import { LENSES, type Graph, type GraphNode, type Lens } from './graph/model.ts'
import { indexWorkloads } from './graph/workload-index.ts'
import { workloadsGraph } from './graph/workloads.ts'
import { areObjectsRead, currentLeases, currentObjects, currentPods } from './sources.svelte.ts'
import { mapTexts } from './text.ts'
import { wordsOf, type Words } from './words.ts'

/** What is looked at and how: the lens, the filter, what is open, what is chosen. Lens, choice and focus stand in the address. */
export class MapState {
  readonly words: Words = wordsOf(say(mapTexts), say(labTexts))
  /** Other clusters have no machines of ours. */
  readonly lenses: readonly Lens[] = connection.isLab ? LENSES : ['workloads']
  filter: Filter = $state.raw(NO_FILTER)
  #choices: Record<Lens, Choices> = $state.raw({ machines: NO_CHOICES, workloads: NO_CHOICES, control: NO_CHOICES })

  readonly lens: Lens = $derived.by(() => {
    const wanted = router.query.get('lens') as Lens
    return this.lenses.includes(wanted) ? wanted : this.lenses[0]!
  })
  readonly #index = $derived(
    this.lens === 'workloads' && areObjectsRead() ? indexWorkloads(currentObjects(), this.words) : undefined,
  )
  /** Nothing until the first answers are there. */
  readonly graph: Graph | undefined = $derived.by(() => {
    const common = { words: this.words, filter: this.filter, choices: this.#choices[this.lens] }
    if (this.lens === 'workloads')
      return this.#index && workloadsGraph({ ...common, index: this.#index, usage: currentMetrics.pods })
    if (!lab.status) return undefined
    return this.lens === 'machines'
      ? machinesGraph({ ...common, status: lab.status, pods: currentPods(), usage: currentMetrics.pods })
      : controlGraph({ ...common, status: lab.status, leases: currentLeases() })
  })
  readonly #nodes = $derived(new Map(this.graph?.nodes.map(node => [node.id, node])))
  readonly selected: GraphNode | undefined = $derived(this.#nodes.get(router.query.get('select') ?? ''))
  readonly focused: GraphNode | undefined = $derived(this.#nodes.get(router.query.get('focus') ?? ''))
  /** What is shown while one node is focused on. */
  readonly shown: ReadonlySet<string> | undefined = $derived(
    this.graph && this.focused && neighbourhood(this.graph, this.focused.id),
  )
  /** True if the filter has left nothing over. */
  readonly isEmpty: boolean = $derived.by(() => {
    const structural = new Set(['masters', 'balancer'])
    return this.lens !== 'control' && this.graph?.nodes.every(n => structural.has(n.band)) === true
  })
  readonly isFiltering: boolean = $derived(isFiltering(this.filter))

  show(lens: Lens): void {
    router.change({ lens: lens === this.lenses[0] ? null : lens, select: null, focus: null })
  }

  select(id: string | undefined): void {
    router.change({ select: id ?? null }, true)
  }

  focus(id: string | undefined): void {
    router.change({ focus: id ?? null }, true)
  }

  /** Opens or closes what a node stands for. The choice goes along where the node goes. */
  toggle(id: string): void {
    const toggle = this.#nodes.get(id)?.toggle
    if (!toggle) return
    this.#choices = { ...this.#choices, [this.lens]: toggled(this.#choices[this.lens], toggle) }
  }
}
