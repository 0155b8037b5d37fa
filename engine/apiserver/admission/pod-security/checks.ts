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
export const CHECKS: Record<string, Check[]> = {
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
