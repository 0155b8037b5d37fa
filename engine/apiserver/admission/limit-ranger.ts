import { own } from '../../base/own.ts'
import { forbidden } from '../../api/status.ts'
import type { KubeObject } from '../../api/object.ts'
import { parseQuantity } from '../../base/quantity.ts'
import type { Quantity } from '../../base/quantity.ts'
import { podResources } from '../quota/usage.ts'
import type { Feed } from '../storage/feed.ts'
import type { AdmissionPlugin, Attributes } from './plugin.ts'

type Amounts = Record<string, string>

interface Limit {
  type: string
  min?: Amounts
  max?: Amounts
  default?: Amounts
  defaultRequest?: Amounts
  maxLimitRequestRatio?: Amounts
}

interface Container {
  name: string
  resources?: { requests?: Amounts; limits?: Amounts }
}

const PREFIX = '/registry/limitranges/'
const ANNOTATION = 'kubernetes.io/limit-ranger'

/** Gives containers the namespace's default requests and limits, and refuses what is outside of its ranges. */
export function limitRanger(deps: { feed: Feed }): AdmissionPlugin {
  const rangesOf = async ({
    resource,
    subresource,
    operation,
    namespace,
    object,
  }: Attributes): Promise<KubeObject[]> => {
    if (!object || resource.group !== '') return []
    // The resources of a pod that is there change through its resize alone.
    const isPod = resource.resource === 'pods' && (subresource ? subresource === 'resize' : operation === 'CREATE')
    const isClaim = resource.resource === 'persistentvolumeclaims' && !subresource && operation !== 'DELETE'
    if (!isPod && !isClaim) return []
    return [...(await deps.feed.cache(PREFIX)).values(`${PREFIX}${namespace}/`)].map(stored => stored.object)
  }
  return {
    name: 'LimitRanger',
    async mutate(attributes) {
      if (attributes.resource.resource !== 'pods') return
      for (const range of await rangesOf(attributes)) setDefaults(attributes.object!, range)
    },
    async validate(attributes) {
      const problems: string[] = []
      for (const range of await rangesOf(attributes))
        for (const limit of (range.spec?.limits ?? []) as Limit[]) problems.push(...violations(attributes, limit))
      if (problems.length === 0) return
      const text = problems.length === 1 ? problems[0]! : `[${problems.join(', ')}]`
      throw forbidden({ ...attributes.resource, name: attributes.name }, text)
    },
  }
}

function setDefaults(pod: KubeObject, range: KubeObject) {
  const limits: Amounts = {}
  const requests: Amounts = {}
  for (const limit of (range.spec?.limits ?? []) as Limit[]) {
    if (limit.type !== 'Container') continue
    Object.assign(limits, limit.default)
    Object.assign(requests, limit.defaultRequest)
  }
  const notes: string[] = []
  for (const [list, word] of [
    ['containers', 'container'],
    ['initContainers', 'init container'],
  ] as const)
    for (const container of (pod.spec?.[list] ?? []) as Container[]) {
      const resources = (container.resources ??= {})
      const fill = (kind: 'requests' | 'limits', defaults: Amounts) => {
        const added = Object.keys(defaults)
          .filter(name => resources[kind]?.[name] === undefined)
          .sort()
        if (added.length === 0) return
        const amounts = (resources[kind] ??= {})
        for (const name of added) amounts[name] = defaults[name]!
        notes.push(`${added.join(', ')} ${kind.slice(0, -1)} for ${word} ${container.name}`)
      }
      fill('requests', requests)
      fill('limits', limits)
    }
  if (notes.length > 0) (pod.metadata.annotations ??= {})[ANNOTATION] = `LimitRanger plugin set: ${notes.join('; ')}`
}

function violations({ resource, object }: Attributes, limit: Limit): string[] {
  if (resource.resource === 'persistentvolumeclaims') {
    if (limit.type !== 'PersistentVolumeClaim') return []
    const requests = (object!.spec?.resources?.requests ?? {}) as Amounts
    return [...below(limit, requests, undefined), ...above(limit, undefined, requests)]
  }
  if (limit.type === 'Container')
    return [
      ...((object!.spec?.containers ?? []) as Container[]),
      ...((object!.spec?.initContainers ?? []) as Container[]),
    ].flatMap(({ resources }) => [
      ...below(limit, resources?.requests ?? {}, resources?.limits ?? {}),
      ...above(limit, resources?.limits ?? {}, resources?.requests ?? {}),
      ...ratios(limit, resources?.requests ?? {}, resources?.limits ?? {}),
    ])
  if (limit.type !== 'Pod') return []
  const requests = asTexts(podResources(object!, 'requests'))
  const limits = asTexts(podResources(object!, 'limits'))
  return [...below(limit, requests, limits), ...above(limit, limits, requests), ...ratios(limit, requests, limits)]
}

function asTexts(amounts: Map<string, Quantity>): Amounts {
  return Object.fromEntries([...amounts].map(([name, amount]) => [name, amount.toString()]))
}

function below(limit: Limit, requests: Amounts, limits: Amounts | undefined): string[] {
  const problems: string[] = []
  for (const [name, text] of Object.entries(limit.min ?? {})) {
    const least = parseQuantity(text)
    const [request, top] = [own(requests, name), own(limits, name)]
    const head = `minimum ${name} usage per ${limit.type} is ${text}`
    if (request === undefined) problems.push(`${head}.  No request is specified`)
    else if (parseQuantity(request).cmp(least) < 0) problems.push(`${head}, but request is ${request}`)
    else if (top !== undefined && parseQuantity(top).cmp(least) < 0) problems.push(`${head}, but limit is ${top}`)
  }
  return problems
}

function above(limit: Limit, limits: Amounts | undefined, requests: Amounts): string[] {
  const problems: string[] = []
  for (const [name, text] of Object.entries(limit.max ?? {})) {
    const most = parseQuantity(text)
    const [request, top] = [own(requests, name), own(limits, name)]
    const head = `maximum ${name} usage per ${limit.type} is ${text}`
    if (limits && top === undefined) problems.push(`${head}.  No limit is specified`)
    else if (top !== undefined && parseQuantity(top).cmp(most) > 0) problems.push(`${head}, but limit is ${top}`)
    else if (request !== undefined && parseQuantity(request).cmp(most) > 0)
      problems.push(`${head}, but request is ${request}`)
  }
  return problems
}

function ratios(limit: Limit, requests: Amounts, limits: Amounts): string[] {
  const problems: string[] = []
  for (const [name, text] of Object.entries(limit.maxLimitRequestRatio ?? {})) {
    const most = parseQuantity(text)
    const [request, top] = [own(requests, name), own(limits, name)]
    if (request === undefined || top === undefined) {
      problems.push(
        `${name} max limit to request ratio per ${limit.type} is ${text}, but no ${request === undefined ? 'request' : 'limit'} is specified or request is 0`,
      )
      continue
    }
    const ratio = Number(parseQuantity(top).nanos) / Number(parseQuantity(request).nanos)
    if (ratio > Number(most.nanos) / 1e9)
      problems.push(
        `${name} max limit to request ratio per ${limit.type} is ${text}, but provided ratio is ${ratio.toFixed(6)}`,
      )
  }
  return problems
}
