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
  dryRun: boolean
  user: UserInfo
  warnings: string[]
  auditID: string
}

/** A step of admission. It refuses by throwing an ApiError. */
export interface AdmissionPlugin {
  name: string
  mutate?(attributes: Attributes): void | Promise<void>
  validate?(attributes: Attributes): void | Promise<void>
}

export interface AdmissionReport {
  enabled(): boolean
  decided(auditID: string, plugin: string, refusal: string | undefined): void
}

/** Runs plugins in order: all mutating ones first, on another occasion the validating ones. */
export class Admission {
  readonly plugins: readonly AdmissionPlugin[]
  readonly #mutating: AdmissionPlugin[]
  readonly #validating: AdmissionPlugin[]

  readonly #report: AdmissionReport | undefined

  /** @param report is told what each plugin decided, while somebody listens. */
  constructor(plugins: AdmissionPlugin[], report?: AdmissionReport) {
    this.plugins = plugins
    this.#report = report
    this.#mutating = plugins.filter(plugin => plugin.mutate)
    this.#validating = plugins.filter(plugin => plugin.validate)
  }

  async mutate(attributes: Attributes): Promise<void> {
    for (const plugin of this.#mutating) await this.#run(plugin.name, attributes, () => plugin.mutate!(attributes))
  }

  async validate(attributes: Attributes): Promise<void> {
    for (const plugin of this.#validating) await this.#run(plugin.name, attributes, () => plugin.validate!(attributes))
  }

  async #run(name: string, { auditID }: Attributes, step: () => void | Promise<void>): Promise<void> {
    if (!this.#report?.enabled() || !auditID) return step()
    try {
      await step()
      this.#report.decided(auditID, name, undefined)
    } catch (error) {
      this.#report.decided(auditID, name, error instanceof Error ? error.message : String(error))
      throw error
    }
  }
}
