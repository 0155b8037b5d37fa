import type { KubeObject } from '../../api/object.ts'
import { setDefaults } from '../../api/defaulting.ts'
import { trackUpdate } from '../../api/apply/apply.ts'
import {
  alreadyExists,
  ApiError,
  conflict,
  generateNameConflict,
  invalid,
  notFound,
  unclassified,
} from '../../api/status.ts'
import type { FieldError, StrategyContext } from '../../api/strategy.ts'
import { validateCreate, validateUpdate } from '../../api/validation/validate.ts'
import type { Clock } from '../../base/clock.ts'
import type { Random } from '../../base/random.ts'
import { safeSuffix } from '../../base/random.ts'
import { StoreError } from '../../store/kv.ts'
import type { Admission, Attributes } from '../admission/plugin.ts'
import { failure } from '../errors.ts'
import type { UserInfo } from '../request/context.ts'
import type { Stored } from '../storage/codec.ts'
import type { Feed } from '../storage/feed.ts'
import { objectKey } from '../storage/keys.ts'
import type { Attached, ObjectStorage } from '../storage/objects.ts'
import { equalStored } from './equal.ts'
import { checkVersion, isReadyToGo, keepServerMetadata } from './metadata.ts'
import { materialize, present, toStorage } from './resources.ts'
import type { Resource } from './resources.ts'

const NAME_TRIES = 8
const GENERATED_NAME_BASE = 58

/** Who writes, and how. */
export interface WriteCall {
  user: UserInfo
  warnings: string[]
  dryRun: boolean
  fieldManager: string
  /** The request that it belongs to, for telemetry. */
  auditID?: string
}

/** What some kinds need at their writes: allocations that belong to the same transaction. */
export interface WriteHook {
  /** Completes the object before validation, and says what else to write with it. */
  onCreate?(object: KubeObject, dryRun: boolean): Promise<Attached | undefined>
  onUpdate?(object: KubeObject, old: KubeObject, dryRun: boolean): Promise<Attached | undefined>
  onDelete?(object: KubeObject): Attached | undefined
}

/** Gives the new state from the current one. May be called again when somebody else was faster. */
export type Transform = (current: KubeObject | undefined) => KubeObject | Promise<KubeObject>

export interface UpdateRequest {
  namespace: string
  name: string
  /** "" for the object itself. */
  subresource: string
  transform: Transform
  /** The transform has filled in managedFields (server-side apply). */
  tracked?: boolean
  /** Repeat after conflicts even though the new state names a resourceVersion that it took over from the current one. */
  create?: boolean
  /** Skip the strategy's view of what an update may change (the server's own writes). */
  raw?: boolean
}

/** The verbs on objects, the same for all kinds; what differs is in the strategies and the hooks. */
export class Registry {
  readonly storage: ObjectStorage
  readonly feed: Feed
  readonly #clock: Clock
  readonly #random: Random
  readonly #admission: Admission
  readonly #hooks: Map<string, WriteHook>

  constructor(deps: {
    storage: ObjectStorage
    feed: Feed
    clock: Clock
    random: Random
    admission: Admission
    hooks: Map<string, WriteHook>
  }) {
    this.storage = deps.storage
    this.feed = deps.feed
    this.#clock = deps.clock
    this.#random = deps.random
    this.#admission = deps.admission
    this.#hooks = deps.hooks
  }

