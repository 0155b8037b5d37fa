import type { KubeObject } from '../../../../../engine/api/object.ts'
import type { Call } from '../../base/verb.ts'
import { humanDuration } from '../../print/age.ts'
import { listAll } from '../../resources/selection.ts'

/** The lines of "Events:" about an object, oldest first. */
export async function eventLines(call: Call, object: KubeObject): Promise<string[]> {
  const { cluster, io } = call
  const resource = await cluster().discovery.find('events')
  const fields = [
    `involvedObject.name=${object.metadata.name}`,
    ...(object.metadata.namespace ? [`involvedObject.namespace=${object.metadata.namespace}`] : []),
    `involvedObject.kind=${object.kind}`,
    ...(object.metadata.uid && object.kind !== 'Node' ? [`involvedObject.uid=${object.metadata.uid}`] : []),
  ]
  const events = await listAll(cluster(), resource, object.metadata.namespace, { fieldSelector: fields.join(',') })
  if (!events.length) return ['Events:\t<none>']
  const time = (e: KubeObject) => (e.lastTimestamp ? Date.parse(e.lastTimestamp as string) : 0)
  const rows = events
    .sort((a, b) => time(a) - time(b))
    .map(event => {
      const first = Date.parse((event.firstTimestamp ?? event.eventTime ?? event.metadata.creationTimestamp) as string)
      const count = (event.series?.count ?? event.count ?? 1) as number
      const last = Date.parse(
        (event.series?.lastObservedTime ??
          event.lastTimestamp ??
          event.eventTime ??
          event.metadata.creationTimestamp) as string,
      )
      const age =
        count > 1
          ? `${humanDuration(io.clock.now() - last)} (x${count} over ${humanDuration(io.clock.now() - first)})`
          : humanDuration(io.clock.now() - first)
      return `  ${event.type}\t${event.reason}\t${age}\t${event.source?.component || event.reportingComponent || ''}\t${String(event.message ?? '').trim()}`
    })
  return ['Events:', '  Type\tReason\tAge\tFrom\tMessage', '  ----\t------\t----\t----\t-------', ...rows]
}
