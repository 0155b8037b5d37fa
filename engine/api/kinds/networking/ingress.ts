import type { KubeObject } from '../../object.ts'
import type { FieldError } from '../../strategy.ts'
import { invalid, invalids, notSupported, required } from '../../validation/field.ts'
import { parseIP, validateIP } from '../../validation/ip.ts'
import {
  isDNS1123Subdomain,
  isDNS1123Label,
  isPort,
  isPortName,
  isWildcardDNS1123Subdomain,
} from '../../validation/names.ts'
import { ageColumn, column, nameColumn } from '../columns.ts'
import { defineKind } from '../define.ts'
import { validateTypedReference } from './typed-reference.ts'

/* eslint-disable @typescript-eslint/no-explicit-any -- validates what clients sent */

const CLASS_ANNOTATION = 'kubernetes.io/ingress.class'

export const strategy = defineKind({
  group: 'networking.k8s.io',
  kind: 'Ingress',
  resource: 'ingresses',
  namespaced: true,
  shortNames: ['ing'],
  hasStatus: true,
  hasGeneration: true,
  columns: [
    nameColumn,
    column('Class', 'string', 'Class that serves it.', o => o.spec?.ingressClassName ?? '<none>'),
    column('Hosts', 'string', 'Hosts of its rules.', o => {
      const rules = (o.spec?.rules ?? []) as { host?: string }[]
      const named = rules.flatMap((rule, at) => (rule.host ? [{ host: rule.host, at }] : []))
      const shown = named.slice(0, 3).map(n => n.host)
      if (!shown.length) return '*'
      // Once three are shown, every further rule counts, even one for all hosts.
      const more = shown.length === 3 && named[2]!.at < rules.length - 1
      return shown.join(',') + (more ? ` + ${rules.length - 3} more...` : '')
    }),
    column('Address', 'string', 'Where it can be reached.', o =>
      [
        ...new Set(
          ((o.status?.loadBalancer?.ingress ?? []) as { ip?: string; hostname?: string }[])
            .map(i => i.ip || i.hostname || '')
            .filter(Boolean),
        ),
      ]
        .sort()
        .join(','),
    ),
    column('Ports', 'string', 'Ports that it serves.', o => (o.spec?.tls?.length ? '80, 443' : '80')),
    ageColumn,
  ],
  validate(object) {
    const errors: FieldError[] = []
    const spec = object.spec ?? {}
    if (!spec.rules?.length && !spec.defaultBackend)
      errors.push(invalid('spec', null, 'either `defaultBackend` or `rules` must be specified'))
    if (spec.defaultBackend) errors.push(...validateBackend(spec.defaultBackend, 'spec.defaultBackend'))
    ;(spec.rules ?? []).forEach((rule: any, i: number) => {
      const at = `spec.rules[${i}]`
      if (rule.host) {
        if (parseIP(rule.host)) errors.push(invalid(`${at}.host`, rule.host, 'must be a DNS name, not an IP address'))
        errors.push(...invalids(`${at}.host`, rule.host, isHost(rule.host)))
      }
      if (rule.http && !rule.http.paths?.length) errors.push(required(`${at}.http.paths`))
      ;(rule.http?.paths ?? []).forEach((path: any, j: number) =>
        errors.push(...validatePath(path, `${at}.http.paths[${j}]`)),
      )
    })
    ;(spec.tls ?? []).forEach((tls: any, i: number) => {
      ;(tls.hosts ?? []).forEach((host: string, j: number) =>
        errors.push(...invalids(`spec.tls[${i}].hosts[${j}]`, host, isHost(host))),
      )
      const secret = tls.secretName
      if (secret) errors.push(...invalids(`spec.tls[${i}].secretName`, secret, isDNS1123Subdomain(secret)))
    })
    if (spec.ingressClassName !== undefined)
      errors.push(
        ...isDNS1123Subdomain(spec.ingressClassName).map(text =>
          invalid('spec.ingressClassName', spec.ingressClassName, text),
        ),
      )
    return errors
  },
  validateNew(object) {
    const annotation = object.metadata.annotations?.[CLASS_ANNOTATION]
    const name = object.spec?.ingressClassName
    return annotation !== undefined && name !== undefined && annotation !== name
      ? [
          invalid(
            `annotations.${CLASS_ANNOTATION}`,
            annotation,
            'must match `ingressClassName` when both are specified',
          ),
        ]
      : []
  },
  validateUpdate(object, _old, context) {
    if (context.subresource !== 'status') return []
    return ((object.status?.loadBalancer?.ingress ?? []) as { ip?: string; hostname?: string }[]).flatMap(
      ({ ip, hostname }, i) => {
        const at = `status.loadBalancer.ingress[${i}]`
        const errors: FieldError[] = ip ? validateIP(ip, `${at}.ip`) : []
        if (hostname) {
          errors.push(...invalids(`${at}.hostname`, hostname, isDNS1123Subdomain(hostname)))
          if (parseIP(hostname))
            errors.push(invalid(`${at}.hostname`, hostname, 'must be a DNS name, not an IP address'))
        }
        return errors
      },
    )
  },
  warnings(object: KubeObject, old) {
    const annotation = object.metadata.annotations?.[CLASS_ANNOTATION]
    return annotation && !old?.metadata.annotations?.[CLASS_ANNOTATION]
      ? [`annotation "${CLASS_ANNOTATION}" is deprecated, please use 'spec.ingressClassName' instead`]
      : []
  },
})

