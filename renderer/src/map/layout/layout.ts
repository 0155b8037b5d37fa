import type { Lens } from '../graph/model.ts'
import { layoutControl } from './control.ts'
import { layoutMachines } from './machines.ts'
import type { Layout, LayoutNode, Memory } from './slots.ts'
import { layoutWorkloads } from './workloads.ts'

const LAYOUTS: Record<Lens, (nodes: readonly LayoutNode[], before: Memory) => Layout> = {
  machines: layoutMachines,
  workloads: layoutWorkloads,
  control: layoutControl,
}

/** Where each node of a lens is drawn. Pure: the same nodes and the same memory give the same places. */
export function layout(lens: Lens, nodes: readonly LayoutNode[], before: Memory): Layout {
  return LAYOUTS[lens](nodes, before)
}
