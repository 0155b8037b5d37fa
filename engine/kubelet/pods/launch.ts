import { join } from 'node:path'
import type { Container, Pod } from '../../api/types.ts'
import { parseQuantity } from '../../base/quantity.ts'
import type { Image } from '../images/image.ts'
import type { PodAttachment } from '../pod-network.ts'
import type { ContainerConfig, Mount, ResourceLimits } from '../runtime/contract.ts'
import { containerMounts } from '../volumes/volumes.ts'
import { buildEnvironment, expand, onNetwork, type ValueSources } from './environment.ts'

export interface LaunchInputs {
  pod: Pod
  spec: Container
  image: Image
  attachment: PodAttachment
  sources: ValueSources
  /** Folder or file of each volume, by name. */
  volumes: Map<string, string>
  /** Folder of the container. */
  dir: string
  id: string
  hostname: string
  /** Files of the pod that its programs find in /etc, unless they mount others there. */
  hostFiles: Mount[]
  /** Of the pod's RuntimeClass. */
  handler: string | undefined
}

/** What the runtime is told to run. @throws ConfigError, MountError */
export async function containerConfig(inputs: LaunchInputs): Promise<ContainerConfig> {
  const { pod, spec, image, attachment, sources, volumes, dir, id, hostname, hostFiles, handler } = inputs
  const said = await buildEnvironment(pod, spec, sources)
  const env = { ...image.env, HOSTNAME: hostname, ...said }
  // References are to what the pod says; the image's own variables are not among them.
  const args = spec.args?.map(a => expand(a, said)) ?? (spec.command?.length ? [] : image.cmd) ?? []
  const entry = spec.command?.length ? spec.command.map(c => expand(c, said)) : image.entry
  const mounts = containerMounts(spec.volumeMounts, volumes, { env: said, containerName: spec.name })
  const context = { ...pod.spec?.securityContext, ...spec.securityContext }
  // What a pod says comes before what its image says.
  const user = context.runAsUser ?? image.user
  return {
    id,
    image,
    argv: [...entry, ...args],
    env: { PATH: process.env.PATH ?? '', HOME: '/root', ...onNetwork(env, attachment, image) },
    root: join(dir, 'root'),
    workingDir: spec.workingDir || image.workingDir || '/',
    mounts: [...hostFiles.filter(file => !isTaken(mounts, file.containerPath)), ...mounts],
    tty: !!spec.tty,
    stdin: !!spec.stdin,
    hostname,
    sandbox: pod.metadata.uid!,
    ...(attachment.namespace ? { network: attachment.namespace() } : {}),
    ...(handler ? { handler } : {}),
    ...(user === undefined
      ? {}
      : {
          user: {
            uid: Number(user),
            ...(context.runAsGroup === undefined ? {} : { gid: Number(context.runAsGroup) }),
          },
        }),
    ...(spec.securityContext?.readOnlyRootFilesystem ? { readOnlyRoot: true } : {}),
    limits: { ...limitsOf(pod.spec ?? {}), ...limitsOf(spec) },
  }
}

function isTaken(mounts: Mount[], path: string): boolean {
  return mounts.some(({ containerPath }) => containerPath === path || path.startsWith(`${containerPath}/`))
}

/** The limits of a container as the runtime takes them. */
export function limitsOf({ resources }: Pick<Container, 'resources'>): ResourceLimits {
  const { cpu, memory } = (resources?.limits ?? {}) as Record<string, string>
  return {
    ...(cpu === undefined ? {} : { cpuMillis: Math.ceil(parseQuantity(cpu).milliValue()) }),
    ...(memory === undefined ? {} : { memoryBytes: parseQuantity(memory).value() }),
  }
}
