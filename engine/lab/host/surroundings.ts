import { hostVerdict } from '../../kubelet/images/store.ts'
import type { LabConfig, LabPaths } from '../config.ts'
import type { LabStatus } from '../contract.ts'

/** What a lab tells of itself that does not depend on how it is: where it lies, where it answers, and what it allows. */
export type Surroundings = Pick<
  LabStatus,
  'name' | 'bare' | 'folder' | 'apiServer' | 'kubeconfig' | 'proxy' | 'hostPrograms' | 'allowedHostPaths'
>

export function surroundingsOf({ name, bare, ports, allowedHostPaths = [] }: LabConfig, paths: LabPaths): Surroundings {
  return {
    name,
    bare,
    folder: paths.root,
    apiServer: `https://127.0.0.1:${ports.apiServer}`,
    kubeconfig: paths.kubeconfig,
    proxy: `http://127.0.0.1:${ports.proxy}`,
    hostPrograms: hostVerdict(paths.images),
    allowedHostPaths,
  }
}
