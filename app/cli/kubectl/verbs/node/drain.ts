import type { KubeObject } from '../../../../../engine/api/object.ts'
import { sleep } from '../../../../../engine/base/clock.ts'
import { isNotFound, ResponseError } from '../../../../../engine/client/errors.ts'
import { KubectlError, UsageError } from '../../base/errors.ts'
import type { FlagSpecs } from '../../base/flags.ts'
import type { Call, Verb } from '../../base/verb.ts'
import { dryRun, dryRunSuffix, DRY_RUN_FLAGS } from '../../print/output.ts'
import { pathOf } from '../../resources/discovery.ts'
import { listAll, select, SELECTOR_FLAGS, type Found } from '../../resources/selection.ts'
import { patchObject } from '../write/patch-object.ts'

const NODE_FLAGS: FlagSpecs = { ...SELECTOR_FLAGS, ...DRY_RUN_FLAGS }

export const cordon: Verb = {
  about: 'Mark node as unschedulable.',
  usage: 'NODE',
  flags: NODE_FLAGS,
  run: async call => void (await mark(call, true, 'cordon')),
}
export const uncordon: Verb = {
  about: 'Mark node as schedulable.',
  usage: 'NODE',
  flags: NODE_FLAGS,
  run: async call => void (await mark(call, false, 'uncordon')),
}

export const drain: Verb = {
  about: 'Drain node in preparation for maintenance.',
  usage: 'NODE',
  flags: {
    ...NODE_FLAGS,
    'ignore-daemonsets': { type: 'bool', about: 'leave pods of daemon sets' },
    'delete-emptydir-data': { type: 'bool', about: 'go on though pods use emptyDir' },
    force: { type: 'bool', about: 'also pods that nobody makes anew' },
    'grace-period': { type: 'int', default: '-1', about: 'seconds for each pod to end in' },
    timeout: { type: 'duration', default: '0s', about: 'how long to wait' },
    'pod-selector': { type: 'string', about: 'pods with these labels alone' },
    'disable-eviction': { type: 'bool', about: 'delete instead of evicting' },
    'skip-wait-for-delete-timeout': { type: 'int', default: '0', about: 'accepted' },
    'chunk-size': { type: 'int', default: '500', about: 'accepted' },
  },
  async run(call) {
    const nodes = await mark(call, true, 'drain')
    for (const node of nodes) await empty(call, node.name)
  },
}

async function mark(call: Call, unschedulable: boolean, verb: string): Promise<Found[]> {
  if (!call.args.length && !call.flags.text('selector')) throw new UsageError(`USAGE: ${verb} NODE [flags]`)
  const nodes = await select(call, ['nodes', ...call.args])
  for (const node of nodes) {
    const already = Boolean(node.object.spec?.unschedulable) === unschedulable
    const done = unschedulable ? 'cordoned' : 'uncordoned'
    if (!already)
      await patchObject(call, node, 'strategic', { spec: { unschedulable: unschedulable || null } }, `kubectl-${verb}`)
    call.io.stdout.write(`node/${node.name} ${already ? 'already ' : ''}${done}${dryRunSuffix(call)}\n`)
  }
  return nodes
}

const OWNERLESS = 'cannot delete Pods that declare no controller (use --force to override)'

