import type { KubeObject } from '../../api/object.ts'
import { badRequest, invalid } from '../../api/status.ts'
import type { FieldError } from '../../api/strategy.ts'
import type { Action } from '../auth/authorize.ts'
import type { Backend } from '../backend.ts'
import type { RequestContext, UserInfo } from '../request/context.ts'
import { sendObject } from '../request/respond.ts'
import { trackUpdate } from '../../api/apply/apply.ts'
import type { SubresourceHandler } from '../rest.ts'
import { readKind } from './body.ts'

/** POST of the reviews: questions about identity and rights that are answered and not stored. */
export const serveReview: SubresourceHandler = async (backend, ctx, resource) => {
  const { object: review, options } = await readKind(backend, ctx, resource)
  const answers: Record<string, () => Promise<void> | void> = {
    TokenReview: () => tokenReview(backend, review),
    SelfSubjectReview: () => selfSubjectReview(backend, ctx, review),
    SubjectAccessReview: () => subjectAccessReview(backend, review),
    LocalSubjectAccessReview: () => {
      const namespace = review.spec?.resourceAttributes?.namespace
      if (namespace !== ctx.info.namespace)
        throw badRequest(`spec.resourceAttributes.namespace must match namespace: ${ctx.info.namespace}`)
      return subjectAccessReview(backend, review)
    },
    SelfSubjectAccessReview: () => accessReview(backend, review, ctx.user),
    SelfSubjectRulesReview: () => rulesReview(backend, ctx, review),
  }
  await answers[resource.kind]!()
  if (resource.schema && resource.kind !== 'SelfSubjectReview') {
    const { status: _answer, ...asked } = review
    const fields = trackUpdate({
      schema: resource.schema,
      before: undefined,
      after: asked as KubeObject,
      manager: options.fieldManager,
      apiVersion: resource.apiVersion,
      subresource: '',
      now: backend.registry.now(),
    })
    if (fields.length > 0) review.metadata.managedFields = fields
  }
  await sendObject(ctx, 201, review)
}

async function tokenReview(backend: Backend, review: KubeObject) {
  const { token, audiences } = (review.spec ?? {}) as { token?: string; audiences?: string[] }
  if (!token)
    throw invalidReview(review, {
      reason: 'FieldValueRequired',
      field: 'spec.token',
      message: 'Required value: token is required for TokenReview in authentication',
    })
  const account = await backend.tokens.authenticate(token, audiences?.length ? audiences : undefined)
  const user = account?.user ?? (await backend.authenticator.byToken(token))
  if (!user) review.status = { user: {}, error: 'invalid bearer token' }
  else
    review.status = {
      authenticated: true,
      user: { username: user.name, ...(user.uid ? { uid: user.uid } : {}), groups: user.groups, ...extraOf(user) },
      audiences: account?.audiences ?? backend.tokens.audiences,
    }
}

function selfSubjectReview(backend: Backend, ctx: RequestContext, review: KubeObject) {
  const { user } = ctx
  review.metadata = { creationTimestamp: backend.registry.now() }
  review.status = {
    userInfo: { username: user.name, ...(user.uid ? { uid: user.uid } : {}), groups: user.groups, ...extraOf(user) },
  }
}

function extraOf(user: UserInfo) {
  return user.extra && Object.keys(user.extra).length > 0 ? { extra: user.extra } : {}
}

async function subjectAccessReview(backend: Backend, review: KubeObject) {
  const spec = (review.spec ?? {}) as { user?: string; groups?: string[]; uid?: string }
  if (!spec.user && !spec.groups?.length)
    throw invalidReview(review, {
      reason: 'FieldValueInvalid',
      field: 'spec.user',
      message: 'Invalid value: "": at least one of user or group must be specified',
    })
  await accessReview(backend, review, { name: spec.user ?? '', groups: spec.groups ?? [] })
}

async function accessReview(backend: Backend, review: KubeObject, user: UserInfo) {
  const spec = (review.spec ?? {}) as {
    resourceAttributes?: Partial<
      Record<'verb' | 'group' | 'version' | 'resource' | 'subresource' | 'namespace' | 'name', string>
    >
    nonResourceAttributes?: { path?: string; verb?: string }
  }
  const { resourceAttributes: attributes, nonResourceAttributes: path } = spec
  if (!attributes === !path)
    throw invalidReview(review, {
      reason: 'FieldValueInvalid',
      field: attributes ? 'spec.nonResourceAttributes' : 'spec.resourceAttributes',
      message: attributes
        ? 'Invalid value: cannot be specified in combination with resourceAttributes'
        : 'Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified',
    })
  const none = { group: '', version: '', resource: '', subresource: '', namespace: '', name: '', path: '' }
  const action: Action = attributes
    ? { ...none, version: '*', ...attributes, verb: attributes.verb ?? '', isResource: true, user }
    : { ...none, verb: path!.verb ?? '', path: path!.path ?? '', isResource: false, user }
  const verdict = await backend.authorizer.authorize(action)
  review.status = { allowed: verdict.allowed, ...(verdict.reason ? { reason: verdict.reason } : {}) }
}

async function rulesReview(backend: Backend, ctx: RequestContext, review: KubeObject) {
  const namespace = review.spec?.namespace as string | undefined
  if (!namespace) throw badRequest('no namespace on request')
  const rules = await backend.rbac.rulesFor(ctx.user, namespace)
  const everything = ctx.user.groups.includes('system:masters')
  review.status = {
    resourceRules: [
      ...(everything ? [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }] : []),
      ...rules.filter(rule => rule.resources?.length).map(({ nonResourceURLs: _n, ...rule }) => rule),
    ],
    nonResourceRules: [
      ...(everything ? [{ verbs: ['*'], nonResourceURLs: ['*'] }] : []),
      ...rules
        .filter(rule => rule.nonResourceURLs?.length)
        .map(({ verbs, nonResourceURLs }) => ({ verbs, nonResourceURLs })),
    ],
    incomplete: false,
  }
}

function invalidReview(review: KubeObject, error: FieldError) {
  return invalid({ group: review.apiVersion.split('/')[0]!, kind: review.kind }, '', [error])
}
