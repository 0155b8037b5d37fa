import type { KubeObject } from '../../object.ts'
import type { FieldError } from '../../strategy.ts'
import { invalid, notSupported, required } from '../../validation/field.ts'
import {
  isDNS1123Subdomain,
  isDNS1035Label,
  isIP,
  isPort,
  isPortName,
  isWildcardDNS1123Subdomain,
} from '../../validation/names.ts'
import { ageColumn, column, nameColumn } from '../columns.ts'
import { defineKind } from '../define.ts'

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
      const hosts = ((o.spec?.rules ?? []) as { host?: string }[]).map(r => r.host || '*')
      return hosts.length > 3 ? `${hosts.slice(0, 3).join(',')} + ${hosts.length - 3} more...` : hosts.join(',') || '*'
    }),
    column('Address', 'string', 'Where it can be reached.', o =>
      ((o.status?.loadBalancer?.ingress ?? []) as { ip?: string; hostname?: string }[])
        .map(i => i.ip || i.hostname || '')
        .join(','),
    ),
    column('Ports', 'string', 'Ports that it serves.', o => (o.spec?.tls?.length ? '80, 443' : '80')),
    ageColumn,
  ],
  validate(object) {
    const errors: FieldError[] = []
    const spec = object.spec ?? {}
    const annotation = object.metadata.annotations?.[CLASS_ANNOTATION]
    if (!spec.rules?.length && !spec.defaultBackend)
      errors.push(invalid('spec', null, 'either `defaultBackend` or `rules` must be specified'))
    if (spec.defaultBackend) errors.push(...validateBackend(spec.defaultBackend, 'spec.defaultBackend'))
    ;(spec.rules ?? []).forEach((rule: any, i: number) => {
      const at = `spec.rules[${i}]`
      if (rule.host) {
        if (isIP(rule.host).length === 0)
          errors.push(invalid(`${at}.host`, rule.host, 'must be a DNS name, not an IP address'))
        else
          errors.push(
            ...(rule.host.includes('*') ? isWildcardDNS1123Subdomain(rule.host) : isDNS1123Subdomain(rule.host)).map(
              text => invalid(`${at}.host`, rule.host, text),
            ),
          )
      }
      if (rule.http && !rule.http.paths?.length) errors.push(required(`${at}.http.paths`))
      ;(rule.http?.paths ?? []).forEach((path: any, j: number) =>
        errors.push(...validatePath(path, `${at}.http.paths[${j}]`)),
      )
    })
    ;(spec.tls ?? []).forEach((tls: any, i: number) =>
      (tls.hosts ?? []).forEach((host: string, j: number) =>
        errors.push(
          ...(host.includes('*') ? isWildcardDNS1123Subdomain(host) : isDNS1123Subdomain(host)).map(text =>
            invalid(`spec.tls[${i}].hosts[${j}]`, host, text),
          ),
        ),
      ),
    )
    if (spec.ingressClassName)
      errors.push(
        ...isDNS1123Subdomain(spec.ingressClassName).map(text =>
          invalid('spec.ingressClassName', spec.ingressClassName, text),
        ),
      )
    if (annotation && spec.ingressClassName && annotation !== spec.ingressClassName)
      errors.push(
        invalid(`annotations.${CLASS_ANNOTATION}`, annotation, 'must match `ingressClassName` when both are specified'),
      )
    return errors
  },
  warnings(object: KubeObject, old) {
    const annotation = object.metadata.annotations?.[CLASS_ANNOTATION]
    return annotation && !old?.metadata.annotations?.[CLASS_ANNOTATION]
      ? [`annotation "${CLASS_ANNOTATION}" is deprecated, please use 'spec.ingressClassName' instead`]
      : []
  },
})

function validatePath(path: any, at: string): FieldError[] {
  const errors: FieldError[] = []
  if (!path.pathType) errors.push(required(`${at}.pathType`, 'pathType must be specified'))
  else if (path.pathType === 'Exact' || path.pathType === 'Prefix') {
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
  if (backend.resource) {
    const errors: FieldError[] = []
    if (!backend.resource.kind) errors.push(required(`${at}.resource.kind`))
    if (!backend.resource.name) errors.push(required(`${at}.resource.name`))
    return errors
  }
  if (!backend.service) return [invalid(at, '', 'resource or service backend is required')]
  const errors: FieldError[] = []
  const { name, port = {} } = backend.service
  if (!name) errors.push(required(`${at}.service.name`))
  else errors.push(...isDNS1035Label(name).map(text => invalid(`${at}.service.name`, name, text)))
  if (port.name && port.number) errors.push(invalid(at, '', 'cannot set both port name & port number'))
  else if (port.name)
    errors.push(...isPortName(port.name).map(text => invalid(`${at}.service.port.name`, port.name, text)))
  else if (port.number)
    errors.push(...isPort(port.number).map(text => invalid(`${at}.service.port.number`, port.number, text)))
  else errors.push(required(at, 'port name or number is required'))
  return errors
}
