import { describe, expect, it } from 'vitest'
import type { Ingress } from '../../../engine/api/types.ts'
import { isOurs } from '../../../engine/network/ingress/classes.ts'
import { RouteTable } from '../../../engine/network/ingress/routes.ts'
import { readSettings } from '../../../engine/network/ingress/settings.ts'

const to = (name: string) => ({ service: { name, port: { number: 80 } } })
const path = (at: string, name: string, pathType = 'Prefix') => ({ path: at, pathType, backend: to(name) })

function ingress(name: string, spec: object, metadata: object = {}): Ingress {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name, namespace: 'default', creationTimestamp: '2026-01-01T00:00:00Z', ...metadata },
    spec,
  } as Ingress
}

const rule = (host: string | undefined, ...paths: object[]) => ({ host, http: { paths } })
const found = (table: RouteTable, host: string, target: string) => table.match(host, target)?.backend?.name

describe('a path', () => {
  // The table of the documentation of Ingress: type, path of the rule, path of the request, whether it fits.
  it.each([
    ['Prefix', '/', '/any/thing', true],
    ['Exact', '/foo', '/foo', true],
    ['Exact', '/foo', '/bar', false],
    ['Exact', '/foo', '/foo/', false],
    ['Exact', '/foo/', '/foo', false],
    ['Prefix', '/foo', '/foo', true],
    ['Prefix', '/foo', '/foo/', true],
    ['Prefix', '/foo/', '/foo', true],
    ['Prefix', '/foo/', '/foo/', true],
    ['Prefix', '/aaa/bb', '/aaa/bbb', false],
    ['Prefix', '/aaa/bbb', '/aaa/bbb', true],
    ['Prefix', '/aaa/bbb/', '/aaa/bbb', true],
    ['Prefix', '/aaa/bbb', '/aaa/bbb/', true],
    ['Prefix', '/aaa/bbb', '/aaa/bbb/ccc', true],
    ['Prefix', '/aaa/bbb', '/aaa/bbbxyz', false],
    ['ImplementationSpecific', '/foo', '/foo/bar', true],
    ['Prefix', '/foo', '/FOO', false],
    ['Prefix', '/foo', '/foo?x=/bar', true],
    ['Exact', '/foo', '/foo?x', true],
  ])('%s %s and a request for %s: %s', (type, at, asked, fits) => {
    const table = new RouteTable([ingress('a', { rules: [rule('x.test', path(at, 'web', type))] })])
    expect(found(table, 'x.test', asked)).toBe(fits ? 'web' : undefined)
  })

  it('that is longer goes first, and an exact one before a prefix of its length', () => {
    const paths = [path('/', 'root'), path('/a', 'a'), path('/a/b', 'ab'), path('/a/b', 'exact', 'Exact')]
    const table = new RouteTable([ingress('a', { rules: [rule('x.test', ...paths)] })])
    expect(['/', '/a', '/a/b/c', '/a/b', '/b'].map(at => found(table, 'x.test', at))).toEqual([
      'root',
      'a',
      'ab',
      'exact',
      'root',
    ])
  })

  it('cannot be walked around by dots, doubled slashes or percent signs', () => {
    const paths = [path('/', 'open'), path('/admin', 'closed')]
    const table = new RouteTable([ingress('a', { rules: [rule('x.test', ...paths)] })])
    for (const asked of ['/x/../admin', '/./admin', '//admin', '/%61dmin', '/x/%2e%2e/admin', '/admin/%zz'])
      expect([asked, found(table, 'x.test', asked)]).toEqual([asked, 'closed'])
  })
})