const isHost = (host: string): string[] =>
  host.includes('*') ? isWildcardDNS1123Subdomain(host) : isDNS1123Subdomain(host)

function validatePath(path: any, at: string): FieldError[] {
  const errors: FieldError[] = []
  if (!path.pathType) return [required(`${at}.pathType`, 'pathType must be specified')]
  if (path.pathType === 'Exact' || path.pathType === 'Prefix') {
    const text: string = path.path ?? ''
    if (!text.startsWith('/')) errors.push(invalid(`${at}.path`, text, 'must be an absolute path'))
    for (const bad of ['//', '/./', '/../', '%2f', '%2F'])
      if (text.includes(bad)) errors.push(invalid(`${at}.path`, text, `must not contain '${bad}'`))
    for (const bad of ['/..', '/.'])
      if (text.endsWith(bad)) errors.push(invalid(`${at}.path`, text, `cannot end with '${bad}'`))
  } else if (path.pathType === 'ImplementationSpecific') {
    if (path.path && !path.path.startsWith('/'))
      errors.push(invalid(`${at}.path`, path.path, 'must be an absolute path'))
  } else errors.push(notSupported(`${at}.pathType`, path.pathType, ['Exact', 'ImplementationSpecific', 'Prefix']))
  errors.push(...validateBackend(path.backend ?? {}, `${at}.backend`))
  return errors
}

function validateBackend(backend: any, at: string): FieldError[] {
  if (backend.service && backend.resource) return [invalid(at, '', 'cannot set both resource and service backends')]
  if (backend.resource) return validateTypedReference(backend.resource, `${at}.resource`)
  if (!backend.service) return [invalid(at, '', 'resource or service backend is required')]
  const errors: FieldError[] = []
  const { name, port = {} } = backend.service
  if (!name) errors.push(required(`${at}.service.name`))
  else errors.push(...isDNS1123Label(name).map(text => invalid(`${at}.service.name`, name, text)))
  if (port.name && port.number) errors.push(invalid(at, '', 'cannot set both port name & port number'))
  else if (port.name)
    errors.push(...isPortName(port.name).map(text => invalid(`${at}.service.port.name`, port.name, text)))
  else if (port.number)
    errors.push(...isPort(port.number).map(text => invalid(`${at}.service.port.number`, port.number, text)))
  else errors.push(required(at, 'port name or number is required'))
  return errors
}
