import type { Clock } from '../base/clock.ts'
import type { Logger } from '../base/log.ts'
import type { Random } from '../base/random.ts'
import type { Store } from '../store/kv.ts'
import { Admission } from './admission/plugin.ts'
import { admissionPlugins } from './admission/plugins.ts'
import { Authenticator } from './auth/authenticate.ts'
import { mastersAuthorizer, union } from './auth/authorize.ts'
import { NodeAuthorizer } from './auth/node.ts'
import { RBACAuthorizer } from './auth/rbac.ts'
import { ServiceAccountTokens } from './auth/tokens.ts'
import type { Backend } from './backend.ts'
import type { APIServerConfig, Limits } from './config.ts'
import { metricsResources } from './metrics/resources.ts'
import type { Telemetry } from './request/context.ts'
import { Turns } from './request/turns.ts'
import { Registry } from './registry/registry.ts'
import type { WriteHook } from './registry/registry.ts'
import { Resources } from './registry/resources.ts'
import { serviceHook } from './registry/services.ts'
import { createCodec } from './storage/codec.ts'
import { Feed } from './storage/feed.ts'
import { ObjectStorage } from './storage/objects.ts'
import { objectKey } from './storage/keys.ts'

/** Puts an API server's parts together and begins to follow the store. */
export async function buildBackend(
  config: APIServerConfig,
  limits: Limits,
  deps: { store: Store; clock: Clock; random: Random; log: Logger; telemetry?: Telemetry },
): Promise<Backend> {
  const { store, clock, random, log } = deps
  const codec = createCodec(config.encryption?.key)
  const feed = new Feed({ store, codec, clock, log, history: limits.history })
  await feed.start()
  const resources = new Resources()
  if (config.metrics)
    for (const served of metricsResources()) resources.setDynamic(served.group, served.resource, [served])
  const storage = new ObjectStorage(store, codec)
  const cacheOf = (prefix: string) => feed.cache(prefix)

  /** The uid of an object: from the cache, and from the store where the cache does not know it yet. */
  const uidOf = async (resource: string, namespace: string, name: string) => {
    const key = objectKey({ group: '', resource }, namespace, name)
    const prefix = key.slice(0, key.length - name.length - (namespace ? namespace.length + 1 : 0))
    const known = (await cacheOf(prefix)).get(key) ?? (await storage.get(key))
    return known?.object.metadata.uid
  }
  const tokens = new ServiceAccountTokens(config.serviceAccount, {
    clock,
    random,
    lookup: {
      serviceAccount: (namespace, name) => uidOf('serviceaccounts', namespace, name),
      pod: (namespace, name) => uidOf('pods', namespace, name),
      secret: (namespace, name) => uidOf('secrets', namespace, name),
      node: name => uidOf('nodes', '', name),
    },
  })
  const rbac = new RBACAuthorizer(async () => {
    const [roles, clusterRoles, roleBindings, clusterRoleBindings] = await Promise.all(
      ['roles', 'clusterroles', 'rolebindings', 'clusterrolebindings'].map(name => cacheOf(`/registry/${name}/`)),
    )
    return {
      roles: roles!,
      clusterRoles: clusterRoles!,
      roleBindings: roleBindings!,
      clusterRoleBindings: clusterRoleBindings!,
    }
  })
  const node = new NodeAuthorizer({
    pods: () => cacheOf('/registry/pods/'),
    persistentVolumeClaims: () => cacheOf('/registry/persistentvolumeclaims/'),
  })
  const authorizer = union([mastersAuthorizer, node, rbac])
  const { telemetry } = deps
  const report = telemetry && {
    enabled: () => telemetry.enabled,
    decided: (auditID: string, plugin: string, refusal: string | undefined) =>
      telemetry.stage({
        auditID,
        stage: 'admission',
        verdict: refusal === undefined ? 'allowed' : 'forbidden',
        elapsedMs: 0,
        detail: { plugin, refusal },
      }),
  }
  const admission = new Admission(admissionPlugins({ feed, storage, random, rbac, authorizer }), report)
  const hooks = new Map<string, WriteHook>([['services', serviceHook({ config, feed, codec, random, clock })]])
  const registry = new Registry({ storage, feed, clock, random, admission, hooks })
  return {
    ...{ config, limits, clock, random, log, store, codec, feed, resources, registry, tokens, authorizer, rbac },
    watchDeps: { feed, store, codec, clock, random, buffer: limits.watchBuffer },
    authenticator: new Authenticator(config, tokens),
    turns: new Turns(),
  }
}
