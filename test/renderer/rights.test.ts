import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bindCommand } from '../../renderer/src/access/bind-command.ts'
import { ruleAllows } from '../../engine/apiserver/auth/rbac.ts'
import {
  decide,
  grantsOf,
  identitiesOf,
  rolesThatAllow,
  ruleAnswers,
  subjectsOf,
  type Rbac,
  type Who,
} from '../../renderer/src/access/rights.ts'

const role = (kind: string, name: string, rules: object[], namespace?: string) =>
  ({ kind, metadata: { name, namespace }, rules }) as never
const binding = (kind: string, name: string, roleRef: [string, string], subjects: object[], namespace?: string) =>
  ({ kind, metadata: { name, namespace }, roleRef: { kind: roleRef[0], name: roleRef[1] }, subjects }) as never

const readPods = { verbs: ['get', 'list'], apiGroups: [''], resources: ['pods', 'pods/log'] }
const rbac: Rbac = {
  roles: [
    role(
      'Role',
      'one-secret',
      [{ verbs: ['get'], apiGroups: [''], resources: ['secrets'], resourceNames: ['a'] }],
      'shop',
    ),
  ],
  clusterRoles: [
    role('ClusterRole', 'view', [readPods]),
    role('ClusterRole', 'admin', [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }]),
    role('ClusterRole', 'discovery', [{ verbs: ['get'], nonResourceURLs: ['/api'] }]),
  ],
  roleBindings: [
    binding('RoleBinding', 'ann-views', ['ClusterRole', 'view'], [{ kind: 'User', name: 'ann' }], 'shop'),
    binding('RoleBinding', 'robot', ['Role', 'one-secret'], [{ kind: 'ServiceAccount', name: 'robot' }], 'shop'),
    binding('RoleBinding', 'lost', ['Role', 'gone'], [{ kind: 'User', name: 'ann' }], 'shop'),
  ],
  clusterRoleBindings: [
    binding('ClusterRoleBinding', 'admins', ['ClusterRole', 'admin'], [{ kind: 'Group', name: 'admins' }]),
    binding(
      'ClusterRoleBinding',
      'all',
      ['ClusterRole', 'discovery'],
      [{ kind: 'Group', name: 'system:authenticated' }],
    ),
    binding(
      'ClusterRoleBinding',
      'robots',
      ['ClusterRole', 'view'],
      [{ kind: 'Group', name: 'system:serviceaccounts:shop' }],
    ),
  ],
}
const ann: Who = { kind: 'User', name: 'ann' }
const robot: Who = { kind: 'ServiceAccount', name: 'robot', namespace: 'shop' }
const pods = { verb: 'list', group: '', resource: 'pods' }

describe('rights', () => {
  it('belong to everybody that a binding names, each once', () => {
    expect(subjectsOf(rbac).map(w => `${w.kind} ${w.name}`)).toEqual([
      'User ann',
      'Group admins',
      'Group system:authenticated',
      'Group system:serviceaccounts:shop',
      'ServiceAccount robot',
    ])
  })

  it('of a RoleBinding hold in its namespace alone, and say which way they came', () => {
    expect(decide(grantsOf(rbac, ann, 'other'), pods).answer).toBe('no')
    expect(decide(grantsOf(rbac, ann, undefined), pods).answer).toBe('no')
    const { answer, by } = decide(grantsOf(rbac, ann, 'shop'), pods)
    expect(answer).toBe('yes')
    expect(by).toMatchObject([
      { role: { kind: 'ClusterRole', name: 'view' }, binding: { name: 'ann-views', namespace: 'shop' }, as: ann },
    ])
  })

  it('of a service account come to it by its groups too', () => {
    expect(identitiesOf(robot).map(w => w.name)).toContain('system:serviceaccounts:shop')
    expect(decide(grantsOf(rbac, robot, undefined), pods).by[0]?.as.kind).toBe('Group')
  })

  it('to objects of certain names are rights to some', () => {
    const secret = { verb: 'get', group: '', resource: 'secrets' }
    const grants = grantsOf(rbac, robot, 'shop')
    expect(decide(grants, secret).answer).toBe('some')
    expect(decide(grants, { ...secret, name: 'a' }).answer).toBe('yes')
    expect(decide(grants, { ...secret, name: 'b' }).answer).toBe('no')
  })

  it('that are missing could come from roles that are there', () => {
    expect(rolesThatAllow(rbac, pods, 'shop').map(r => r.name)).toEqual(['view', 'admin'])
  })

  it('are those of the API server, whatever the rule', () => {
    const word = (...words: string[]) => fc.array(fc.constantFrom(...words), { maxLength: 3 })
    const rule = fc.record(
      {
        verbs: word('get', 'list', '*'),
        apiGroups: word('', 'apps', '*'),
        resources: word('pods', 'pods/log', '*/log', '*', 'deployments'),
        resourceNames: word('a', 'b'),
      },
      { requiredKeys: ['verbs'] },
    )
    const question = fc.record({
      verb: fc.constantFrom('get', 'list', 'delete'),
      group: fc.constantFrom('', 'apps', 'batch'),
      resource: fc.constantFrom('pods', 'pods/log', 'deployments', 'deployments/log'),
      name: fc.constantFrom('a', 'b', 'c'),
    })
    fc.assert(
      fc.property(rule, question, (given, asked) => {
        const [resource, subresource = ''] = asked.resource.split('/')
        const action = {
          isResource: true,
          verb: asked.verb,
          group: asked.group,
          resource,
          subresource,
          name: asked.name,
        }
        expect(ruleAnswers(given, asked) === 'yes').toBe(ruleAllows(given, action as never))
      }),
      { numRuns: 3_000 },
    )
  })
})

it('the command that would allow it names who, the role and where, quoted for a shell', () => {
  const view = { kind: 'ClusterRole' as const, name: 'view' }
  expect(bindCommand(robot, view, 'shop')).toBe(
    'kubectl create rolebinding view-robot -n shop --clusterrole=view --serviceaccount=shop:robot',
  )
  expect(bindCommand({ kind: 'User', name: "o'neil x" }, view, undefined)).toBe(
    `kubectl create clusterrolebinding view-o-neil-x --clusterrole=view --user='o'\\''neil x'`,
  )
})
