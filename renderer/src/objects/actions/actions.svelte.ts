import type { Pod } from '../../../../engine/api/types.ts'
import type { ResourceKind } from '../../cluster/discovery.ts'
import { router } from '../../shell/router.svelte.ts'
import { say } from '../../text/say.svelte.ts'
import { toasts } from '../../ui/toasts.svelte.ts'
import type { ActionName } from './catalogue.ts'
import { performerOf, readObject, type Choices } from './perform.ts'
import { refusalOf } from './refusal.ts'
import type { Identity } from './requests.ts'
import { actionTexts } from './text.ts'

/** An action that somebody chose, until it is done or given up. */
export interface Pending {
  action: ActionName
  kind: ResourceKind
  targets: readonly Identity[]
}

/** Of one object these are undone as easily as they are done: they ask for nothing. */
const AT_ONCE: ReadonlySet<ActionName> = new Set(['suspend', 'resume', 'cordon', 'uncordon', 'trigger'])
export const FIRST_CHOICES: Choices = { replicas: 1, propagation: 'Background', graceSeconds: undefined }

const t = say(actionTexts)

/** Begins actions on objects, wherever they are chosen: the row's menu, the bar of a selection, the drawer, the palette. */
class ObjectActions {
  /** Waits for a dialog, which `ActionHost` shows. */
  pending: Pending | undefined = $state.raw()

  begin(action: ActionName, kind: ResourceKind, targets: readonly Identity[]): void {
    const [target] = targets
    if (!target) return
    if (action === 'rollback') router.change({ ns: target.namespace ?? null, name: target.name!, tab: 'history' })
    else if (action === 'shell' || action === 'attach') void this.#terminal(action, kind, target)
    else if (targets.length === 1 && AT_ONCE.has(action)) void this.#atOnce(action, kind, target)
    else this.pending = { action, kind, targets }
  }

  end(): void {
    this.pending = undefined
  }

  async #terminal(action: 'shell' | 'attach', kind: ResourceKind, target: Identity): Promise<void> {
    try {
      const pod = (await readObject(kind, target)) as unknown as Pod
      const container = defaultContainer(pod)
      router.go(action === 'shell' ? shellAddress(target, container) : attachAddress(pod, container))
    } catch (error) {
      const { title, text } = refusalOf(error)
      toasts.show('bad', t.readFailed(target.name!), text ? `${title}\n${text}` : title)
    }
  }

  async #atOnce(action: ActionName, kind: ResourceKind, target: Identity): Promise<void> {
    const subject = t.one(kind.kind, target.name!)
    try {
      await performerOf(action, kind, FIRST_CHOICES, t)!(target, () => {}, new AbortController().signal)
      toasts.show('ok', t.begun(t[action], subject))
    } catch (error) {
      const { title, text } = refusalOf(error)
      toasts.show('bad', t.failed(t[action], subject), text ? `${title}\n${text}` : title)
    }
  }
}

export const objectActions = new ObjectActions()

/** Where a shell in a container opens. */
export function shellAddress(pod: Identity, container: string): string {
  return `/terminal?exec=${containerPath(pod, container)}`
}

/** Where one listens to what a container runs, and talks to it if it takes input. */
export function attachAddress({ metadata, spec }: Pod, container: string): string {
  const all = [...(spec?.containers ?? []), ...(spec?.initContainers ?? []), ...(spec?.ephemeralContainers ?? [])]
  const found = all.find(c => c.name === container)
  const streams = (['stdin', 'tty'] as const).filter(stream => found?.[stream])
  return `/terminal?attach=${containerPath(metadata, container)}&streams=${streams.join()}`
}

function containerPath({ namespace, name }: Identity, container: string): string {
  return [namespace, name, container].map(part => encodeURIComponent(part ?? '')).join('/')
}

/** The container that kubectl takes if none is named. */
export function defaultContainer({ metadata, spec }: Pod): string {
  return metadata.annotations?.['kubectl.kubernetes.io/default-container'] ?? spec?.containers?.[0]?.name ?? ''
}
