import type { Clock } from '../base/clock.ts'
import type { Logger } from '../base/log.ts'
import type { Random } from '../base/random.ts'
import type { Store } from '../store/kv.ts'
import type { Authenticator } from './auth/authenticate.ts'
import type { Action, Verdict } from './auth/authorize.ts'
import type { RBACAuthorizer } from './auth/rbac.ts'
import type { ServiceAccountTokens } from './auth/tokens.ts'
import type { APIServerConfig, Limits } from './config.ts'
import type { Turns } from './request/turns.ts'
import type { Registry } from './registry/registry.ts'
import type { Resources } from './registry/resources.ts'
import type { WatchDeps } from './registry/watch.ts'
import type { Codec } from './storage/codec.ts'
import type { Feed } from './storage/feed.ts'

/** All that request handlers work with. */
export interface Backend {
  config: APIServerConfig
  limits: Limits
  clock: Clock
  random: Random
  log: Logger
  store: Store
  codec: Codec
  feed: Feed
  resources: Resources
  registry: Registry
  watchDeps: WatchDeps
  turns: Turns
  tokens: ServiceAccountTokens
  authenticator: Authenticator
  authorizer: { authorize(action: Action): Promise<Verdict> }
  rbac: RBACAuthorizer
}
