import { join, normalize, posix } from 'node:path'
import type { ContainerConfig } from './contract.ts'

/** Where an absolute path of a container is on this machine: in a mount, else under the container's root. */
export function pathInContainer(container: Pick<ContainerConfig, 'root' | 'mounts'>, path: string): string | undefined {
  if (!path.startsWith('/')) return undefined
  const clean = posix.normalize(path)
  const mount = longestMount(container, clean)
  if (mount) return join(mount.hostPath, clean.slice(mount.containerPath.length))
  return normalize(join(container.root, clean))
}

/** Replaces the paths of mounts in a text, such as a shell command, by where they are on this machine. */
export function mapPaths(container: Pick<ContainerConfig, 'mounts'>, text: string): string {
  let mapped = text
  for (const { containerPath, hostPath } of byLength(container)) {
    const pattern = new RegExp(`(^|[\\s='":,;(<>|&\`])${escape(containerPath)}(?=$|[/\\s'":,;)<>|&\`])`, 'g')
    mapped = mapped.replace(pattern, (_, before: string) => before + hostPath)
  }
  return mapped
}

function longestMount(container: Pick<ContainerConfig, 'mounts'>, path: string) {
  return byLength(container).find(
    m => path === m.containerPath || path.startsWith(m.containerPath.replace(/\/$/, '') + '/'),
  )
}

function byLength(container: Pick<ContainerConfig, 'mounts'>) {
  return [...container.mounts].sort((a, b) => b.containerPath.length - a.containerPath.length)
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
