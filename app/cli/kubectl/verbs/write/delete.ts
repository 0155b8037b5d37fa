import type { KubeObject } from '../../../../../engine/api/object.ts'
import { isNotFound, ResponseError } from '../../../../../engine/client/errors.ts'
import { sleep } from '../../../../../engine/base/clock.ts'
import { KubectlError, ManyErrors, UsageError } from '../../base/errors.ts'
import type { Call, Verb } from '../../base/verb.ts'
import { dryRun, dryRunQuery, dryRunSuffix, DRY_RUN_FLAGS } from '../../print/output.ts'
import { objectName, pathOf, type ApiResource } from '../../resources/discovery.ts'
import { readManifests } from '../../resources/manifests.ts'
import { FILE_FLAGS, listAll, parseTargets, SELECTOR_FLAGS } from '../../resources/selection.ts'

export const remove: Verb = {
  about: 'Delete resources by file names, stdin, resources and names, or by resources and label selector.',
  usage: '([-f FILENAME] | [-k DIRECTORY] | TYPE [(NAME | -l label | --all)])',
  flags: {
    ...FILE_FLAGS,
    ...SELECTOR_FLAGS,
    ...DRY_RUN_FLAGS,
    'field-selector': { type: 'string', about: 'selector of fields' },
    all: { type: 'bool', about: 'all objects of the types' },
    'all-namespaces': { type: 'bool', short: 'A', about: 'in every namespace' },
    'ignore-not-found': { type: 'bool', about: 'absent objects are no error' },
    cascade: { type: 'string', default: 'background', bare: 'background', about: 'background, orphan or foreground' },
    now: { type: 'bool', about: 'with a grace period of one second' },
    force: { type: 'bool', about: 'do not wait for confirmation, with --grace-period=0' },
    'grace-period': { type: 'int', default: '-1', about: 'seconds to end in; -1 leaves it to the object' },
    timeout: { type: 'duration', default: '0s', about: 'how long to wait' },
    wait: { type: 'bool', default: 'true', about: 'wait until they are gone' },
    interactive: { type: 'bool', short: 'i', about: 'ask first' },
    output: { type: 'string', short: 'o', about: 'name' },
  },
  async run(call) {
    const { flags, io } = call
    const body = deleteOptions(call)
    if (flags.on('now') && flags.given('grace-period'))
      throw new KubectlError('--now and --grace-period cannot be specified together')
    if (flags.on('force')) {
      if (flags.number('grace-period') > 0)
        throw new KubectlError('--force and --grace-period greater than 0 cannot be specified together')
      io.stderr.write(
        'Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may continue to run on the cluster indefinitely.\n',
      )
    }
    if (flags.text('output') && flags.text('output') !== 'name')
      throw new UsageError(`unexpected -o output mode: ${flags.text('output')}. We only support '-o name'`)
    const doomed = await doomedBy(call)
    if (!doomed.found.length && !doomed.errors.length && !doomed.ignored) io.stderr.write('No resources found\n')
    if (flags.on('interactive') && doomed.found.length && !(await confirmed(call, doomed.found)))
      return void io.stdout.write('deletion is cancelled\n')
    const errors = [...doomed.errors]
    const waiting: { path: string; uid?: string }[] = []
    for (const { resource, namespace, name } of doomed.found)
      try {
        const path = pathOf(resource, namespace, name)
        if (dryRun(call) !== 'client') {
          const answer = await call
            .cluster()
            .json<KubeObject & { details?: { uid?: string } }>('DELETE', path, { body, query: dryRunQuery(call) })
          waiting.push({ path, uid: answer.metadata?.uid ?? answer.details?.uid })
        }
        const forced = flags.on('force') && flags.number('grace-period') <= 0 ? 'force deleted' : 'deleted'
        if (flags.text('output') === 'name') io.stdout.write(`${objectName(resource, name)}\n`)
        else io.stdout.write(`${qualified(resource, name)} ${forced}${dryRunSuffix(call)}\n`)
      } catch (error) {
        if (!(isNotFound(error) && (flags.on('ignore-not-found') || flags.on('all') || flags.text('selector'))))
          errors.push(error)
      }
    if (flags.on('wait') && dryRun(call) === 'none' && !(flags.on('force') && !flags.given('wait')))
      for (const { path, uid } of waiting) await untilGone(call, path, uid, flags.duration('timeout'))
    if (errors.length === 1) throw errors[0]
    if (errors.length) throw new ManyErrors(errors)
  },
}

interface Doomed {
  resource: ApiResource
  namespace: string | undefined
  name: string
}

