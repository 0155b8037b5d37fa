import { setDefaults } from '../../../engine/api/defaulting.ts'
import { structural } from '../../../engine/api/decode.ts'
import type { KubeObject } from '../../../engine/api/object.ts'
import { scheme } from '../../../engine/api/scheme.ts'
import type { Strategy, StrategyContext } from '../../../engine/api/strategy.ts'
import { validateCreate, validateUpdate } from '../../../engine/api/validation/validate.ts'

/** One kind of object, as the API server takes it in. */
export class Subject {
  readonly #apiVersion: string
  readonly #strategy: Strategy
  readonly #group: string
  readonly #version: string

  constructor(apiVersion: string, kind: string) {
    this.#apiVersion = apiVersion
    const slash = apiVersion.indexOf('/')
    this.#group = slash < 0 ? '' : apiVersion.slice(0, slash)
    this.#version = apiVersion.slice(slash + 1)
    this.#strategy = scheme.byKind(this.#group, this.#version, kind)!
  }

  #context(subresource = ''): StrategyContext {
    const user = { name: 'u', groups: [] }
    return { now: '2026-01-01T00:00:00Z', apiVersion: this.#apiVersion, subresource, user } as StrategyContext
  }

  /** The object with its defaults, as a creation or an update would find it. */
  read(body: object, metadata: object = {}): KubeObject {
    const { kind, namespaced } = this.#strategy
    const meta = { name: 'a', uid: 'u', ...(namespaced && { namespace: 'n' }), ...metadata }
    const object = JSON.parse(
      JSON.stringify({ apiVersion: this.#apiVersion, kind, metadata: meta, ...body }),
    ) as KubeObject
    const { errors } = structural(scheme.schemaOf(this.#group, this.#version, kind)!, object)
    if (errors.length) throw new Error(errors.join('; '))
    setDefaults(this.#strategy, object)
    return object
  }

  /** The object as it would be stored by a creation. */
  made(body: object, metadata?: object): KubeObject {
    const object = this.read(body, metadata)
    this.#strategy.prepareForCreate?.(object, this.#context())
    return object
  }

  /** What is wrong with a new object. */
  create(body: object, metadata?: object): string[] {
    const object = this.made(body, metadata)
    return validateCreate(this.#strategy, object, this.#context()).map(e => `${e.field}: ${e.message}`)
  }

  /** What is wrong with a change; the old object is stored without being looked at. */
  update(before: object, after: object, options: { subresource?: string; metadata?: object } = {}): string[] {
    const context = this.#context(options.subresource)
    const stored = { uid: 'u', resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z', ...options.metadata }
    const old = this.read(before, stored)
    const now = this.read(after, stored)
    this.#strategy.prepareForUpdate?.(now, old, context)
    return validateUpdate(this.#strategy, now, old, context).map(e => `${e.field}: ${e.message}`)
  }

  warnings(body: object, metadata?: object): string[] {
    const object = this.read(body, metadata)
    return this.#strategy.warnings?.(object, undefined, this.#context()) ?? []
  }

  /** Cells of the object's row in a table, by column. */
  row(body: object, metadata?: object): Record<string, unknown> {
    const object = this.read(body, metadata)
    const now = Date.parse('2026-01-01T00:00:10Z')
    return Object.fromEntries(this.#strategy.columns.map(c => [c.name, c.cell(object, now)]))
  }
}
