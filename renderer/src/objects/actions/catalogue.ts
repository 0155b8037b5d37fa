import type { KubeObject } from '../../../../engine/api/object.ts'
import type { ResourceKind } from '../../cluster/discovery.ts'
import type { IconName } from '../../ui/icons.ts'

/** Everything that can be done to objects here, in the order of menus: what helps first, what destroys last. */
export const ACTIONS = [
  ...(['open', 'forward', 'shell', 'attach', 'debug', 'scale', 'restart', 'rollback'] as const),
  ...(['trigger', 'suspend', 'resume', 'cordon', 'uncordon', 'drain', 'evict', 'delete'] as const),
] as const
export type ActionName = (typeof ACTIONS)[number]

export const ACTION_ICON: Record<ActionName, IconName> = {
  ...({
    open: 'expand',
    forward: 'expand',
    shell: 'terminal',
    attach: 'terminal',
    debug: 'search',
    scale: 'plus',
    restart: 'refresh',
  } as const),
  ...({ rollback: 'history', trigger: 'bolt', suspend: 'pause', resume: 'play', cordon: 'pause' } as const),
  ...({ uncordon: 'play', drain: 'download', evict: 'cross', delete: 'trash' } as const),
}

/** They need one object, and lead to a dialog or a place of their own. */
const ONE_ONLY: ReadonlySet<ActionName> = new Set(['open', 'forward', 'shell', 'attach', 'debug', 'rollback'])
/** They end what runs, or take it away. */
const DESTRUCTIVE: ReadonlySet<ActionName> = new Set(['drain', 'evict', 'delete'])

export function isDestructive(action: ActionName): boolean {
  return DESTRUCTIVE.has(action)
}

/**
 * What can be done to an object of a kind. What its state rules out is left out if the object is known; what the server does not
 * serve always is.
 */
export function actionsFor(kind: ResourceKind, isLab: boolean, object?: KubeObject): ActionName[] {
  return ACTIONS.filter(action => serves(kind, action, isLab) && (!object || fits(object, action)))
}

/** What can be done to many objects at once. */
export function bulkActionsFor(kind: ResourceKind): ActionName[] {
  return ACTIONS.filter(action => serves(kind, action, false) && !ONE_ONLY.has(action))
}

function serves({ group, resource, verbs, subresources }: ResourceKind, action: ActionName, isLab: boolean): boolean {
  const is = (ofGroup: string, ...resources: string[]) => group === ofGroup && resources.includes(resource)
  const canPatch = verbs.includes('patch')
  switch (action) {
    case 'open':
      return isLab && is('', 'services')
    case 'forward':
      return isLab && is('', 'pods') && subresources.includes('portforward')
    case 'shell':
      return is('', 'pods') && subresources.includes('exec')
    case 'attach':
      return is('', 'pods') && subresources.includes('attach')
    case 'debug':
      return is('', 'pods') && subresources.includes('ephemeralcontainers')
    case 'evict':
      return is('', 'pods') && subresources.includes('eviction')
    case 'scale':
      return subresources.includes('scale')
    case 'restart':
    case 'rollback':
      return canPatch && is('apps', 'deployments', 'statefulsets', 'daemonsets')
    case 'suspend':
    case 'resume':
      return canPatch && is('batch', 'cronjobs', 'jobs')
    case 'trigger':
      return is('batch', 'cronjobs')
    case 'cordon':
    case 'uncordon':
    case 'drain':
      return canPatch && is('', 'nodes')
    case 'delete':
      return verbs.includes('delete')
  }
}

function fits({ metadata, spec, status }: KubeObject, action: ActionName): boolean {
  switch (action) {
    case 'open':
      return (spec?.ports ?? []).length > 0 && spec?.type !== 'ExternalName'
    case 'forward':
    case 'shell':
    case 'attach':
    case 'debug':
      return status?.phase === 'Running' && !metadata.deletionTimestamp
    case 'evict':
      return !metadata.deletionTimestamp
    case 'suspend':
      return spec?.suspend !== true && !status?.completionTime
    case 'resume':
      return spec?.suspend === true
    case 'cordon':
      return spec?.unschedulable !== true
    case 'uncordon':
      return spec?.unschedulable === true
    case 'restart':
      return spec?.paused !== true
    default:
      return true
  }
}
