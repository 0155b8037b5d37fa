import type { Container } from '../../api/types.ts'
import type { DialDependencies } from '../probes/dial.ts'
import type { ContainerRunner } from './container.ts'
import { runHandler } from './handlers.ts'

export interface HooksDependencies extends DialDependencies {
  /** Seconds that a pod gives its containers to end. */
  graceSeconds(): number
  event(type: 'Normal' | 'Warning', reason: string, message: string, container: Container): void
}

/** The hooks of the containers of one pod, with what becomes of those that fail. */
export class PodHooks {
  readonly #dependencies: HooksDependencies

  constructor(dependencies: HooksDependencies) {
    this.#dependencies = dependencies
  }

  preStop(container: ContainerRunner): (() => Promise<void>) | undefined {
    const handler = container.spec.lifecycle?.preStop
    if (!handler) return undefined
    return async () => {
      try {
        await runHandler(handler, container, this.#dependencies)
      } catch {
        // Its output may hold what is nobody's business: Kubernetes tells only that it failed.
        if (container.isRunning)
          this.#dependencies.event('Warning', 'FailedPreStopHook', 'PreStopHook failed', container.spec)
      }
    }
  }

  postStart(container: ContainerRunner): Parameters<ContainerRunner['start']>[1] {
    const { graceSeconds, event } = this.#dependencies
    const { spec } = container
    const hook = spec.lifecycle?.postStart
    if (!hook) return undefined
    return {
      run: () => runHandler(hook, container, this.#dependencies),
      failed: async () => {
        if (!container.isRunning) return
        event('Warning', 'FailedPostStartHook', 'PostStartHook failed', spec)
        const preStop = this.preStop(container)
        await container.stop({ graceSeconds: graceSeconds(), message: 'FailedPostStartHook', preStop })
      },
    }
  }
}
