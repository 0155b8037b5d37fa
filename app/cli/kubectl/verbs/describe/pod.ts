import type { KubeObject } from '../../../../../engine/api/object.ts'
import { containerLines, mapLines, tolerationLines, volumeLines } from './pod-template.ts'

type Json = Record<string, any> // eslint-disable-line @typescript-eslint/no-explicit-any -- specs of any shape are read

/** A time as `describe` prints it. */
export function longTime(time: string | null | undefined): string {
  if (!time) return '<unknown>'
  const at = new Date(time)
  const [day, month] = [at.toUTCString().slice(0, 3), at.toUTCString().slice(8, 11)]
  return `${day}, ${String(at.getUTCDate()).padStart(2, '0')} ${month} ${at.getUTCFullYear()} ${at.toISOString().slice(11, 19)} +0000`
}

/** A pod, all but its events. */
export function podLines(pod: KubeObject): string[] {
  const [spec, status] = [pod.spec as Json, (pod.status ?? {}) as Json]
  const owner = pod.metadata.ownerReferences?.find(o => o.controller)
  const conditions = (status.conditions ?? []) as Json[]
  const ips = (status.podIPs ?? []) as { ip: string }[]
  return [
    `Name:\t${pod.metadata.name}`,
    `Namespace:\t${pod.metadata.namespace}`,
    ...(spec.priorityClassName || spec.priority !== undefined ? [`Priority:\t${spec.priority ?? 0}`] : []),
    ...(spec.priorityClassName ? [`Priority Class Name:\t${spec.priorityClassName}`] : []),
    ...(spec.runtimeClassName ? [`Runtime Class Name:\t${spec.runtimeClassName}`] : []),
    ...(spec.serviceAccountName ? [`Service Account:\t${spec.serviceAccountName}`] : []),
    `Node:\t${spec.nodeName ? `${spec.nodeName}/${status.hostIP ?? ''}` : '<none>'}`,
    ...(status.startTime ? [`Start Time:\t${longTime(status.startTime as string)}`] : []),
    ...mapLines('Labels', pod.metadata.labels),
    ...mapLines('Annotations', pod.metadata.annotations, ': '),
    pod.metadata.deletionTimestamp ? `Status:\tTerminating` : `Status:\t${status.phase ?? ''}`,
    ...(pod.metadata.deletionTimestamp
      ? [`Termination Grace Period:\t${pod.metadata.deletionGracePeriodSeconds}s`]
      : []),
    ...(status.reason ? [`Reason:\t${status.reason}`] : []),
    ...(status.message ? [`Message:\t${status.message}`] : []),
    `IP:\t${status.podIP ?? ''}`,
    ...(ips.length ? ['IPs:', ...ips.map(({ ip }) => `  IP:\t${ip}`)] : ['IPs:\t<none>']),
    ...(owner ? [`Controlled By:\t${owner.kind}/${owner.name}`] : []),
    ...(status.nominatedNodeName ? [`NominatedNodeName:\t${status.nominatedNodeName}`] : []),
    ...(spec.initContainers?.length
      ? containerLines(
          'Init Containers',
          spec.initContainers as Json[],
          (status.initContainerStatuses ?? []) as Json[],
          stateLines,
          pod,
        )
      : []),
    ...containerLines(
      'Containers',
      spec.containers as Json[],
      (status.containerStatuses ?? []) as Json[],
      stateLines,
      pod,
    ),
    ...(conditions.length
      ? ['Conditions:', '  Type\tStatus', ...conditions.map(c => `  ${c.type} \t${c.status} `)]
      : []),
    ...volumeLines(spec.volumes as Json[] | undefined),
    `QoS Class:\t${status.qosClass ?? ''}`,
    ...mapLines('Node-Selectors', spec.nodeSelector as Json | undefined),
    ...tolerationLines(spec.tolerations as Json[] | undefined),
  ]
}

function stateLines(status: Json): string[] {
  const last =
    status.lastState && Object.keys(status.lastState as Json).length ? one('Last State', status.lastState as Json) : []
  return [
    ...one('State', (status.state ?? {}) as Json),
    ...last,
    `    Ready:\t${status.ready ? 'True' : 'False'}`,
    `    Restart Count:\t${status.restartCount ?? 0}`,
  ]
}

function one(title: string, { running, waiting, terminated }: Json): string[] {
  if (running) return [`    ${title}:\tRunning`, `      Started:\t${longTime(running.startedAt as string)}`]
  if (terminated)
    return [
      `    ${title}:\tTerminated`,
      ...(terminated.reason ? [`      Reason:\t${terminated.reason}`] : []),
      ...(terminated.message ? [`      Message:\t${terminated.message}`] : []),
      `      Exit Code:\t${terminated.exitCode}`,
      ...(terminated.signal ? [`      Signal:\t${terminated.signal}`] : []),
      `      Started:\t${longTime(terminated.startedAt as string)}`,
      `      Finished:\t${longTime(terminated.finishedAt as string)}`,
    ]
  return [`    ${title}:\tWaiting`, ...(waiting?.reason ? [`      Reason:\t${waiting.reason}`] : [])]
}
