import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startCluster } from './harness.ts'
import type { Cluster } from './harness.ts'

const NS = '/api/v1/namespaces/default'
const RBAC = '/apis/rbac.authorization.k8s.io/v1'

let cluster: Cluster
beforeAll(async () => {
  cluster = await startCluster({ staticTokens: [{ token: 'letmein', user: 'tom', groups: ['testers'] }] })
  await cluster.ask(`${NS}/serviceaccounts`, { method: 'POST', body: { metadata: { name: 'robot' } } })
})
afterAll(() => cluster.close())

const grant = async (role: string, rules: object[], subjects: object[]) => {
  await cluster.ask(`${RBAC}/namespaces/default/roles`, { method: 'POST', body: { metadata: { name: role }, rules } })
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: role }
  const answer = await cluster.ask(`${RBAC}/namespaces/default/rolebindings`, {
    method: 'POST',
    body: { metadata: { name: role }, roleRef, subjects },
  })
  expect(answer.code).toBe(201)
}
const user = (name: string) => ({ kind: 'User', name, apiGroup: 'rbac.authorization.k8s.io' })
const tokenFor = async (account: string, spec: object = {}) => {
  const { json } = await cluster.ask(`${NS}/serviceaccounts/${account}/token`, { method: 'POST', body: { spec } })
  return json.status.token as string
}

describe('authentication', () => {
  it('lets nobody in with a wrong token', async () => {
    const answer = await cluster.ask(`${NS}/configmaps`, { token: 'wrong' })
    expect(answer.json).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: 'Unauthorized',
      reason: 'Unauthorized',
      code: 401,
    })
  })

  it('knows certificates, static tokens, service accounts and nobody', async () => {
    const who = async (ask: object) =>
      (await cluster.ask('/apis/authentication.k8s.io/v1/selfsubjectreviews', { method: 'POST', body: {}, ...ask }))
        .json.status.userInfo
    expect(await who({})).toMatchObject({ username: 'admin', groups: ['system:masters', 'system:authenticated'] })
    expect(await who({ token: 'letmein' })).toMatchObject({
      username: 'tom',
      groups: ['testers', 'system:authenticated'],
    })
    expect(await who({ token: await tokenFor('robot') })).toMatchObject({
      username: 'system:serviceaccount:default:robot',
      groups: ['system:serviceaccounts', 'system:serviceaccounts:default', 'system:authenticated'],
    })
    const anonymous = await cluster.ask(`${NS}/configmaps`, { as: 'anonymous' })
    expect(anonymous.json.message).toBe(
      'configmaps is forbidden: User "system:anonymous" cannot list resource "configmaps" in API group "" in the namespace "default"',
    )
  })

  it('believes no certificate of another authority', async () => {
    const stranger = await (await (await import('./pki.ts')).TestCA.create()).issue('admin', ['system:masters'])
    expect((await cluster.ask(`${NS}/configmaps`, { as: stranger })).code).toBe(401)
  })

  it('refuses a token whose signature was changed or whose account is gone', async () => {
    await cluster.ask(`${NS}/serviceaccounts`, { method: 'POST', body: { metadata: { name: 'gone' } } })
    const token = await tokenFor('gone')
    const changed = token.slice(0, -3) + (token.endsWith('xyz') ? 'abc' : 'xyz')
    expect((await cluster.ask(`${NS}/configmaps`, { token: changed })).code).toBe(401)
    expect((await cluster.ask(`${NS}/configmaps`, { token })).code).toBe(403)
    await cluster.ask(`${NS}/serviceaccounts/gone`, { method: 'DELETE' })
    await cluster.ask(`${NS}/serviceaccounts`) // a linearizable read: the cache knows of the deletion now
    expect((await cluster.ask(`${NS}/configmaps`, { token })).code).toBe(401)
  })

  it('lets a bound token end with its pod, and refuses tokens for others', async () => {
    const token = await tokenFor('robot', { audiences: ['somebody-else'] })
    expect((await cluster.ask(`${NS}/configmaps`, { token })).code).toBe(401)
  })
})

describe('authorization', () => {
  it('allows what a role grants and nothing else', async () => {
    await grant('reader', [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list'] }], [user('ann')])
    const as = { headers: { 'Impersonate-User': 'ann' } }
    expect((await cluster.ask(`${NS}/configmaps`, as)).code).toBe(200)
    const refused = await cluster.ask(`${NS}/secrets/s`, as)
    expect(refused.json).toMatchObject({
      code: 403,
      details: { kind: 'secrets', name: 's' },
      message:
        'secrets "s" is forbidden: User "ann" cannot get resource "secrets" in API group "" in the namespace "default"',
    })
    expect((await cluster.ask('/metrics', as)).json).toMatchObject({
      details: {},
      message: 'forbidden: User "ann" cannot get path "/metrics"',
    })
  })

  it('tells why in a SubjectAccessReview', async () => {
    const spec = { user: 'ann', resourceAttributes: { namespace: 'default', verb: 'list', resource: 'configmaps' } }
    const { json } = await cluster.ask('/apis/authorization.k8s.io/v1/subjectaccessreviews', {
      method: 'POST',
      body: { spec },
    })
    expect(json.status).toEqual({
      allowed: true,
      reason: 'RBAC: allowed by RoleBinding "reader/default" of Role "reader" to User "ann"',
    })
  })

  it('impersonates only for those who may', async () => {
    const answer = await cluster.ask(`${NS}/configmaps`, {
      token: await tokenFor('robot'),
      headers: { 'Impersonate-User': 'ann' },
    })
    expect(answer.json.message).toBe(
      'configmaps is forbidden: User "system:serviceaccount:default:robot" cannot impersonate-on:user-info:list resource "configmaps" in API group "" in the namespace "default"',
    )
    const nobody = await cluster.ask(`${NS}/configmaps`, { headers: { 'Impersonate-Group': 'devs' } })
    expect(nobody.json.message).toBe(
      'requested &user.DefaultInfo{Name:"", UID:"", Groups:[]string{"devs"}, Extra:map[string][]string(nil)} without impersonating a user name',
    )
  })

  it('lets nobody give away rights that they do not have', async () => {
    await grant(
      'rolemaker',
      [{ apiGroups: ['rbac.authorization.k8s.io'], resources: ['roles'], verbs: ['create'] }],
      [user('rob')],
    )
    const answer = await cluster.ask(`${RBAC}/namespaces/default/roles`, {
      method: 'POST',
      body: { metadata: { name: 'more' }, rules: [{ apiGroups: [''], resources: ['secrets'], verbs: ['get'] }] },
      headers: { 'Impersonate-User': 'rob' },
    })
    expect(answer.code).toBe(403)
    expect(answer.json.message).toContain(
      'is attempting to grant RBAC permissions not currently held:\n{APIGroups:[""], Resources:["secrets"], Verbs:["get"]}',
    )
  })

  it('lets a kubelet read only the secrets of its own pods', async () => {
    const kubelet = await cluster.ca.issue('system:node:n1', ['system:nodes'])
    expect((await cluster.ask(`${NS}/secrets/other`, { as: kubelet })).code).toBe(403)
    expect((await cluster.ask('/api/v1/nodes', { as: kubelet })).code).toBe(200)
  })
})
