import type { CronJob, Job } from '../../api/types.ts'
import { isTimeZone } from '../../api/kinds/batch/schedule.ts'
import { canonicalJSON } from '../../base/canonical.ts'
import { messageOf } from '../../base/errors.ts'
import { isAlreadyExists, isNotFound } from '../../client/errors.ts'
import { rfc3339 } from '../../client/event-recorder.ts'
import { Reconciler } from '../../client/reconciler.ts'
import type { Resource } from '../../client/resource-client.ts'
import { CRON_JOBS, JOBS } from '../../client/resources.ts'
import type { ControllerContext } from '../context.ts'
import { controllerOf, controllerReference } from '../replicas/ownership.ts'
import { dueOf } from './due.ts'
import { parseSchedule, type Schedule } from './schedule.ts'

type Status = NonNullable<CronJob['status']>

/** A little after the minute, so that the clock has surely passed it. */
const SLACK_MS = 100
const TIMESTAMP = 'batch.kubernetes.io/cronjob-scheduled-timestamp'

/** Makes Jobs when they are due, keeps them from each other as their policy says, and forgets old ones. */
export function setupCronJobs(context: ControllerContext) {
  const { clock, log, queues, informers } = context
  const crons = informers.informer(CRON_JOBS as Resource<CronJob>)
  const jobs = informers.informer(JOBS as Resource<Job>)
  const client = context.client(CRON_JOBS as Resource<CronJob>)
  const jobClient = context.client(JOBS as Resource<Job>)
  const events = context.recorder('cronjob-controller')
  const reconciler = new Reconciler({ name: 'cronjob', clock, log, queues, reconcile })

  reconciler.watch(crons)
  const onJob = (job: Job) => {
    const owner = controllerOf(job)
    if (owner?.kind === 'CronJob') reconciler.enqueue(`${job.metadata.namespace}/${owner.name}`, job)
  }
  jobs.addHandler({ onAdd: onJob, onUpdate: (_, job) => onJob(job), onDelete: onJob })
  return { run: (signal: AbortSignal) => reconciler.run(signal) }

  async function reconcile(key: string): Promise<number | void> {
    const cron = crons.lister.byKey(key)
    if (!cron) return
    const own = jobs.lister.list(cron.metadata.namespace).filter(job => controllerOf(job)?.uid === cron.metadata.uid)
    const status = await follow(cron, own)
    let again: number | void
    try {
      again = cron.metadata.deletionTimestamp ? undefined : await start(cron, status, own)
    } finally {
      await write(cron, status)
    }
    await forget(cron, own)
    return again
  }

  /** What has become of the Jobs that ran. */
  async function follow(cron: CronJob, own: Job[]): Promise<Status> {
    const status: Status = { ...cron.status, active: [...(cron.status?.active ?? [])] }
    for (const job of own) {
      const { uid, name } = job.metadata
      const known = status.active!.some(ref => ref.uid === uid)
      const end = endOf(job)
      if (!known && !end && Date.parse(job.metadata.creationTimestamp!) < Date.parse(status.lastScheduleTime ?? '0'))
        events.event(
          cron,
          'Warning',
          'UnexpectedJob',
          `Saw a job that the controller did not create or forgot: ${name}`,
        )
      if (!end) continue
      if (known) {
        status.active = status.active!.filter(ref => ref.uid !== uid)
        events.event(cron, 'Normal', 'SawCompletedJob', `Saw completed job: ${name}, condition: ${end}`)
      }
      const at = job.status?.completionTime
      if (end === 'Complete' && at && (!status.lastSuccessfulTime || status.lastSuccessfulTime < at))
        status.lastSuccessfulTime = at
    }
    for (const ref of [...status.active!]) {
      if (own.some(job => job.metadata.uid === ref.uid) || (await isThere(ref))) continue
      events.event(cron, 'Normal', 'MissingJob', `Active job went missing: ${ref.name}`)
      status.active = status.active!.filter(other => other !== ref)
    }
    return status
  }

  /** A Job that was just made may not be in our copy yet. */
  async function isThere(ref: { namespace?: string; name?: string; uid?: string }): Promise<boolean> {
    try {
      return (await jobClient.get(ref.namespace, ref.name!)).metadata.uid === ref.uid
    } catch (error) {
      if (isNotFound(error)) return false
      throw error
    }
  }

  /** Makes the Job that is due. Gives the time until the next one is. */
  async function start(cron: CronJob, status: Status, own: Job[]): Promise<number | void> {
    const schedule = scheduleOf(cron)
    if (!schedule || cron.spec!.suspend) return
    const now = clock.now()
    const since = Date.parse(status.lastScheduleTime ?? cron.metadata.creationTimestamp!)
    const deadline = cron.spec!.startingDeadlineSeconds
    const due = dueOf(schedule, since, now, deadline === undefined ? undefined : Number(deadline))
    const again = due.nextMs === undefined ? undefined : due.nextMs - now + SLACK_MS
    if (due.tooMany)
      events.event(
        cron,
        'Warning',
        'TooManyMissedTimes',
        'too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew',
      )
    if (due.scheduledMs === undefined) return again
    if (deadline !== undefined && due.scheduledMs + Number(deadline) * 1_000 < now) {
      const missed = `Missed scheduled time to start a job: ${new Date(due.scheduledMs).toUTCString().replace('GMT', '+0000')}`
      events.event(cron, 'Warning', 'MissSchedule', missed)
      return again
    }
    const active = status.active!
    if (cron.spec!.concurrencyPolicy === 'Forbid' && active.length) {
      const why = 'Not starting job because prior execution is running and concurrency policy is Forbid'
      events.event(cron, 'Normal', 'JobAlreadyActive', why)
      return again
    }
    if (cron.spec!.concurrencyPolicy === 'Replace') {
      for (const ref of active) await remove(cron, ref.name!, ref.uid)
      status.active = []
    }
    const made = await create(cron, due.scheduledMs, own)
    const { namespace, name, uid, resourceVersion } = made.metadata
    status.lastScheduleTime = rfc3339(due.scheduledMs)
    status.active!.push({ apiVersion: 'batch/v1', kind: 'Job', namespace, name, uid, resourceVersion })
    return again
  }

  function scheduleOf(cron: CronJob): Schedule | undefined {
    const { timeZone, schedule } = cron.spec!
    if (timeZone !== undefined && !isTimeZone(timeZone)) {
      events.event(cron, 'Warning', 'UnknownTimeZone', `invalid timeZone: ${timeZone}: unknown time zone ${timeZone}`)
      return undefined
    }
    try {
      return parseSchedule(schedule, timeZone)
    } catch (error) {
      events.event(cron, 'Warning', 'UnparseableSchedule', `unparseable schedule: "${schedule}" : ${messageOf(error)}`)
      return undefined
    }
  }

  async function create(cron: CronJob, scheduledMs: number, own: Job[]): Promise<Job> {
    const job = jobOf(cron, scheduledMs)
    const { namespace, name } = job.metadata
    try {
      const made = await jobClient.create(job)
      events.event(cron, 'Normal', 'SuccessfulCreate', `Created job ${name}`)
      return made
    } catch (error) {
      const known = isAlreadyExists(error)
        ? (own.find(j => j.metadata.name === name) ?? (await jobClient.get(namespace, name!)))
        : undefined
      // An earlier try whose answer was lost.
      if (known && controllerOf(known)?.uid === cron.metadata.uid) return known
      events.event(cron, 'Warning', 'FailedCreate', `Error creating job: ${messageOf(error)}`)
      throw error
    }
  }

  /** Keeps as many finished Jobs as the limits say, the latest. */
  async function forget(cron: CronJob, own: Job[]): Promise<void> {
    const { successfulJobsHistoryLimit: good = 3, failedJobsHistoryLimit: bad = 1 } = cron.spec!
    for (const [end, limit] of [
      ['Complete', good],
      ['Failed', bad],
    ] as const) {
      const ended = own
        .filter(job => endOf(job) === end && !job.metadata.deletionTimestamp)
        .sort((a, b) => startOf(b) - startOf(a))
      for (const job of ended.slice(Number(limit))) await remove(cron, job.metadata.name!, job.metadata.uid)
    }
  }

  async function remove(cron: CronJob, name: string, uid: string | undefined): Promise<void> {
    try {
      await jobClient.delete(cron.metadata.namespace, name, {
        propagationPolicy: 'Background',
        preconditions: { uid },
      })
      events.event(cron, 'Normal', 'SuccessfulDelete', `Deleted job ${name}`)
    } catch (error) {
      if (isNotFound(error)) return
      events.event(cron, 'Warning', 'FailedDelete', `Deleted job: ${messageOf(error)}`)
      throw error
    }
  }

  async function write(cron: CronJob, { active, ...others }: Status): Promise<void> {
    const status = { ...(active?.length ? { active } : {}), ...others }
    if (canonicalJSON(status) === canonicalJSON(cron.status ?? {})) return
    try {
      await client.updateStatus({ ...cron, status })
    } catch (error) {
      if (!isNotFound(error)) throw error
    }
  }
}

function jobOf(cron: CronJob, scheduledMs: number): Job {
  const { metadata: { labels, annotations } = {}, spec } = cron.spec!.jobTemplate
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      // Two controllers, or two tries, give the same name for one time.
      name: `${cron.metadata.name}-${Math.floor(scheduledMs / 60_000)}`,
      namespace: cron.metadata.namespace,
      labels: { ...labels },
      annotations: { ...annotations, [TIMESTAMP]: rfc3339(scheduledMs) },
      ownerReferences: [controllerReference({ ...cron, apiVersion: 'batch/v1', kind: 'CronJob' })],
    },
    spec: structuredClone(spec),
  } as Job
}

/** How a Job has ended: Complete or Failed; undefined while it runs. */
function endOf(job: Job): string | undefined {
  return job.status?.conditions?.find(c => (c.type === 'Complete' || c.type === 'Failed') && c.status === 'True')?.type
}

function startOf(job: Job): number {
  return Date.parse(job.status?.startTime ?? job.metadata.creationTimestamp ?? '') || 0
}
