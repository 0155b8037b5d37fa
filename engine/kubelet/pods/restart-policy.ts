import type { Container, Pod } from '../../api/types.ts'

/** What a container is to its pod: it decides when it starts, whether it restarts, and whether the pod waits for it. */
export type ContainerRole = 'init' | 'sidecar' | 'main' | 'ephemeral'

export function roleOf(pod: Pod, { name }: Pick<Container, 'name'>): ContainerRole {
  const init = pod.spec?.initContainers?.find(c => c.name === name)
  if (init) return init.restartPolicy === 'Always' ? 'sidecar' : 'init'
  return pod.spec?.ephemeralContainers?.some(c => c.name === name) ? 'ephemeral' : 'main'
}

/** Whether a container that ended with this code is to be started again, by its rules, its policy, or the pod's. */
export function restartsAfter(pod: Pod, container: Container, exitCode: number): boolean {
  const role = roleOf(pod, container)
  if (role === 'ephemeral') return false
  if (role === 'sidecar') return true
  const rule = container.restartPolicyRules?.find(({ exitCodes }) => {
    const listed = !!exitCodes?.values?.includes(exitCode)
    return exitCodes?.operator === 'In' ? listed : exitCodes?.operator === 'NotIn' && !listed
  })
  if (rule) return true
  const policy = container.restartPolicy ?? pod.spec?.restartPolicy ?? 'Always'
  if (policy === 'Never') return false
  // An init container that has succeeded is not run again, whatever the pod says of its containers.
  return exitCode !== 0 || (policy === 'Always' && role === 'main')
}
