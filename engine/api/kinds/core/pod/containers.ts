/* eslint-disable @typescript-eslint/no-explicit-any -- reads what clients sent */

/** All containers of a pod's spec with their paths: init containers first, then regular, then ephemeral ones. */
export function containersOf(spec: any, at: string): { container: any; path: string }[] {
  return ['initContainers', 'containers', 'ephemeralContainers'].flatMap(list =>
    (spec?.[list] ?? []).map((container: any, i: number) => ({ container, path: `${at}.${list}[${i}]` })),
  )
}