describe('a host', () => {
  const table = new RouteTable([
    ingress('a', {
      rules: [
        rule('*.shop.test', path('/', 'wild')),
        rule('www.shop.test', path('/only', 'exact')),
        rule(undefined, path('/', 'all')),
      ],
    }),
  ])
  it.each([
    ['www.shop.test', '/only', 'exact'],
    ['WWW.Shop.Test.', '/only', 'exact'],
    ['www.shop.test', '/other', undefined],
    ['api.shop.test', '/', 'wild'],
    ['a.api.shop.test', '/', 'all'],
    ['shop.test', '/', 'all'],
    ['other.test', '/', 'all'],
  ])('%s%s leads to %s', (host, at, name) => {
    expect(found(table, host, at)).toBe(name)
  })

  it('that two Ingresses claim belongs to the older one', () => {
    const old = ingress('z', { rules: [rule('x.test', path('/', 'old'))] })
    const young = ingress(
      'a',
      { rules: [rule('x.test', path('/', 'young'), path('/new', 'young'))] },
      {
        creationTimestamp: '2026-02-01T00:00:00Z',
      },
    )
    const both = new RouteTable([young, old])
    expect(found(both, 'x.test', '/')).toBe('old')
    expect(found(both, 'x.test', '/new')).toBe('young')
  })
})

describe('the default backend', () => {
  it('of an Ingress gets what its hosts have no path for, and one without rules all other hosts', () => {
    const table = new RouteTable([
      ingress('a', { rules: [rule('x.test', path('/a', 'a'))], defaultBackend: to('own') }),
      ingress('b', { rules: [rule('y.test', path('/b', 'b'))] }),
      ingress('c', { defaultBackend: to('global') }),
    ])
    expect(found(table, 'x.test', '/z')).toBe('own')
    expect(found(table, 'y.test', '/z')).toBe('global')
    expect(found(table, 'z.test', '/')).toBe('global')
  })
})

describe('the class', () => {
  const classes = [
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'IngressClass',
      metadata: { name: 'ours' },
      spec: { controller: 'kubarium.io/ingress' },
    },
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'IngressClass',
      metadata: { name: 'other' },
      spec: { controller: 'example.com/c' },
    },
  ] as Parameters<typeof isOurs>[1]
  it('decides which Ingresses are served, by its field or by the annotation that came before', () => {
    const annotated = (name: string) => ({ annotations: { 'kubernetes.io/ingress.class': name } })
    expect(isOurs(ingress('a', { ingressClassName: 'ours' }), classes)).toBe(true)
    expect(isOurs(ingress('a', {}, annotated('ours')), classes)).toBe(true)
    expect(isOurs(ingress('a', { ingressClassName: 'other' }), classes)).toBe(false)
    expect(isOurs(ingress('a', { ingressClassName: 'gone' }), classes)).toBe(false)
    expect(isOurs(ingress('a', {}, annotated('nginx')), classes)).toBe(false)
    expect(isOurs(ingress('a', {}), classes)).toBe(false)
  })
})

describe('annotations', () => {
  const read = (annotations: Record<string, string>) => readSettings(ingress('a', {}, { annotations }))
  it('ask for redirects and patience', () => {
    expect(read({ 'ingress.kubarium.io/ssl-redirect': 'true' }).settings.redirect).toBe('tls')
    expect(read({ 'nginx.ingress.kubernetes.io/force-ssl-redirect': 'true' }).settings.redirect).toBe('always')
    expect(read({ 'ingress.kubarium.io/proxy-read-timeout': '5' }).settings.silenceMs).toBe(5000)
    expect(read({ 'example.com/other': 'x' })).toEqual({ settings: { silenceMs: 60_000 }, problems: [] })
  })
  it('that cannot be honoured are said', () => {
    expect(read({ 'nginx.ingress.kubernetes.io/rewrite-target': '/' }).problems).toEqual([
      'annotation nginx.ingress.kubernetes.io/rewrite-target has no effect here; there are ssl-redirect, force-ssl-redirect and proxy-read-timeout under ingress.kubarium.io/',
    ])
    expect(read({ 'ingress.kubarium.io/ssl-redirect': 'yes' }).problems).toHaveLength(1)
    expect(read({ 'ingress.kubarium.io/proxy-read-timeout': '0' }).problems).toHaveLength(1)
  })
})
