import { expect, it } from 'vitest'
import { violations } from '../../../engine/apiserver/admission/pod-security/policy.ts'

const reasons = (level: string, version: string, spec: object) =>
  violations({ level, version }, { spec }).map(v => v.reason)
const container = { name: 'c', securityContext: { allowPrivilegeEscalation: false, runAsNonRoot: true } }

it.each<[string, string, object, string, string, string[]]>([
  [
    'settings of the kernel',
    'baseline',
    { securityContext: { sysctls: [{ name: 'net.ipv4.tcp_rmem' }] } },
    'v1.32',
    'v1.31',
    ['forbidden sysctls'],
  ],
  [
    'SELinux types',
    'baseline',
    { securityContext: { seLinuxOptions: { type: 'container_engine_t' } } },
    'v1.31',
    'v1.30',
    ['seLinuxOptions'],
  ],
  [
    'pods of Windows',
    'restricted',
    { os: { name: 'windows' }, containers: [container] },
    'v1.25',
    'v1.24',
    ['unrestricted capabilities', 'seccompProfile'],
  ],
])('grows milder on %s with the version it is pinned to', (_, level, spec, milder, stricter, expected) => {
  expect(reasons(level, milder, spec)).toEqual([])
  expect(reasons(level, 'latest', spec)).toEqual([])
  expect(reasons(level, stricter, spec)).toEqual(expected)
})

it.each<[string, string, object, string, string, string]>([
  [
    'the hosts of probes',
    'baseline',
    { containers: [{ name: 'c', livenessProbe: { httpGet: { host: 'h' } } }] },
    'v1.34',
    'v1.33',
    'probe or lifecycle host',
  ],
  [
    'the user',
    'restricted',
    { containers: [container], securityContext: { runAsUser: 0 } },
    'v1.23',
    'v1.22',
    'runAsUser=0',
  ],
  ['capabilities', 'restricted', { containers: [container] }, 'v1.22', 'v1.21', 'unrestricted capabilities'],
  ['profiles for system calls', 'restricted', { containers: [container] }, 'v1.19', 'v1.18', 'seccompProfile'],
])('looks at %s only since there is a rule', (_, level, spec, since, before, reason) => {
  expect(reasons(level, since, spec)).toContain(reason)
  expect(reasons(level, before, spec)).not.toContain(reason)
})
