import type { KubeObject } from '../../../../../engine/api/object.ts'
import { KubectlError } from '../../base/errors.ts'
import type { Call, Verb } from '../../base/verb.ts'
import { pathOf } from '../../resources/discovery.ts'
import { FILE_FLAGS, select, SELECTOR_FLAGS, type Found } from '../../resources/selection.ts'
import { watchResource } from '../read/watch.ts'

export const rolloutStatus: Verb = {
  about: 'Show the status of the rollout.',
  usage: '(TYPE NAME | TYPE/NAME) [flags]',
  flags: {
    ...FILE_FLAGS,
    ...SELECTOR_FLAGS,
    watch: { type: 'bool', short: 'w', default: 'true', about: 'until it is done' },
    revision: { type: 'int', default: '0', about: 'the revision to watch' },
    timeout: { type: 'duration', default: '0s', about: 'how long' },
  },
  async run(call) {
    const found = await select(call, call.args, { required: 'required resource not specified' })
    for (const each of found) await follow(call, each)
  },
}

interface Progress {
  message: string
  done: boolean
}

async function follow(call: Call, { resource, namespace, name, object }: Found): Promise<void> {
  const { flags, io } = call
  const kind = `${object.apiVersion}/${object.kind}`
  const judge = { Deployment: deployment, DaemonSet: daemonSet, StatefulSet: statefulSet }[object.kind]
  if (!judge) throw new KubectlError(`no status viewer has been implemented for ${kind}`)
  const revision = flags.number('revision')
  let said = ''
  const say = (state: KubeObject) => {
    const progress = judge(state, name, revision)
    if (progress.message !== said) io.stdout.write(progress.message)
    said = progress.message
    return progress.done
  }
  if (say(object) || !flags.on('watch')) return
  const abort = new AbortController()
  const stop = () => abort.abort()
  io.signal.addEventListener('abort', stop, { once: true })
  const timer = flags.duration('timeout') > 0 ? io.clock.after(flags.duration('timeout'), stop) : undefined
  try {
    let version = object.metadata.resourceVersion
    while (!abort.signal.aborted)
      for await (const event of watchResource(
        call.cluster(),
        pathOf(resource, namespace),
        { fieldSelector: `metadata.name=${name}`, resourceVersion: version },
        abort.signal,
      )) {
        if (event.type === 'DELETED') throw new KubectlError('object has been deleted')
        version = event.object.metadata.resourceVersion
        if (say(event.object)) return
      }
  } finally {
    timer?.cancel()
    io.signal.removeEventListener('abort', stop)
    abort.abort()
  }
  throw new KubectlError('timed out waiting for the condition')
}

function deployment(d: KubeObject, name: string, revision: number): Progress {
  const actual = Number(d.metadata.annotations?.['deployment.kubernetes.io/revision'] ?? 0)
  if (revision > 0 && actual !== revision)
    throw new KubectlError(`desired revision (${revision}) is different from the running revision (${actual})`)
  const status = d.status ?? {}
  if ((d.metadata.generation ?? 0) > (status.observedGeneration ?? 0))
    return { message: 'Waiting for deployment spec update to be observed...\n', done: false }
  const stuck = ((status.conditions ?? []) as { type: string; reason?: string }[]).find(c => c.type === 'Progressing')
  if (stuck?.reason === 'ProgressDeadlineExceeded')
    throw new KubectlError(`deployment ${JSON.stringify(name)} exceeded its progress deadline`)
  const [wanted, updated, total, available] = [
    d.spec.replicas ?? 1,
    status.updatedReplicas ?? 0,
    status.replicas ?? 0,
    status.availableReplicas ?? 0,
  ]
  const waiting = (what: string) => ({
    message: `Waiting for deployment ${JSON.stringify(name)} rollout to finish: ${what}...\n`,
    done: false,
  })
  if (updated < wanted) return waiting(`${updated} out of ${wanted} new replicas have been updated`)
  if (total > updated) return waiting(`${total - updated} old replicas are pending termination`)
  if (available < updated) return waiting(`${available} of ${updated} updated replicas are available`)
  return { message: `deployment ${JSON.stringify(name)} successfully rolled out\n`, done: true }
}

function daemonSet(d: KubeObject, name: string): Progress {
  const status = d.status ?? {}
  if (d.spec.updateStrategy?.type !== 'RollingUpdate')
    throw new KubectlError('rollout status is only available for RollingUpdate strategy type')
  if ((d.metadata.generation ?? 0) > (status.observedGeneration ?? 0))
    return { message: 'Waiting for daemon set spec update to be observed...\n', done: false }
  const [wanted, updated, available] = [
    status.desiredNumberScheduled ?? 0,
    status.updatedNumberScheduled ?? 0,
    status.numberAvailable ?? 0,
  ]
  if (updated < wanted)
    return {
      message: `Waiting for daemon set ${JSON.stringify(name)} rollout to finish: ${updated} out of ${wanted} new pods have been updated...\n`,
      done: false,
    }
  if (available < wanted)
    return {
      message: `Waiting for daemon set ${JSON.stringify(name)} rollout to finish: ${available} of ${wanted} updated pods are available...\n`,
      done: false,
    }
  return { message: `daemon set ${JSON.stringify(name)} successfully rolled out\n`, done: true }
}

function statefulSet(s: KubeObject): Progress {
  const status = s.status ?? {}
  if (s.spec.updateStrategy?.type !== 'RollingUpdate')
    throw new KubectlError('rollout status is only available for RollingUpdate strategy type')
  if (!status.observedGeneration || (s.metadata.generation ?? 0) > status.observedGeneration)
    return { message: 'Waiting for statefulset spec update to be observed...\n', done: false }
  const wanted = s.spec.replicas ?? 1
  if ((status.readyReplicas ?? 0) < wanted)
    return { message: `Waiting for ${wanted - (status.readyReplicas ?? 0)} pods to be ready...\n`, done: false }
  const partition = s.spec.updateStrategy.rollingUpdate?.partition ?? 0
  if (partition > 0) {
    const updated = status.updatedReplicas ?? 0
    if (updated < wanted - partition)
      return {
        message: `Waiting for partitioned roll out to finish: ${updated} out of ${wanted - partition} new pods have been updated...\n`,
        done: false,
      }
    return { message: `partitioned roll out complete: ${updated} new pods have been updated...\n`, done: true }
  }
  if (status.updateRevision !== status.currentRevision)
    return {
      message: `waiting for statefulset rolling update to complete ${status.updatedReplicas ?? 0} pods at revision ${status.updateRevision}...\n`,
      done: false,
    }
  return {
    message: `statefulset rolling update complete ${status.currentReplicas ?? 0} pods at revision ${status.currentRevision}...\n`,
    done: true,
  }
}
