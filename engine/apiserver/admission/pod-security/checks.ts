import {
  appArmorProfile,
  capabilitiesBaseline,
  hostNamespaces,
  hostPathVolumes,
  hostPorts,
  hostProbes,
  privileged,
  procMount,
  seLinuxOptions,
  seccompBaseline,
  sysctls,
  windowsHostProcess,
} from './baseline.ts'
import type { Check } from './findings.ts'
import {
  allowPrivilegeEscalation,
  capabilitiesRestricted,
  restrictedVolumes,
  runAsNonRoot,
  runAsUser,
  seccompRestricted,
} from './restricted.ts'

/** The checks of each level, in the order of their names; the ones of restricted come after those of baseline. */
const CHECKS: Record<string, Check[]> = {
  privileged: [],
  baseline: [
    appArmorProfile,
    capabilitiesBaseline,
    hostNamespaces,
    hostPathVolumes,
    hostPorts,
    hostProbes,
    privileged,
    procMount,
    seLinuxOptions,
    seccompBaseline,
    sysctls,
    windowsHostProcess,
  ],
  restricted: [
    appArmorProfile,
    hostNamespaces,
    hostPorts,
    hostProbes,
    privileged,
    procMount,
    seLinuxOptions,
    sysctls,
    windowsHostProcess,
    allowPrivilegeEscalation,
    capabilitiesRestricted,
    restrictedVolumes,
    runAsNonRoot,
    runAsUser,
    seccompRestricted,
  ],
}

/** The version that a check came with, and the check that stood in its place before. */
const SINCE = new Map<Check, { minor: number; before?: Check }>([
  [allowPrivilegeEscalation, { minor: 8 }],
  [seccompRestricted, { minor: 19, before: seccompBaseline }],
  [capabilitiesRestricted, { minor: 22, before: capabilitiesBaseline }],
  [runAsUser, { minor: 23 }],
  [hostProbes, { minor: 34 }],
])

/** The checks of a level as of Kubernetes 1.minor. */
export function checksOf(level: string, minor: number): Check[] {
  return CHECKS[level]!.flatMap(check => {
    const since = SINCE.get(check)
    if (!since || minor >= since.minor) return [check]
    return since.before ? [since.before] : []
  })
}