  /** RFC 3339 time, to the second. */
  now(): string {
    return timestamp(this.#clock.now())
  }

  /** A linearizable read of one object. @throws ApiError 404 */
  async get(resource: Resource, namespace: string, name: string): Promise<Stored> {
    const cache = await this.feed.cache(resource.prefix)
    await this.feed.catchUp()
    const stored = cache.get(objectKey(resource.strategy, namespace, name))
    if (!stored) throw notFound(resource, name)
    return present(resource, stored)
  }

  /** Creates an object. It may be changed on the way. */
  async create(
    resource: Resource,
    namespace: string,
    object: KubeObject,
    call: WriteCall,
    tracked = false,
  ): Promise<Stored> {
    const generated = object.metadata.generateName && !object.metadata.name
    for (let attempt = 1; ; attempt++) {
      const candidate = generated && attempt < NAME_TRIES ? structuredClone(object) : object
      const stored = await this.#createOnce(resource, namespace, candidate, call, tracked)
      if (stored) return stored
      if (!generated) throw alreadyExists(resource, object.metadata.name ?? '')
      if (attempt === NAME_TRIES) throw generateNameConflict(resource, candidate.metadata.name ?? '')
    }
  }

  async #createOnce(
    resource: Resource,
    namespace: string,
    object: KubeObject,
    call: WriteCall,
    tracked: boolean,
  ): Promise<Stored | undefined> {
    const { strategy } = resource
    const metadata = object.metadata
    if (metadata.resourceVersion) throw unclassified('resourceVersion should not be set on objects to be created')
    if (resource.namespaced) metadata.namespace = namespace
    else delete metadata.namespace
    const attributes = this.#attributes('CREATE', resource, namespace, '', object, undefined, call)
    await this.#admission.mutate(attributes)
    setDefaults(strategy, object)
    const context = this.#context(resource, '', call)
    for (const field of [
      'deletionTimestamp',
      'deletionGracePeriodSeconds',
      'resourceVersion',
      'uid',
      'selfLink',
    ] as const)
      delete (metadata as Record<string, unknown>)[field]
    if (!tracked) delete metadata.managedFields
    metadata.creationTimestamp = context.now
    metadata.uid = this.#random.uuid()
    if (strategy.hasGeneration) metadata.generation = 1
    else delete metadata.generation
    if (!metadata.name && metadata.generateName)
      metadata.name = metadata.generateName.slice(0, GENERATED_NAME_BASE) + safeSuffix(this.#random)
    strategy.prepareForCreate?.(object, context)
    setDefaults(strategy, object)
    const hook = this.#hooks.get(hookName(resource))
    const attached = await hook?.onCreate?.(object, call.dryRun)
    this.#refuse(resource, metadata.name ?? '', validateCreate(strategy, object, context))
    this.#remark(resource, object, undefined, context, call)
    if (!tracked) this.#track(resource, undefined, object, call, '')
    attributes.name = metadata.name ?? ''
    await this.#admission.validate(attributes)
    const key = objectKey(strategy, namespace, metadata.name!)
    const toStore = toStorage(resource, object)
    if (call.dryRun) {
      if (await this.storage.get(key)) return undefined
      return materialize(key, object, 0)
    }
    const result = await this.storage.create(key, toStore, attached)
    if (result.held) return present(resource, result.stored)
    if (result.current || !attached) return undefined
    // The conditions that failed are those of the allocation: somebody took the address between.
    throw failure(
      500,
      'InternalError',
      `Internal error occurred: an address of ${metadata.name} was taken at the same time; try again`,
    )
  }

  /** Replaces an object by what `transform` makes of it, as often as it takes. */
  async update(
    resource: Resource,
    request: UpdateRequest,
    call: WriteCall,
  ): Promise<{ stored: Stored; created: boolean }> {
    const { namespace, name } = request
    const key = objectKey(resource.strategy, namespace, name)
    // The cache's state will mostly do; when it leads to an error, the store's is asked before the error is believed.
    let current = (await this.feed.cache(resource.prefix)).get(key)
    let fresh = false
    if (!current) {
      current = await this.storage.get(key)
      fresh = true
    }
    for (let attempt = 0; ; attempt++) {
      try {
        const outcome = await this.#updateOnce(resource, request, key, current, call)
        if ('stored' in outcome) {
          if (outcome.written || fresh) return { stored: outcome.stored, created: outcome.created }
          const newest = await this.storage.get(key)
          if (newest?.revision === current?.revision) return { stored: outcome.stored, created: false }
          current = newest
        } else current = outcome.current
        fresh = true
      } catch (error) {
        // What the store does not know the outcome of may have happened: trying again could do it twice.
        if (error instanceof StoreError) throw error
        // Somebody else created it between: then it is an update after all.
        const overtaken = !current && request.create && error instanceof ApiError && error.reason === 'AlreadyExists'
        if (fresh && !overtaken) throw error
        const newest = await this.storage.get(key)
        if (newest?.revision === current?.revision) throw error
        current = newest
        fresh = true
      }
      if (attempt > 20) throw conflict(resource, name, 'the object is being changed too often; please try again')
    }
  }

  async #updateOnce(
    resource: Resource,
    request: UpdateRequest,
    key: string,
    current: Stored | undefined,
    call: WriteCall,
  ): Promise<{ stored: Stored; written: boolean; created: boolean } | { current: Stored | undefined }> {
    const { strategy } = resource
    const { namespace, name, subresource } = request
    if (!current) {
      if (!request.create) throw notFound(resource, name)
      const fresh = await request.transform(undefined)
      const stored = await this.create(resource, namespace, fresh, call, request.tracked)
      return { stored, written: true, created: true }
    }
    const old = present(resource, current).object
    const object = await request.transform(structuredClone(old))
    checkVersion(resource, key, name, object, current)
    const context = this.#context(resource, subresource, call)
    const metadata = keepServerMetadata(object.metadata, old.metadata)
    object.metadata = metadata
    // One entry without anything in it asks for the books on who owns what to be closed.
    const forgets = metadata.managedFields?.length === 1 && Object.keys(metadata.managedFields[0]).length === 0
    if (forgets) delete metadata.managedFields
    if (resource.namespaced) metadata.namespace = namespace
    const attributes = this.#attributes('UPDATE', resource, namespace, subresource, object, old, call)
    attributes.name = name
    if (!request.raw) {
      await this.#admission.mutate(attributes)
      setDefaults(strategy, object)
      strategy.prepareForUpdate?.(object, old, context)
    }
    const hook = subresource === '' ? this.#hooks.get(hookName(resource)) : undefined
    const attached = await hook?.onUpdate?.(object, old, call.dryRun)
    if (!request.raw) {
      this.#refuse(resource, name, validateUpdate(strategy, object, old, context))
      this.#remark(resource, object, old, context, call)
      if (!request.tracked && !forgets) this.#track(resource, old, object, call, subresource)
      attributes.object = object
      await this.#admission.validate(attributes)
    }
    if (isReadyToGo(object)) {
      if (call.dryRun) return { stored: materialize(key, object, current.revision), written: true, created: false }
      const gone = await this.storage.remove(
        key,
        current.revision,
        this.#hooks.get(hookName(resource))?.onDelete?.(old),
      )
      if (!gone.held) return { current: gone.current }
      object.metadata.resourceVersion = String(gone.revision)
      return { stored: materialize(key, object, gone.revision), written: true, created: false }
    }
    if (!attached && equalStored(object, old))
      return { stored: present(resource, current), written: false, created: false }
    if (call.dryRun) {
      object.metadata.resourceVersion = String(current.revision)
      return { stored: materialize(key, object, current.revision), written: true, created: false }
    }
    const result = await this.storage.replace(key, toStorage(resource, object), current.revision, attached)
    if (result.held) return { stored: present(resource, result.stored), written: true, created: false }
    return { current: result.current }
  }

