import { pathInContainer } from '../../../engine/kubelet/runtime/paths.ts'

/** Where an absolute path of this container is on the machine; the runtime says so in the environment. */
export function inContainer(path: string): string {
  const root = process.env.KUBARIUM_ROOT
  if (!root) return path
  const mounts = (JSON.parse(process.env.KUBARIUM_MOUNTS ?? '[]') as [string, string][]).map(
    ([containerPath, hostPath]) => ({
      containerPath,
      hostPath,
      readOnly: false,
    }),
  )
  return pathInContainer({ root, mounts }, path) ?? path
}