async function empty(call: Call, node: string): Promise<void> {
  const { flags, io } = call
  const cluster = call.cluster()
  const resource = await cluster.discovery.find('pods')
  const pods = (
    await listAll(cluster, resource, undefined, {
      fieldSelector: `spec.nodeName=${node}`,
      labelSelector: flags.text('pod-selector'),
    })
  ).filter(pod => !pod.metadata.annotations?.['kubernetes.io/config.mirror'])
  const refused = new Map<string, string[]>()
  const warned = new Map<string, string[]>()
  const doomed = pods.filter(pod => {
    const id = `${pod.metadata.namespace}/${pod.metadata.name}`
    const note = (map: Map<string, string[]>, why: string) => map.set(why, [...(map.get(why) ?? []), id])
    const finished = ['Succeeded', 'Failed'].includes(pod.status?.phase as string)
    const owner = pod.metadata.ownerReferences?.find(o => o.controller)
    if (owner?.kind === 'DaemonSet' && !finished) {
      if (flags.on('ignore-daemonsets')) note(warned, 'ignoring DaemonSet-managed Pods')
      else note(refused, 'cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore)')
      return false
    }
    if (finished) return true
    if (
      (pod.spec?.volumes as { emptyDir?: object }[] | undefined)?.some(v => v.emptyDir) &&
      !flags.on('delete-emptydir-data')
    )
      note(refused, 'cannot delete Pods with local storage (use --delete-emptydir-data to override)')
    if (!owner)
      note(
        flags.on('force') ? warned : refused,
        flags.on('force') ? 'deleting Pods that declare no controller' : OWNERLESS,
      )
    return true
  })
  const texts = (map: Map<string, string[]>) => [...map].map(([why, ids]) => `${why}: ${ids.join(', ')}`)
  if (refused.size) {
    io.stderr.write(
      `error: unable to drain node "${node}" due to error: ${refused.size > 1 ? `[${texts(refused).join(', ')}]` : texts(refused)[0]}, continuing command...\nThere are pending nodes to be drained:\n ${node}\n`,
    )
    io.stderr.write(`${texts(refused).join('\n')}\n`)
    throw new KubectlError('')
  }
  if (warned.size) io.stderr.write(`Warning: ${texts(warned).join('; ')}\n`)
  const until = flags.duration('timeout') > 0 ? io.clock.monotonic() + flags.duration('timeout') : Infinity
  await Promise.all(
    doomed.map(async pod => {
      io.stdout.write(`evicting pod ${pod.metadata.namespace}/${pod.metadata.name}${dryRunSuffix(call)}\n`)
      if (dryRun(call) !== 'none') return
      await evict(call, pathOf(resource, pod.metadata.namespace, pod.metadata.name), pod, until)
      io.stdout.write(`pod/${pod.metadata.name} evicted\n`)
    }),
  )
  io.stdout.write(`node/${node} drained${dryRunSuffix(call)}\n`)
}

const AGAIN_MS = 5000
const LOOK_MS = 200

/** Asks until no disruption budget forbids it, then waits until the pod is gone. */
async function evict(call: Call, path: string, pod: KubeObject, until: number): Promise<void> {
  const { flags, io } = call
  const grace = flags.number('grace-period')
  const deleteOptions = grace >= 0 ? { gracePeriodSeconds: grace } : {}
  const { name, namespace, uid } = pod.metadata
  const pause = async (ms: number) => {
    if (io.clock.monotonic() >= until)
      throw new KubectlError(
        `error when waiting for pod ${JSON.stringify(name)} in namespace ${JSON.stringify(namespace)} to terminate: global timeout reached: ${flags.text('timeout')}`,
      )
    await sleep(io.clock, ms, io.signal)
  }
  for (;;)
    try {
      if (flags.on('disable-eviction'))
        await call
          .cluster()
          .json('DELETE', path, { body: { apiVersion: 'v1', kind: 'DeleteOptions', ...deleteOptions } })
      else
        await call.cluster().json('POST', `${path}/eviction`, {
          body: { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace }, deleteOptions },
        })
      break
    } catch (error) {
      if (isNotFound(error)) return
      if (!(error instanceof ResponseError) || error.code !== 429) throw error
      io.stderr.write(
        `error when evicting pods/${JSON.stringify(name)} -n ${JSON.stringify(namespace)} (will retry after 5s): ${error.message}\n`,
      )
      await pause(AGAIN_MS)
    }
  for (;;)
    try {
      if ((await call.cluster().json<KubeObject>('GET', path)).metadata.uid !== uid) return
      await pause(LOOK_MS)
    } catch (error) {
      if (isNotFound(error)) return
      throw error
    }
}