  /** Writes the state that a deletion leads to: marked, or gone. Used by the deletion alone. */
  async removeOrMark(
    resource: Resource,
    current: Stored,
    decide: (object: KubeObject) => 'remove' | 'keep' | KubeObject,
    dryRun: boolean,
  ): Promise<{ outcome: 'removed' | 'marked' | 'kept'; stored: Stored } | { current: Stored | undefined }> {
    const object = present(resource, current).object
    const decision = decide(object)
    if (decision === 'keep') return { outcome: 'kept', stored: present(resource, current) }
    if (decision === 'remove') {
      if (dryRun) return { outcome: 'removed', stored: present(resource, current) }
      const attached = this.#hooks.get(hookName(resource))?.onDelete?.(object)
      const result = await this.storage.remove(current.key, current.revision, attached)
      if (!result.held) return { current: result.current }
      const last = structuredClone(object)
      last.metadata.resourceVersion = String(result.revision)
      return { outcome: 'removed', stored: materialize(current.key, last, result.revision) }
    }
    if (dryRun) return { outcome: 'marked', stored: materialize(current.key, decision, current.revision) }
    const result = await this.storage.replace(current.key, toStorage(resource, decision), current.revision)
    if (!result.held) return { current: result.current }
    return { outcome: 'marked', stored: present(resource, result.stored) }
  }

  async admitDeletion(
    resource: Resource,
    namespace: string,
    name: string,
    old: KubeObject,
    call: WriteCall,
  ): Promise<void> {
    const attributes = this.#attributes('DELETE', resource, namespace, '', undefined, old, call)
    attributes.name = name
    await this.#admission.mutate(attributes)
    await this.#admission.validate(attributes)
  }

  #attributes(
    operation: Attributes['operation'],
    resource: Resource,
    namespace: string,
    subresource: string,
    object: KubeObject | undefined,
    oldObject: KubeObject | undefined,
    call: WriteCall,
  ): Attributes {
    const name = object?.metadata.name ?? oldObject?.metadata.name ?? ''
    const { user, warnings, dryRun, auditID = '' } = call
    return { operation, resource, namespace, name, subresource, object, oldObject, dryRun, user, warnings, auditID }
  }

  #context(resource: Resource, subresource: string, call: WriteCall): StrategyContext {
    return { now: this.now(), apiVersion: resource.apiVersion, subresource, user: call.user }
  }

  #track(resource: Resource, before: KubeObject | undefined, after: KubeObject, call: WriteCall, subresource: string) {
    if (!resource.schema) return
    const fields = trackUpdate({
      schema: resource.schema,
      before,
      after,
      manager: call.fieldManager,
      apiVersion: resource.apiVersion,
      subresource,
      now: this.now(),
    })
    if (fields.length > 0) after.metadata.managedFields = fields
    else delete after.metadata.managedFields
  }

  #remark(
    resource: Resource,
    object: KubeObject,
    old: KubeObject | undefined,
    context: StrategyContext,
    call: WriteCall,
  ) {
    const texts = resource.strategy.warnings?.(object, old, context)
    if (texts?.length) call.warnings.push(...texts)
  }

  #refuse(resource: Resource, name: string, errors: FieldError[]) {
    // Events of both groups are one kind, which has the core's name.
    const group = resource.kind === 'Event' ? '' : resource.group
    if (errors.length > 0) throw invalid({ group, kind: resource.kind }, name, errors)
  }
}

/** RFC 3339 to the second, as metav1.Time is written. */
export function timestamp(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19) + 'Z'
}

function hookName(resource: Resource): string {
  return resource.group ? `${resource.resource}.${resource.group}` : resource.resource
}
