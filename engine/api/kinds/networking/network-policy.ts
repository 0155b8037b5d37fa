import type { FieldError } from '../../strategy.ts'
import { forbidden, invalid, notSupported, required } from '../../validation/field.ts'
import { isCIDR, validatePortNumOrName } from '../../validation/names.ts'
import { validateLabelSelector } from '../../validation/metadata.ts'
import { ageColumn, column, nameColumn, selectorText } from '../columns.ts'
import { defineKind } from '../define.ts'

/* eslint-disable @typescript-eslint/no-explicit-any -- validates what clients sent */

export const strategy = defineKind({
  group: 'networking.k8s.io',
  kind: 'NetworkPolicy',
  resource: 'networkpolicies',
  namespaced: true,
  shortNames: ['netpol'],
  hasGeneration: true,
  columns: [
    nameColumn,
    column('Pod-Selector', 'string', 'Pods that it applies to.', o => selectorText(o.spec?.podSelector)),
    ageColumn,
  ],
  setDefaults(object) {
    const spec = object.spec
    if (spec && !spec.policyTypes?.length) spec.policyTypes = spec.egress?.length ? ['Ingress', 'Egress'] : ['Ingress']
  },
  validate(object) {
    const spec = object.spec ?? {}
    const errors: FieldError[] = validateLabelSelector(spec.podSelector, 'spec.podSelector')
    const rules = (list: any[], at: string, peers: 'from' | 'to') =>
      list.forEach((rule, i) => {
        ;(rule.ports ?? []).forEach((port: any, j: number) =>
          errors.push(...validatePort(port, `${at}[${i}].ports[${j}]`)),
        )
        ;(rule[peers] ?? []).forEach((peer: any, j: number) =>
          errors.push(...validatePeer(peer, `${at}[${i}].${peers}[${j}]`)),
        )
      })
    rules(spec.ingress ?? [], 'spec.ingress', 'from')
    rules(spec.egress ?? [], 'spec.egress', 'to')
    const types: string[] = spec.policyTypes ?? []
    if (types.length > 2)
      return [...errors, invalid('spec.policyTypes', types, 'may not specify more than two policyTypes')]
    types.forEach((type, i) => {
      if (type !== 'Ingress' && type !== 'Egress')
        errors.push(notSupported(`spec.policyTypes[${i}]`, type, ['Egress', 'Ingress']))
    })
    return errors
  },
})

function validatePort(port: any, at: string): FieldError[] {
  const errors: FieldError[] = []
  if (port.protocol && !['SCTP', 'TCP', 'UDP'].includes(port.protocol))
    errors.push(notSupported(`${at}.protocol`, port.protocol, ['SCTP', 'TCP', 'UDP']))
  if (port.port !== undefined) errors.push(...validatePortNumOrName(port.port, `${at}.port`))
  if (port.endPort !== undefined) {
    if (port.port === undefined) errors.push(required(`${at}.port`, 'must be specified when `endPort` is specified'))
    else if (typeof port.port === 'string')
      errors.push(invalid(`${at}.endPort`, port.endPort, 'may not be specified when `port` is non-numeric'))
    else if (port.endPort < port.port)
      errors.push(invalid(`${at}.endPort`, port.endPort, 'must be greater than or equal to `port`'))
    if (port.endPort > 65535 || port.endPort < 1)
      errors.push(invalid(`${at}.endPort`, port.endPort, 'must be between 1 and 65535, inclusive'))
  }
  return errors
}

function validatePeer(peer: any, at: string): FieldError[] {
  const errors: FieldError[] = []
  if (peer.podSelector) errors.push(...validateLabelSelector(peer.podSelector, `${at}.podSelector`))
  if (peer.namespaceSelector) errors.push(...validateLabelSelector(peer.namespaceSelector, `${at}.namespaceSelector`))
  if (peer.ipBlock) {
    if (!peer.ipBlock.cidr) errors.push(required(`${at}.ipBlock.cidr`))
    else errors.push(...isCIDR(peer.ipBlock.cidr).map(text => invalid(`${at}.ipBlock.cidr`, peer.ipBlock.cidr, text)))
    ;(peer.ipBlock.except ?? []).forEach((cidr: string, i: number) =>
      errors.push(...isCIDR(cidr).map(text => invalid(`${at}.ipBlock.except[${i}]`, cidr, text))),
    )
  }
  const given = [peer.podSelector || peer.namespaceSelector, peer.ipBlock].filter(Boolean).length
  if (!given) errors.push(required(at, 'must specify a peer'))
  else if (given > 1) errors.push(forbidden(at, 'may not specify both ipBlock and another peer'))
  return errors
}