/** `pod "web"`, `deployment.apps "web"`. */
function qualified(resource: ApiResource, name: string): string {
  return objectName(resource, name).replace(/\/.*/s, ` ${JSON.stringify(name)}`)
}

function deleteOptions(call: Call): Record<string, unknown> {
  const { flags } = call
  const cascade = {
    background: 'Background',
    orphan: 'Orphan',
    foreground: 'Foreground',
    true: 'Background',
    false: 'Orphan',
  }[flags.text('cascade')]
  if (!cascade)
    throw new KubectlError(
      `invalid cascade value (${flags.text('cascade')}). Must be "background", "foreground", or "orphan"`,
    )
  const grace = flags.on('now')
    ? 1
    : flags.on('force') && flags.number('grace-period') < 0
      ? 0
      : flags.number('grace-period')
  return {
    ...{ apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy: cascade },
    ...(grace >= 0 ? { gracePeriodSeconds: grace === 0 && !flags.on('force') ? 1 : grace } : {}),
  }
}

async function doomedBy(call: Call): Promise<{ found: Doomed[]; errors: unknown[]; ignored: boolean }> {
  const { flags, args } = call
  const cluster = call.cluster()
  if (flags.given('filename') || flags.given('kustomize')) {
    const manifests = await readManifests(call)
    return {
      found: manifests.map(({ resource, namespace, object }) => ({ resource, namespace, name: object.metadata.name! })),
      errors: [],
      ignored: false,
    }
  }
  const targets = await parseTargets(cluster, args)
  if (!targets.length)
    throw new KubectlError(`You must provide one or more resources by argument or filename.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'
   '<resource> <name>'
   '<resource>'`)
  const found: Doomed[] = []
  const narrowed = flags.text('selector') || flags.text('field-selector')
  for (const { resource, names } of targets) {
    const namespace = resource.namespaced && !flags.on('all-namespaces') ? cluster.namespace : undefined
    if (names.length && (flags.on('all') || narrowed))
      throw new KubectlError(
        narrowed
          ? 'name cannot be provided when a selector is specified'
          : 'name cannot be provided when --all is specified',
      )
    if (!names.length && !flags.on('all') && !narrowed)
      throw new KubectlError('resource(s) were provided, but no name was specified')
    if (names.length) found.push(...names.map(name => ({ resource, namespace, name })))
    else {
      if (!resource.verbs.includes('list')) continue
      const objects = await listAll(cluster, resource, namespace, {
        labelSelector: flags.text('selector'),
        fieldSelector: flags.text('field-selector'),
      })
      found.push(
        ...objects.map(object => ({ resource, namespace: object.metadata.namespace, name: object.metadata.name! })),
      )
    }
  }
  return { found, errors: [], ignored: flags.on('ignore-not-found') }
}

async function confirmed(call: Call, doomed: Doomed[]): Promise<boolean> {
  const { createInterface } = await import('node:readline/promises')
  call.io.stdout.write(
    `You are about to delete the following ${doomed.length} resource(s):\n${doomed.map(d => `${objectName(d.resource, d.name)}\n`).join('')}`,
  )
  const lines = createInterface({ input: call.io.stdin, output: call.io.stdout })
  const answer = await lines.question('Do you want to continue? (y/n): ')
  lines.close()
  return answer.trim() === 'y'
}

/** Deletes an object and waits until it is gone. */
export async function deleteAndWait(
  call: Call,
  resource: ApiResource,
  namespace: string | undefined,
  name: string,
): Promise<void> {
  const path = pathOf(resource, namespace, name)
  await call
    .cluster()
    .json('DELETE', path, { body: { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy: 'Background' } })
  await untilGone(call, path, undefined, 0)
}

const FIRST_LOOK_MS = 20
const SLOWEST_LOOK_MS = 500

/** Waits until an object, or this incarnation of it, is gone. */
async function untilGone(call: Call, path: string, uid: string | undefined, timeoutMs: number): Promise<void> {
  const { clock } = call.io
  const until = timeoutMs > 0 ? clock.monotonic() + timeoutMs : Infinity
  for (let pause = FIRST_LOOK_MS; ; pause = Math.min(pause * 1.5, SLOWEST_LOOK_MS)) {
    try {
      const object = await call.cluster().json<KubeObject>('GET', path)
      if (uid && object.metadata.uid !== uid) return
    } catch (error) {
      if (isNotFound(error) || (error instanceof ResponseError && error.code === 403)) return
      throw error
    }
    if (clock.monotonic() >= until)
      throw new KubectlError(`timed out waiting for the condition on ${path.split('/').slice(-2).join('/')}`)
    await sleep(clock, pause, call.io.signal)
  }
}
