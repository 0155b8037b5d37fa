import { badRequest, conflict, statusSuccess, unclassified } from '../../api/status.ts'
import type { SubresourceHandler } from '../rest.ts'
import { callOf } from '../rest.ts'
import { sendObject } from '../request/respond.ts'
import { readKind } from './body.ts'

interface Condition {
  type: string
  status: string
  reason?: string
}

/** POST pods/NAME/binding (and bindings): puts a pod on a node, once. */
export const serveBinding: SubresourceHandler = async (backend, ctx) => {
  const { object: binding, options } = await readKind(backend, ctx, { group: '', version: 'v1', kind: 'Binding' })
  const name = ctx.info.name || binding.metadata.name
  const { namespace } = ctx.info
  if (!name) throw badRequest('name must be provided')
  const target = binding.target as { kind?: string; name?: string } | undefined
  if (!target?.name) throw unclassified('Binding.target.name: Required value')
  const pods = backend.resources.must('', 'v1', 'pods')
  await backend.registry.update(
    pods,
    {
      namespace,
      name,
      subresource: 'binding',
      raw: true,
      transform: current => {
        const pod = current!
        if (binding.metadata.uid && binding.metadata.uid !== pod.metadata.uid)
          throw conflict(
            pods,
            name,
            `Precondition failed: UID in precondition: ${binding.metadata.uid}, UID in object meta: ${pod.metadata.uid}`,
          )
        const refused = (why: string) => conflict({ group: '', resource: 'pods/binding' }, name, why)
        if (pod.metadata.deletionTimestamp) throw refused(`pod ${name} is being deleted, cannot be assigned to a host`)
        if (pod.spec.nodeName)
          throw refused(`pod ${name} is already assigned to node ${JSON.stringify(pod.spec.nodeName)}`)
        if (pod.spec.schedulingGates?.length) throw refused(`pod ${name} has non-empty .spec.schedulingGates`)
        pod.spec.nodeName = target.name
        Object.assign((pod.metadata.annotations ??= {}), binding.metadata.annotations)
        if (Object.keys(pod.metadata.annotations!).length === 0) delete pod.metadata.annotations
        const conditions = ((pod.status ??= {}).conditions ?? []) as Condition[]
        const scheduled = {
          type: 'PodScheduled',
          status: 'True',
          lastProbeTime: null,
          lastTransitionTime: backend.registry.now(),
          observedGeneration: pod.metadata.generation,
        }
        pod.status.conditions = [...conditions.filter(condition => condition.type !== 'PodScheduled'), scheduled]
        return pod
      },
    },
    callOf(ctx, options),
  )
  await sendObject(ctx, 201, statusSuccess())
}
