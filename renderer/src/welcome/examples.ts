/** Examples to begin with, in the order in which they are offered; none is an empty cluster. */
export const EXAMPLES = ['none', 'shop', 'statefulset', 'stuck'] as const
export type Example = (typeof EXAMPLES)[number]

const LOAD: Record<Exclude<Example, 'none'>, () => Promise<{ default: string }>> = {
  shop: () => import('../../../resources/examples/shop.yaml?raw'),
  statefulset: () => import('../../../resources/examples/statefulset.yaml?raw'),
  stuck: () => import('../../../resources/examples/deployment-stuck.yaml?raw'),
}

/** The manifests of an example. */
export async function manifestOf(example: Example): Promise<string> {
  return example === 'none' ? '' : (await LOAD[example]()).default
}
