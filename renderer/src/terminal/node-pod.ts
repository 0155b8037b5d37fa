import type { Pod } from '../../../engine/api/types.ts'

export const NODE_SHELL_CONTAINER = 'debugger'
/** A page that is gone for good leaves its pod: it ends by itself. */
const MOST_SECONDS = 8 * 3600

/**
 * A pod that sees a node as the node sees itself, as `kubectl debug node/NAME` makes it. On a real node its files are at /host; a node
 * of a lab is a process of this machine, and has no files of its own that a pod might see.
 */
export function nodeShellPod(node: string, name: string, isLab: boolean): Pod {
  const host = isLab ? [] : [{ name: 'host-root', hostPath: { path: '/' } }]
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { 'app.kubernetes.io/managed-by': 'kubarium-terminal' } },
    spec: {
      ...{ nodeName: node, hostPID: true, hostNetwork: true, hostIPC: true, restartPolicy: 'Never' },
      activeDeadlineSeconds: MOST_SECONDS,
      terminationGracePeriodSeconds: 0,
      tolerations: [{ operator: 'Exists' }],
      volumes: host,
      containers: [
        {
          name: NODE_SHELL_CONTAINER,
          image: 'busybox',
          ...{ stdin: true, tty: true },
          volumeMounts: host.map(volume => ({ name: volume.name, mountPath: '/host' })),
          ...(!isLab && { securityContext: { privileged: true } }),
        },
      ],
    },
  } as Pod
}
