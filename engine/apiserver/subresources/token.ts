import { badRequest, conflict, invalid, notFound } from '../../api/status.ts'
import type { Bound } from '../auth/tokens.ts'
import { timestamp } from '../registry/registry.ts'
import { sendObject } from '../request/respond.ts'
import type { SubresourceHandler } from '../rest.ts'
import { readKind } from './body.ts'

const DEFAULT_SECONDS = 3600
const LEAST_SECONDS = 600
const MOST_SECONDS = 2 ** 32

/** POST serviceaccounts/NAME/token: a token for an account, perhaps bound to a pod, secret or node. */
export const serveTokenRequest: SubresourceHandler = async (backend, ctx, resource) => {
  const { namespace, name } = ctx.info
  const { object: request, options } = await readKind(backend, ctx, {
    group: 'authentication.k8s.io',
    version: 'v1',
    kind: 'TokenRequest',
  })
  const account = await backend.registry.get(resource, namespace, name)
  const spec = (request.spec ?? {}) as {
    audiences?: string[]
    expirationSeconds?: number
    boundObjectRef?: { kind?: string; name?: string; uid?: string; apiVersion?: string }
  }
  const seconds = spec.expirationSeconds ?? DEFAULT_SECONDS
  const refuse = (message: string) =>
    invalid({ group: 'authentication.k8s.io', kind: 'TokenRequest' }, request.metadata.name ?? '', [
      {
        reason: 'FieldValueInvalid',
        field: 'spec.expirationSeconds',
        message: `Invalid value: ${seconds}: ${message}`,
      },
    ])
  if (seconds < LEAST_SECONDS) throw refuse('may not specify a duration less than 10 minutes')
  if (seconds > MOST_SECONDS) throw refuse('may not specify a duration larger than 2^32 seconds')
  let bound: Bound | undefined
  let node: { name: string; uid: string } | undefined
  const ref = spec.boundObjectRef
  if (ref) {
    const resources: Record<string, string> = { Pod: 'pods', Secret: 'secrets', Node: 'nodes' }
    const plural = resources[ref.kind ?? '']
    if (!plural || !ref.name)
      throw badRequest(
        `cannot bind token for serviceaccount ${JSON.stringify(name)} to object reference with kind ${JSON.stringify(ref.kind ?? '')}`,
      )
    const target = backend.resources.must('', 'v1', plural)
    const { object } = await backend.registry.get(target, target.namespaced ? namespace : '', ref.name)
    if (ref.uid && ref.uid !== object.metadata.uid)
      throw conflict(
        { group: '', resource: plural },
        ref.name,
        `the UID in the bound object reference (${ref.uid}) does not match the UID in record. The object might have been deleted and then recreated`,
      )
    if (ref.kind === 'Pod') {
      if ((object.spec.serviceAccountName || 'default') !== name)
        throw badRequest(
          `cannot bind token for serviceaccount ${JSON.stringify(name)} to pod running with different serviceaccount name.`,
        )
      if (object.spec.nodeName) {
        const nodes = backend.resources.must('', 'v1', 'nodes')
        const found = await backend.registry.get(nodes, '', object.spec.nodeName).catch(error => {
          if (error.code === 404) return undefined // a pod may outlive its node
          throw error
        })
        if (found) node = { name: object.spec.nodeName, uid: found.object.metadata.uid! }
      }
    }
    bound = { kind: ref.kind as Bound['kind'], name: ref.name, uid: object.metadata.uid! }
  }
  const uid = account.object.metadata.uid
  if (!uid) throw notFound(resource, name)
  const audiences = spec.audiences?.length ? spec.audiences : backend.tokens.audiences
  if (options.dryRun) return sendObject(ctx, 201, { ...request, status: { token: '', expirationTimestamp: null } })
  const { token, expiresAt } = backend.tokens.issue({
    ...{ namespace, account: { name, uid }, audiences, seconds },
    ...(bound ? { bound } : {}),
    ...(node ? { node } : {}),
  })
  await sendObject(ctx, 201, {
    kind: 'TokenRequest',
    apiVersion: 'authentication.k8s.io/v1',
    metadata: { name, namespace, creationTimestamp: backend.registry.now() },
    spec: { audiences, expirationSeconds: seconds, boundObjectRef: ref ?? null },
    status: { token, expirationTimestamp: timestamp(expiresAt) },
  })
}
