import { deepClone, semanticEqual } from '../../../equality.ts'
import type { KubeObject } from '../../../object.ts'
import type { FieldError } from '../../../strategy.ts'
import { forbidden, invalid } from '../../../validation/field.ts'
import { MIRROR } from './annotation-rules.ts'
import { qosClass } from './qos.ts'

/* eslint-disable @typescript-eslint/no-explicit-any -- validates what clients sent */

const RESIZABLE = ['cpu', 'memory']

/** What a resize may change: cpu and memory of containers that run for long, and of the pod as a whole. */
export function validatePodResize(object: KubeObject, old: KubeObject): FieldError[] {
  if (old.metadata.annotations?.[MIRROR] !== undefined) return [forbidden('', 'static pods cannot be resized')]
  if (old.spec?.os?.name === 'windows') return [forbidden('', 'windows pods cannot be resized')]
  const [now, was] = [object.spec ?? {}, old.spec ?? {}]
  const errors: FieldError[] = []
  const before = old.status?.qosClass || qosClass(was)
  if (before !== qosClass(now))
    errors.push(invalid('spec', object.status?.qosClass ?? '', 'Pod QOS Class may not change as a result of resizing'))
  const running = (old.status?.containerStatuses ?? []).find((s: any) => s.state?.running)
  if (running && !running.resources) errors.push(forbidden('spec', 'Pod running on node without support for resize'))
  const moved = validateSameContainers(now, was)
  if (moved.length) return [...errors, ...moved]
  const isSidecar = (container: any) => container?.restartPolicy === 'Always'
  ;(was.initContainers ?? []).forEach((container: any, i: number) => {
    if (isSidecar(container))
      errors.push(
        ...validateNothingRemoved(
          now.initContainers?.[i]?.resources,
          container.resources,
          `spec.initContainers[${i}].resources`,
        ),
      )
  })
  ;(was.containers ?? []).forEach((container: any, i: number) =>
    errors.push(
      ...validateNothingRemoved(now.containers?.[i]?.resources, container.resources, `spec.containers[${i}].resources`),
    ),
  )
  const rest = deepClone(now) as any
  ;(rest.containers ?? []).forEach((container: any, i: number) => {
    restoreResizable(container, was.containers?.[i])
    if (!semanticEqual(container, was.containers?.[i]))
      errors.push(forbidden('spec', 'only cpu and memory resources are mutable'))
  })
  ;(rest.initContainers ?? []).forEach((container: any, i: number) => {
    const same = was.initContainers?.[i]
    if (isSidecar(container)) {
      restoreResizable(container, same)
      if (!semanticEqual(container, same))
        errors.push(forbidden('spec', 'only cpu and memory resources for sidecar containers are mutable'))
    } else if (!semanticEqual(container, same))
      errors.push(forbidden('spec', 'resources for non-sidecar init containers are immutable'))
  })
  if (errors.length) return errors
  if (was.resources && rest.resources) restoreResizable(rest, was)
  return semanticEqual(rest, was) ? [] : [forbidden('spec', 'only cpu and memory resources are mutable')]
}

function validateSameContainers(now: any, was: any): FieldError[] {
  return ['containers', 'initContainers'].flatMap(list => {
    const [after, before]: [any[], any[]] = [now[list] ?? [], was[list] ?? []]
    if (after.length !== before.length)
      return [forbidden(`spec.${list}`, `${list} may not be added or removed on resize`)]
    return before.flatMap((container, i) =>
      after[i].name === container.name
        ? []
        : [forbidden(`spec.${list}[${i}].name`, `${list} may not be renamed or reordered on resize`)],
    )
  })
}

/** Puts everything but what a resize may change back as it was, unless containers came, went or changed their names. */
export function dropNonResizeUpdates(object: KubeObject, old: KubeObject): void {
  const [now, was] = [object.spec ?? {}, old.spec ?? {}]
  const names = (spec: any, list: string) => (spec[list] ?? []).map((c: any) => c.name)
  for (const list of ['containers', 'initContainers']) if (!semanticEqual(names(now, list), names(was, list))) return
  const spec = deepClone(was) as any
  if (now.resources) spec.resources = now.resources
  for (const list of ['containers', 'initContainers'])
    spec[list]?.forEach((container: any, i: number) => {
      for (const key of ['resources', 'resizePolicy'])
        if (now[list][i][key] === undefined) delete container[key]
        else container[key] = now[list][i][key]
    })
  object.spec = spec
}

function validateNothingRemoved(now: any, was: any, at: string): FieldError[] {
  return ['requests', 'limits'].flatMap(which =>
    Object.keys(was?.[which] ?? {}).some(name => now?.[which]?.[name] === undefined)
      ? [forbidden(`${at}.${which}`, `resource ${which} cannot be removed`)]
      : [],
  )
}

/** Gives a copy the cpu and memory of the original, so that a comparison shows what else differs. */
function restoreResizable(copy: any, original: any): void {
  for (const which of ['requests', 'limits']) {
    const had = original?.resources?.[which]
    const list: Record<string, string> = { ...copy.resources?.[which] }
    for (const name of RESIZABLE) {
      delete list[name]
      if (had?.[name] !== undefined) list[name] = had[name]
    }
    const resources = (copy.resources ??= {})
    if (Object.keys(list).length) resources[which] = list
    else delete resources[which]
  }
}
