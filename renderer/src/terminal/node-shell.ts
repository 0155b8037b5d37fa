import { connection } from '../cluster/connection.svelte.ts'
import { request } from '../cluster/rest.ts'
import { nodeShellPod } from './node-pod.ts'

/** In which the pods are that look around on nodes. */
export const NODE_SHELL_NAMESPACE = 'default'
const PATH = `/api/v1/namespaces/${NODE_SHELL_NAMESPACE}/pods`

/** Starts a pod on a node. Gives its name. @throws ApiError */
export async function startNodeShell(node: string): Promise<string> {
  const name = `node-debugger-${node.slice(0, 40)}-${Math.random().toString(36).slice(2, 7)}`
  const pod = nodeShellPod(node, name, connection.isLab)
  const headers = { 'content-type': 'application/json' }
  await request(connection.cluster + PATH, { method: 'POST', headers, body: JSON.stringify(pod) })
  return name
}

/** Takes the pod away again. @throws ApiError */
export async function endNodeShell(pod: string): Promise<void> {
  await request(`${connection.cluster}${PATH}/${pod}?gracePeriodSeconds=0`, { method: 'DELETE' })
}

/** Path of the pod alone, to be watched. */
export function nodeShellPath(pod: string): string {
  return `${PATH}?fieldSelector=${encodeURIComponent(`metadata.name=${pod}`)}`
}
