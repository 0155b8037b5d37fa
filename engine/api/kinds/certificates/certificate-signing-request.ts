import type { FieldError } from '../../strategy.ts'
import { duplicate, invalid, notSupported, required } from '../../validation/field.ts'
import { ageColumn, column, humanDuration, nameColumn } from '../columns.ts'
import { defineKind, subresource } from '../define.ts'
import { problemOfRequest } from './request-rules.ts'
import { validateSignerName } from './signer-name.ts'
import { validateConditions, validateStatusChange } from './status-rules.ts'
import type { Condition } from './status-rules.ts'

const USAGES = [
  'any',
  'cert sign',
  'client auth',
  'code signing',
  'content commitment',
  'crl sign',
  'data encipherment',
  'decipher only',
  'digital signature',
  'email protection',
  'encipher only',
  'ipsec end system',
  'ipsec tunnel',
  'ipsec user',
  'key agreement',
  'key encipherment',
  'microsoft sgc',
  'netscape sgc',
  'ocsp signing',
  's/mime',
  'server auth',
  'signing',
  'timestamping',
]

export const strategy = defineKind({
  group: 'certificates.k8s.io',
  kind: 'CertificateSigningRequest',
  resource: 'certificatesigningrequests',
  namespaced: false,
  shortNames: ['csr'],
  hasStatus: true,
  subresources: [subresource('approval', 'CertificateSigningRequest')],
  columns: [
    nameColumn,
    ageColumn,
    column('SignerName', 'string', 'Signer that is asked.', o => o.spec?.signerName ?? '<none>'),
    column('Requestor', 'string', 'Who asks.', o => o.spec?.username ?? ''),
    column('RequestedDuration', 'string', 'How long the certificate should be valid.', o =>
      o.spec?.expirationSeconds === undefined ? '<none>' : humanDuration(o.spec.expirationSeconds * 1000),
    ),
    column('Condition', 'string', 'Approved, denied, failed; issued or not.', o => {
      const has = (type: string) => (o.status?.conditions ?? []).some((c: Condition) => c.type === type)
      let text = has('Denied') ? 'Denied' : has('Approved') ? 'Approved' : 'Pending'
      if (has('Failed')) text += ',Failed'
      return o.status?.certificate ? `${text},Issued` : text
    }),
  ],
  prepareForCreate(object, context) {
    // Who asks is what authentication says, not what the request says.
    const { name, uid, groups, extra } = context.user
    Object.assign((object.spec ??= {}), { username: name, groups })
    if (uid) object.spec.uid = uid
    else delete object.spec.uid
    if (extra && Object.keys(extra).length) object.spec.extra = extra
    else delete object.spec.extra
    object.status = {}
  },
  prepareForUpdate(object, old, context) {
    object.spec = old.spec
    if (context.subresource === 'approval') {
      const { conditions } = object.status ?? {}
      const { conditions: _, ...rest } = old.status ?? {}
      object.status = { ...rest, ...(conditions && { conditions }) }
    }
    const before = (old.status?.conditions ?? []) as Condition[]
    for (const condition of (object.status?.conditions ?? []) as Condition[]) {
      condition.lastUpdateTime ||= context.now
      const same = before.find(c => c.type === condition.type && c.status === condition.status)
      condition.lastTransitionTime ||= same?.lastTransitionTime || context.now
    }
  },
  validate(object) {
    const spec = object.spec ?? {}
    const errors: FieldError[] = []
    const problem = problemOfRequest(Buffer.from(spec.request ?? '', 'base64').toString('latin1'))
    if (problem) errors.push(invalid('spec.request', spec.request ?? null, problem))
    if (!spec.usages?.length) errors.push(required('spec.usages'))
    const seen = new Set<string>()
    const usages = (spec.usages ?? []) as string[]
    usages.forEach((usage, i) => {
      if (!USAGES.includes(usage)) errors.push(notSupported(`spec.usages[${i}]`, usage, USAGES))
    })
    usages.forEach((usage, i) => {
      if (seen.has(usage)) errors.push(duplicate(`spec.usages[${i}]`, usage))
      seen.add(usage)
    })
    if (spec.signerName === 'kubernetes.io/legacy-unknown')
      errors.push(
        invalid('spec.signerName', spec.signerName, 'the legacy signerName is not allowed via this API version'),
      )
    else errors.push(...validateSignerName(spec.signerName ?? '', 'spec.signerName'))
    if (spec.expirationSeconds !== undefined && spec.expirationSeconds < 600)
      errors.push(
        invalid(
          'spec.expirationSeconds',
          spec.expirationSeconds,
          'may not specify a duration less than 600 seconds (10 minutes)',
        ),
      )
    return errors
  },
  validateUpdate: (object, old, context) => [
    ...validateConditions(object.status?.conditions ?? [], 'status.conditions'),
    ...validateStatusChange(object.status ?? {}, old.status ?? {}, context.subresource),
  ],
  selectableFields: o => ({ 'spec.signerName': o.spec?.signerName ?? '' }),
})
