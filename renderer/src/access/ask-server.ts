import { connection } from '../cluster/connection.svelte.ts'
import { requestJSON } from '../cluster/rest.ts'
import { identitiesOf, type Question, type Who } from './rights.ts'

interface Review {
  status: { allowed: boolean; reason?: string }
}

/** What the API server itself says, by a SubjectAccessReview. @throws ApiError */
export async function askServer(
  who: Who,
  { verb, group, resource: full, name }: Question,
  namespace: string | undefined,
): Promise<Review['status']> {
  const identities = identitiesOf(who)
  const groups = identities.filter(i => i.kind === 'Group').map(i => i.name)
  const user = identities.find(i => i.kind === 'User')?.name
  const [resource, subresource] = full.split('/')
  const body = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    spec: { user, groups, resourceAttributes: { verb, group, resource, subresource, name, namespace } },
  }
  const path = `${connection.cluster}/apis/authorization.k8s.io/v1/subjectaccessreviews`
  const headers = { 'content-type': 'application/json' }
  return (await requestJSON<Review>(path, { method: 'POST', headers, body: JSON.stringify(body) })).status
}
