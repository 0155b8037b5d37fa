import type { FieldError } from '../../strategy.ts'
import { forbidden, invalid, invalids, notSupported, required } from '../../validation/field.ts'
import { contains, parseCIDR, validateCIDR } from '../../validation/ip.ts'
import { isPort, validatePortNumOrName } from '../../validation/names.ts'
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
        errors.push(notSupported(`spec.policyTypes[${i}]`, type, ['Ingress', 'Egress']))
    })
    return errors
  },
})

const PROTOCOLS = ['TCP', 'UDP', 'SCTP']

function validatePort(port: any, at: string): FieldError[] {
  const errors: FieldError[] = []
  if (port.protocol && !PROTOCOLS.includes(port.protocol))
    errors.push(notSupported(`${at}.protocol`, port.protocol, PROTOCOLS))
  const { endPort } = port
  if (port.port === undefined) {
    if (endPort !== undefined)
      errors.push(invalid(`${at}.endPort`, endPort, 'may not be specified when `port` is not specified'))
    return errors
  }
  if (typeof port.port === 'number') {
    errors.push(...validatePortNumOrName(port.port, `${at}.port`))
    if (endPort !== undefined) {
      if (endPort < port.port)
        errors.push(invalid(`${at}.endPort`, port.port, 'must be greater than or equal to `port`'))
      errors.push(...invalids(`${at}.endPort`, endPort, isPort(endPort)))
    }
    return errors
  }
  if (endPort !== undefined)
    errors.push(invalid(`${at}.endPort`, endPort, 'may not be specified when `port` is non-numeric'))
  return [...errors, ...validatePortNumOrName(port.port, `${at}.port`)]
}

function validatePeer(peer: any, at: string): FieldError[] {
  const errors: FieldError[] = []
  if (peer.podSelector) errors.push(...validateLabelSelector(peer.podSelector, `${at}.podSelector`))
  if (peer.namespaceSelector) errors.push(...validateLabelSelector(peer.namespaceSelector, `${at}.namespaceSelector`))
  if (peer.ipBlock) errors.push(...validateBlock(peer.ipBlock, `${at}.ipBlock`))
  const given = [peer.podSelector || peer.namespaceSelector, peer.ipBlock].filter(Boolean).length
  if (!given) errors.push(required(at, 'must specify a peer'))
  else if (given > 1) errors.push(forbidden(at, 'may not specify both ipBlock and another peer'))
  return errors
}

function validateBlock(block: { cidr?: string; except?: string[] }, at: string): FieldError[] {
  if (!block.cidr) return [required(`${at}.cidr`)]
  const errors = validateCIDR(block.cidr, `${at}.cidr`)
  const whole = parseCIDR(block.cidr)
  if (!whole) return errors
  ;(block.except ?? []).forEach((text, i) => {
    const path = `${at}.except[${i}]`
    errors.push(...validateCIDR(text, path))
    const part = parseCIDR(text)
    if (part && (!contains(whole, part.ip) || whole.bits >= part.bits))
      errors.push(invalid(path, text, 'must be a strict subset of `cidr`'))
  })
  return errors
}
