import { describe, expect, it } from 'vitest'
import {
  describe as describeViolations,
  policyOf,
  violations,
} from '../../engine/apiserver/admission/pod-security/policy.ts'

const level = (name: string) => ({ level: name, version: 'latest' })
const said = (name: string, spec: object, metadata: object = {}) =>
  describeViolations(violations(level(name), { spec, metadata }))

const safe = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  runAsNonRoot: true,
  seccompProfile: { type: 'RuntimeDefault' },
}

describe('the pod security standards', () => {
  it.each<[string, string, object, string]>([
    ['let a plain pod pass baseline', 'baseline', { containers: [{ name: 'a' }] }, ''],
    ['let a careful pod pass restricted', 'restricted', { containers: [{ name: 'a', securityContext: safe }] }, ''],
    [
      'name all containers',
      'baseline',
      {
        initContainers: [{ name: 'i', securityContext: { privileged: true } }],
        containers: [
          { name: 'a', securityContext: { privileged: true, capabilities: { add: ['SYS_ADMIN', 'KILL'] } } },
        ],
      },
      'non-default capabilities (container "a" must not include "SYS_ADMIN" in securityContext.capabilities.add), privileged (containers "i", "a" must not set securityContext.privileged=true)',
    ],
    [
      "refuse the host's things",
      'baseline',
      {
        hostNetwork: true,
        hostPID: true,
        volumes: [{ name: 'h', hostPath: { path: '/' } }],
        containers: [{ name: 'a', ports: [{ containerPort: 1, hostPort: 80 }] }],
      },
      'host namespaces (hostNetwork=true, hostPID=true), hostPath volumes (volume "h"), hostPort (container "a" uses hostPort 80)',
    ],
    [
      'ask for what restricted wants',
      'restricted',
      { containers: [{ name: 'a' }], volumes: [{ name: 'h', hostPath: { path: '/' } }] },
      'allowPrivilegeEscalation != false (container "a" must set securityContext.allowPrivilegeEscalation=false), unrestricted capabilities (container "a" must set securityContext.capabilities.drop=["ALL"]), restricted volume types (volume "h" uses restricted volume type "hostPath"), runAsNonRoot != true (pod or container "a" must set securityContext.runAsNonRoot=true), seccompProfile (pod or container "a" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")',
    ],
    [
      'say who set something wrong',
      'restricted',
      {
        securityContext: { runAsNonRoot: false, runAsUser: 0, seccompProfile: { type: 'Unconfined' } },
        containers: [{ name: 'a', securityContext: { ...safe, runAsUser: 0 } }],
      },
      'runAsNonRoot != true (pod must not set securityContext.runAsNonRoot=false), runAsUser=0 (pod and container "a" must not set runAsUser=0), seccompProfile (pod must not set securityContext.seccompProfile.type to "Unconfined")',
    ],
  ])('%s', (_, name, spec, expected) => expect(said(name, spec)).toBe(expected))

  it('are read from labels', () => {
    const prefix = 'pod-security.kubernetes.io/'
    expect(policyOf(undefined)).toMatchObject({ enforce: level('privileged'), warn: level('privileged'), errors: [] })
    const enforced = policyOf({ [`${prefix}enforce`]: 'restricted', [`${prefix}enforce-version`]: 'v1.30' })
    expect(enforced.warn).toMatchObject({ level: 'restricted', version: 'v1.30' })
    expect(policyOf({ [`${prefix}warn`]: 'odd', [`${prefix}audit-version`]: '1' }).errors).toEqual([
      {
        reason: 'FieldValueInvalid',
        field: 'metadata.labels[pod-security.kubernetes.io/audit-version]',
        message: 'Invalid value: "1": must be "latest" or "v1.x"',
      },
      {
        reason: 'FieldValueInvalid',
        field: 'metadata.labels[pod-security.kubernetes.io/warn]',
        message: 'Invalid value: "odd": must be one of privileged, baseline, restricted',
      },
    ])
  })
})
