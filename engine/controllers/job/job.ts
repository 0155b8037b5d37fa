import type { Job, Pod } from '../../api/types.ts'
import { keyOf } from '../../client/cache/indexer.ts'
import { isNotFound } from '../../client/errors.ts'
import { rfc3339 } from '../../client/event-recorder.ts'
import { Reconciler } from '../../client/reconciler.ts'
import type { Resource } from '../../client/resource-client.ts'
import { JOBS, PODS } from '../../client/resources.ts'
import type { ControllerContext } from '../context.ts'
import { Expectations } from '../replicas/expectations.ts'
import { claim, controllerOf } from '../replicas/ownership.ts'
import { isActive, isReady, PodControl, slowStart } from '../replicas/pods.ts'
import { canonicalJSON } from '../../base/canonical.ts'
import { formatIndexes, indexOf, jobPod, parseIndexes, TRACKING_FINALIZER } from './pods.ts'
import { failurePolicyVerdict, judge, successPolicyMet, type Verdict } from './policy.ts'

type Status = NonNullable<Job['status']>
type Condition = NonNullable<Status['conditions']>[number]

const BACKOFF_MS = 10_000
const MAX_BACKOFF_MS = 600_000
const MAX_BURST = 500

/** Runs pods until enough of them have succeeded. Each finished pod is counted once, by its finalizer. */
export function setupJobs(context: ControllerContext) {
  const { clock, log, queues, informers } = context
  const jobs = informers.informer(JOBS as Resource<Job>)
  const pods = informers.informer(PODS as Resource<Pod>)
  const client = context.client(JOBS as Resource<Job>)
  const podClient = context.client(PODS as Resource<Pod>)
  const events = context.recorder('job-controller')
  const control = new PodControl(podClient, events)
  const expectations = new Expectations(clock)
  /** Pods that were counted and whose finalizer the lister may still show, by uid. */
  const counted = new Set<string>()
  const reconciler = new Reconciler({ name: 'job', clock, log, queues, reconcile })

  reconciler.watch(jobs)
  const onPod = (pod: Pod, observed?: (key: string) => void) => {
    const owner = controllerOf(pod)
    if (owner?.kind === 'Job') {
      const key = `${pod.metadata.namespace}/${owner.name}`
      observed?.(key)
      reconciler.enqueue(key, pod)
    } else if (!owner) for (const job of jobs.lister.list(pod.metadata.namespace)) reconciler.enqueue(keyOf(job), pod)
  }
  pods.addHandler({
    onAdd: pod => onPod(pod, key => expectations.creationObserved(key)),
    onUpdate: (old, pod) => {
      if (controllerOf(old)?.uid !== controllerOf(pod)?.uid) onPod(old)
      onPod(pod)
    },
    onDelete: pod => {
      counted.delete(pod.metadata.uid!)
      onPod(pod, key => expectations.deletionObserved(key, pod.metadata.uid!))
    },
  })
  return { run: (signal: AbortSignal) => reconciler.run(signal) }

  async function reconcile(key: string): Promise<number | void> {
    const job = jobs.lister.byKey(key)
    if (!job) {
      expectations.forget(key)
      return releaseOrphans(key)
    }
    // Somebody else's: spec.managedBy names its controller.
    if (job.spec?.managedBy && job.spec.managedBy !== 'kubernetes.io/job-controller') return
    const mine = await claim(job, job.spec!.selector!, pods.lister.list(job.metadata.namespace), podClient)
    if (isFinished(job)) {
      await Promise.all(mine.map(removeFinalizer))
      return expire(job)
    }
    const status: Status = {
      ...job.status,
      startTime: job.spec!.suspend ? job.status?.startTime : (job.status?.startTime ?? rfc3339(clock.now())),
    }
    const finished = countFinished(job, mine, status)
    const verdict = verdictOf(job, mine, status)
    let again: number | undefined
    if (verdict) await end(key, job, mine, status, verdict)
    else if (!job.metadata.deletionTimestamp && expectations.satisfied(key))
      again = await adjust(key, job, mine, status)
    fillCounts(job, mine, status)
    suspension(job, status)
    await writeStatus(job, status)
    // The count is in the status: only now may the pods go.
    for (const pod of finished) counted.add(pod.metadata.uid!)
    await Promise.all(finished.map(removeFinalizer))
    return again ?? deadlineIn(job, status)
  }

  /** Adds pods that ended since the last time to the totals. Gives those pods. */
  function countFinished(job: Job, mine: Pod[], status: Status): Pod[] {
    const indexed = job.spec!.completionMode === 'Indexed'
    const done = parseIndexes(status.completedIndexes)
    const fresh = mine.filter(p => p.metadata.finalizers?.includes(TRACKING_FINALIZER) && !counted.has(p.metadata.uid!))
    const ended = fresh.filter(
      p =>
        p.status?.phase === 'Succeeded' ||
        p.status?.phase === 'Failed' ||
        (p.metadata.deletionTimestamp && !isActive(p) && job.spec!.podReplacementPolicy !== 'Failed'),
    )
    let succeeded = status.succeeded ?? 0
    let failed = status.failed ?? 0
    for (const pod of ended) {
      if (pod.status?.phase === 'Succeeded') {
        const index = indexOf(pod)
        if (indexed && index !== undefined) done.add(index)
        else succeeded++
      } else if (failurePolicyVerdict(job, pod)?.action !== 'Ignore') failed++
    }
    if (indexed) {
      const inRange = [...done].filter(i => i < (job.spec!.completions ?? 0))
      status.completedIndexes = formatIndexes(inRange) || undefined
      succeeded = inRange.length
    }
    status.succeeded = succeeded || undefined
    status.failed = failed || undefined
    return ended
  }

  function verdictOf(job: Job, mine: Pod[], status: Status): Verdict | undefined {
    for (const pod of mine) {
      const policy = pod.status?.phase === 'Failed' ? failurePolicyVerdict(job, pod) : undefined
      if (policy?.action === 'FailJob') return { type: 'Failed', reason: 'PodFailurePolicy', message: policy.message }
    }
    const success = successPolicyMet(job, status)
    if (success) return success
    return judge(job, status, mine, clock.now())
  }

  /** Stops what still runs, and writes the verdict in two steps: first that it is coming, then that all pods are gone. */
  async function end(key: string, job: Job, mine: Pod[], status: Status, verdict: Verdict): Promise<void> {
    const active = mine.filter(isActive)
    expectations.expectDeletions(
      key,
      active.map(p => p.metadata.uid!),
    )
    await Promise.all(active.map(pod => deleteOne(key, job, pod)))
    const early = verdict.type === 'Complete' ? 'SuccessCriteriaMet' : 'FailureTarget'
    setCondition(status, { ...verdict, type: early })
    const running = mine.some(p => p.status?.phase !== 'Succeeded' && p.status?.phase !== 'Failed')
    if (running) return
    setCondition(status, verdict)
    if (verdict.type === 'Complete') {
      status.completionTime = rfc3339(clock.now())
      events.event(job, 'Normal', 'Completed', 'Job completed')
    } else events.event(job, 'Warning', verdict.reason, verdict.message)
  }

  /** Brings the number of active pods to what is wanted now. Gives the time to wait, if a back-off holds it up. */
  async function adjust(key: string, job: Job, mine: Pod[], status: Status): Promise<number | undefined> {
    const active = mine.filter(isActive)
    if (job.spec!.suspend) {
      await removeAll(key, job, active)
      return undefined
    }
    const parallelism = job.spec!.parallelism ?? 1
    const completions = job.spec!.completions
    const wanted =
      completions === undefined
        ? (status.succeeded ?? 0) > 0
          ? active.length
          : parallelism
        : Math.min(parallelism, completions - (status.succeeded ?? 0))
    if (active.length > wanted) {
      await removeAll(
        key,
        job,
        [...active].sort((a, b) => Number(isReady(a)) - Number(isReady(b))).slice(0, active.length - wanted),
      )
      return undefined
    }
    const terminating = mine.filter(
      p => p.metadata.deletionTimestamp && p.status?.phase !== 'Succeeded' && p.status?.phase !== 'Failed',
    ).length
    const missing = wanted - active.length - (job.spec!.podReplacementPolicy === 'Failed' ? terminating : 0)
    if (missing <= 0) return undefined
    const wait = backoffIn(mine, status)
    if (wait > 0) return wait
    const indexes = job.spec!.completionMode === 'Indexed' ? freeIndexes(job, active, status) : undefined
    const count = Math.min(missing, MAX_BURST, indexes?.length ?? Infinity)
    expectations.expectCreations(key, count)
    const { done, error } = await slowStart(count, async i => {
      await control.create(jobPod(job, indexes?.[i]), job)
    })
    for (let i = done; i < count; i++) expectations.creationObserved(key)
    if (error) throw error
    return undefined
  }

  function freeIndexes(job: Job, active: Pod[], status: Status): number[] {
    const taken = new Set([...parseIndexes(status.completedIndexes), ...active.map(indexOf)])
    return Array.from({ length: job.spec!.completions ?? 0 }, (_, i) => i).filter(i => !taken.has(i))
  }

  async function removeAll(key: string, job: Job, victims: Pod[]): Promise<void> {
    expectations.expectDeletions(
      key,
      victims.map(p => p.metadata.uid!),
    )
    await Promise.all(victims.map(pod => deleteOne(key, job, pod)))
  }

  async function deleteOne(key: string, job: Job, pod: Pod): Promise<void> {
    try {
      await control.delete(pod, job)
      // The finalizer would hold the pod until it is counted, and a pod that we ended ourselves is not.
      await removeFinalizer(pod)
    } finally {
      expectations.deletionObserved(key, pod.metadata.uid!)
    }
  }

  /** Milliseconds until the next pod may be made: doubles with each failure since the last success. */
  function backoffIn(mine: Pod[], status: Status): number {
    const failures = mine.filter(p => p.status?.phase === 'Failed').map(finishedAt)
    const lastSuccess = Math.max(0, ...mine.filter(p => p.status?.phase === 'Succeeded').map(finishedAt))
    const recent = failures.filter(at => at > lastSuccess)
    if (recent.length === 0 || !status.failed) return 0
    const delay = Math.min(BACKOFF_MS * 2 ** (recent.length - 1), MAX_BACKOFF_MS)
    return Math.max(...recent) + delay - clock.now()
  }

  function fillCounts(job: Job, mine: Pod[], status: Status): void {
    const active = mine.filter(isActive)
    const ended = isFinished({ ...job, status })
    status.active = ended ? undefined : active.length || undefined
    status.ready = ended ? 0 : active.filter(isReady).length
    status.terminating = ended
      ? 0
      : mine.filter(
          p => p.metadata.deletionTimestamp && p.status?.phase !== 'Succeeded' && p.status?.phase !== 'Failed',
        ).length
    status.uncountedTerminatedPods = {}
  }

  function suspension(job: Job, status: Status): void {
    const known = status.conditions?.find(c => c.type === 'Suspended')
    if (job.spec!.suspend && known?.status !== 'True') {
      setCondition(status, { type: 'Suspended', reason: 'JobSuspended', message: 'Job suspended' })
      events.event(job, 'Normal', 'Suspended', 'Job suspended')
      status.startTime = undefined
    } else if (!job.spec!.suspend && known?.status === 'True') {
      setCondition(status, { type: 'Suspended', reason: 'JobResumed', message: 'Job resumed' }, 'False')
      events.event(job, 'Normal', 'Resumed', 'Job resumed')
      status.startTime = rfc3339(clock.now())
    }
  }

  function setCondition(
    status: Status,
    { type, reason, message }: { type: string; reason: string; message: string },
    state = 'True',
  ): void {
    const now = rfc3339(clock.now())
    const known = status.conditions?.find(c => c.type === type)
    if (known?.status === state && known.reason === reason) return
    const next = { type, status: state, reason, message, lastProbeTime: now, lastTransitionTime: now } as Condition
    status.conditions = [...(status.conditions ?? []).filter(c => c.type !== type), next]
  }

  async function writeStatus(job: Job, status: Status): Promise<void> {
    if (canonicalJSON(status) === canonicalJSON(job.status)) return
    try {
      await client.updateStatus({ ...job, status })
    } catch (error) {
      if (!isNotFound(error)) throw error
    }
  }

  async function removeFinalizer(pod: Pod): Promise<void> {
    const finalizers = pod.metadata.finalizers ?? []
    if (!finalizers.includes(TRACKING_FINALIZER)) return
    const patch = { metadata: { uid: pod.metadata.uid, [`$deleteFromPrimitiveList/finalizers`]: [TRACKING_FINALIZER] } }
    try {
      await podClient.patch(pod.metadata.namespace, pod.metadata.name!, 'strategic', patch)
    } catch (error) {
      if (!isNotFound(error)) throw error
    }
  }

  /** The Job is gone: its pods must not be held by a finalizer that nobody will remove. */
  async function releaseOrphans(key: string): Promise<void> {
    const slash = key.indexOf('/')
    const [namespace, name] = [key.slice(0, slash), key.slice(slash + 1)]
    const left = pods.lister
      .list(namespace)
      .filter(p => controllerOf(p)?.kind === 'Job' && controllerOf(p)?.name === name)
    await Promise.all(left.map(removeFinalizer))
  }

  /** Removes a finished job after its time to live. */
  async function expire(job: Job): Promise<number | void> {
    const ttl = job.spec!.ttlSecondsAfterFinished
    if (ttl === undefined || job.metadata.deletionTimestamp) return
    const ended = job.status!.conditions!.find(
      c => (c.type === 'Complete' || c.type === 'Failed') && c.status === 'True',
    )!
    const wait = Date.parse(ended.lastTransitionTime ?? '') + ttl * 1000 - clock.now()
    if (wait > 0) return wait
    const { namespace, name, uid } = job.metadata
    await client.delete(namespace, name!, { propagationPolicy: 'Foreground', preconditions: { uid } })
  }

  function deadlineIn(job: Job, status: Status): number | undefined {
    const seconds = job.spec!.activeDeadlineSeconds
    if (seconds === undefined || !status.startTime || isFinished({ ...job, status })) return undefined
    return Math.max(0, Date.parse(status.startTime) + seconds * 1000 - clock.now()) + 10
  }
}

function isFinished(job: Job): boolean {
  return !!job.status?.conditions?.some(c => (c.type === 'Complete' || c.type === 'Failed') && c.status === 'True')
}

function finishedAt(pod: Pod): number {
  const times = (pod.status?.containerStatuses ?? []).map(c => Date.parse(c.state?.terminated?.finishedAt ?? ''))
  const known = times.filter(t => !Number.isNaN(t))
  return known.length
    ? Math.max(...known)
    : Date.parse(pod.metadata.deletionTimestamp ?? pod.metadata.creationTimestamp ?? '')
}
