import type { KubeObject } from '../../api/object.ts'
import type { UserInfo } from '../request/context.ts'
import type { Resource } from '../registry/resources.ts'

/** What admission plugins are told of a request. */
export interface Attributes {
  operation: 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT'
  resource: Resource
  namespace: string
  name: string
  subresource: string
  /** The object as it would be stored; mutating plugins change it in place. Absent for deletions. */
  object: KubeObject | undefined
  /** Absent for creations. Never change it. */
  oldObject: KubeObject | undefined
  options: Record<string, unknown>
  dryRun: boolean
  user: UserInfo
  warnings: string[]
}

/** A step of admission. It refuses by throwing an ApiError. */
export interface AdmissionPlugin {
  name: string
  mutate?(attributes: Attributes): void | Promise<void>
  validate?(attributes: Attributes): void | Promise<void>
}

/** Runs plugins in order: all mutating ones first, on another occasion the validating ones. */
export class Admission {
  readonly plugins: readonly AdmissionPlugin[]
  readonly #mutating: AdmissionPlugin[]
  readonly #validating: AdmissionPlugin[]

  constructor(plugins: AdmissionPlugin[]) {
    this.plugins = plugins
    this.#mutating = plugins.filter(plugin => plugin.mutate)
    this.#validating = plugins.filter(plugin => plugin.validate)
  }

  async mutate(attributes: Attributes): Promise<void> {
    for (const plugin of this.#mutating) {
      const pending = plugin.mutate!(attributes)
      if (pending) await pending
    }
  }

  async validate(attributes: Attributes): Promise<void> {
    for (const plugin of this.#validating) {
      const pending = plugin.validate!(attributes)
      if (pending) await pending
    }
  }
}
