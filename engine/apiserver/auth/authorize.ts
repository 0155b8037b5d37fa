import type { RequestInfo } from '../request/info.ts'
import type { UserInfo } from '../request/context.ts'

/** What somebody wants to do. */
export interface Action {
  user: UserInfo
  verb: string
  isResource: boolean
  group: string
  version: string
  resource: string
  subresource: string
  namespace: string
  name: string
  path: string
}

export interface Verdict {
  allowed: boolean
  reason: string
}

/** Answers whether somebody may do something. "No opinion" is undefined. */
export interface Authorizer {
  authorize(action: Action): Promise<Verdict | undefined>
}

/** Asks several authorizers in order; the first with an opinion decides, and silence means no. */
export function union(authorizers: Authorizer[]): { authorize(action: Action): Promise<Verdict> } {
  return {
    async authorize(action) {
      const reasons: string[] = []
      for (const authorizer of authorizers) {
        const verdict = await authorizer.authorize(action)
        if (verdict?.allowed) return verdict
        if (verdict?.reason) reasons.push(verdict.reason)
      }
      return { allowed: false, reason: reasons.join('; ') }
    },
  }
}

/** Whoever carries the lab's admin certificate may do everything, even with no store at hand. */
export const mastersAuthorizer: Authorizer = {
  async authorize({ user }) {
    return user.groups.includes('system:masters') ? { allowed: true, reason: '' } : undefined
  },
}

export function actionOf(user: UserInfo, info: RequestInfo): Action {
  const { verb, isResource, group, version, resource, subresource, namespace, path } = info
  const name = info.name || info.selectedName
  return { user, verb, isResource, group, version, resource, subresource, namespace, name, path }
}

/** The text behind "is forbidden: ", as Kubernetes words it. */
export function forbiddenText(action: Action, reason: string): string {
  const user = `User ${JSON.stringify(action.user.name)}`
  let text: string
  if (!action.isResource) text = `${user} cannot ${action.verb} path ${JSON.stringify(action.path)}`
  else {
    const resource = action.subresource ? `${action.resource}/${action.subresource}` : action.resource
    const where = action.namespace ? `in the namespace ${JSON.stringify(action.namespace)}` : 'at the cluster scope'
    text = `${user} cannot ${action.verb} resource ${JSON.stringify(resource)} in API group ${JSON.stringify(action.group)} ${where}`
  }
  return reason ? `${text}: ${reason}` : text
}
