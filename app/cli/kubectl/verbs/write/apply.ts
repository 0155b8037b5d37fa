import type { KubeObject } from '../../../../../engine/api/object.ts'
import { isConflict, isNotFound, ResponseError } from '../../../../../engine/client/errors.ts'
import { applyPatch } from '../../apply/patch.ts'
import { lastApplied, LAST_APPLIED, withLastApplied } from '../../apply/last-applied.ts'
import { KubectlError, UsageError, unsupported } from '../../base/errors.ts'
import type { Call, Verb } from '../../base/verb.ts'
import { dryRun, objectPrinter, printDone } from '../../print/output.ts'
import { objectName, pathOf } from '../../resources/discovery.ts'
import { readManifests, requireFiles, type Manifest } from '../../resources/manifests.ts'
import { FILE_FLAGS, SELECTOR_FLAGS } from '../../resources/selection.ts'
import { eachManifest, WRITE_FLAGS, writeQuery } from './create-files.ts'
import { parseLabelSelector, matches } from '../../../../../engine/api/selector.ts'

export const apply: Verb = {
  about: 'Apply a configuration to a resource by file name or stdin.',
  usage: '(-f FILENAME | -k DIRECTORY)',
  flags: {
    ...FILE_FLAGS,
    ...WRITE_FLAGS,
    ...SELECTOR_FLAGS,
    'server-side': { type: 'bool', about: 'let the server merge' },
    'force-conflicts': { type: 'bool', about: 'take over fields of others, with --server-side' },
    overwrite: { type: 'bool', default: 'true', about: 'accepted' },
    'open-api-patch': { type: 'bool', default: 'true', about: 'accepted' },
    wait: { type: 'bool', about: 'accepted; nothing is pruned' },
    force: { type: 'bool', about: 'delete and create anew what cannot be changed' },
    'grace-period': { type: 'int', default: '-1', about: 'seconds, with --force' },
    cascade: { type: 'string', default: 'background', bare: 'background', about: 'accepted' },
    prune: { type: 'bool', about: 'not supported here' },
    all: { type: 'bool', about: 'with --prune' },
    timeout: { type: 'duration', default: '0s', about: 'accepted' },
  },
  async run(call) {
    const { flags } = call
    requireFiles(call)
    if (flags.on('prune')) throw unsupported('apply --prune')
    if (flags.on('force-conflicts') && !flags.on('server-side'))
      throw new UsageError('--force-conflicts only works with --server-side')
    if (flags.on('server-side') && dryRun(call) === 'client')
      throw new UsageError("--dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)")
    const selector = parseLabelSelector(flags.text('selector'))
    const manifests = (await readManifests(call)).filter(m => matches(selector, m.object.metadata.labels))
    const list: KubeObject[] = []
    const asList = ['json', 'yaml'].includes(flags.text('output').split('=')[0]!) && manifests.length > 1
    await eachManifest(manifests, '', async manifest => {
      const { object, done } = await applyOne(call, manifest)
      if (asList) list.push(object)
      else printDone(call, manifest.resource, object, done)
    })
    if (asList)
      call.io.stdout.write(objectPrinter(call)!({ apiVersion: 'v1', items: list, kind: 'List', metadata: {} }))
  },
}

interface Applied {
  object: KubeObject
  /** In the words of kubectl: created, configured, unchanged, serverside-applied. */
  done: string
}

/** Applies one object, by the way that the flags choose. */
export async function applyOne(call: Call, manifest: Manifest): Promise<Applied> {
  try {
    return call.flags.on('server-side') ? await serverSide(call, manifest) : await clientSide(call, manifest)
  } catch (error) {
    throw describeFailure(error, manifest)
  }
}

async function serverSide(call: Call, { resource, namespace, object }: Manifest): Promise<Applied> {
  const query = { ...writeQuery(call, 'kubectl'), force: call.flags.on('force-conflicts') ? 'true' : 'false' }
  try {
    const applied = await call.cluster().json<KubeObject>('PATCH', pathOf(resource, namespace, object.metadata.name), {
      ...{ query, contentType: 'application/apply-patch+yaml', body: object },
    })
    return { object: applied, done: 'serverside-applied' }
  } catch (error) {
    if (!isConflict(error)) throw error
    throw new KubectlError(`${(error as Error).message}
Please review the fields above--they currently have other managers. Here
are the ways you can resolve this warning:
* If you intend to manage all of these fields, please re-run the apply
  command with the \`--force-conflicts\` flag.
* If you do not intend to manage all of the fields, please edit your
  manifest to remove references to the fields that should keep their
  current managers.
* You may co-own fields by updating your manifest to match the existing
  value; in this case, you'll become the manager if the other manager(s)
  stop managing the field (remove it from their configuration).
See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts`)
  }
}

async function clientSide(call: Call, manifest: Manifest): Promise<Applied> {
  const { resource, namespace, object } = manifest
  const cluster = call.cluster()
  const path = pathOf(resource, namespace, object.metadata.name)
  const modified = withLastApplied(object)
  const query = writeQuery(call, 'kubectl-client-side-apply')
  let current: KubeObject | undefined
  if (!object.metadata.name) {
    throw new KubectlError(
      object.metadata.generateName ? 'cannot use generate name with apply' : 'resource name may not be empty',
    )
  }
  try {
    current = await cluster.json<KubeObject>('GET', path)
  } catch (error) {
    if (!isNotFound(error)) throw error
  }
  if (!current) {
    if (dryRun(call) === 'client') return { object: modified, done: 'created' }
    try {
      return {
        object: await cluster.json<KubeObject>('POST', pathOf(resource, namespace), { query, body: modified }),
        done: 'created',
      }
    } catch (error) {
      throw new CreateFailure(error)
    }
  }
  const original = lastApplied(current)
  if (!original && dryRun(call) !== 'client')
    call.io.stderr.write(
      `Warning: resource ${resource.resource}/${object.metadata.name} is missing the ${LAST_APPLIED} annotation which is required by kubectl apply. kubectl apply should only be used on resources created declaratively by either kubectl create --save-config or kubectl apply. The missing annotation will be patched automatically.\n`,
    )
  for (let attempt = 0; ; attempt++) {
    const { contentType, body } = await applyPatch(resource, lastApplied(current), modified, current)
    if (dryRun(call) === 'client') return { object: modified, done: 'configured' }
    if (Object.keys(body).length === 0) return { object: current, done: 'unchanged' }
    try {
      const patched = await cluster.json<KubeObject>('PATCH', path, { query, contentType, body })
      return { object: patched, done: 'configured' }
    } catch (error) {
      if (isConflict(error) && attempt < 5) current = await cluster.json<KubeObject>('GET', path)
      else if (call.flags.on('force') && error instanceof ResponseError && (error.code === 422 || error.code === 409))
        return recreate(call, manifest, modified)
      else throw error
    }
  }
}

async function recreate(call: Call, { resource, namespace, object }: Manifest, modified: KubeObject): Promise<Applied> {
  const cluster = call.cluster()
  const { deleteAndWait } = await import('./delete.ts')
  await deleteAndWait(call, resource, namespace, object.metadata.name!)
  return {
    object: await cluster.json<KubeObject>('POST', pathOf(resource, namespace), {
      query: writeQuery(call, 'kubectl-client-side-apply'),
      body: modified,
    }),
    done: 'configured',
  }
}

class CreateFailure extends Error {
  constructor(cause: unknown) {
    super('', { cause })
  }
}

/** kubectl says what it was doing with which file, in different words for the first time and for later. */
function describeFailure(error: unknown, { resource, object, source }: Manifest): unknown {
  if (error instanceof CreateFailure) return new Sourced(error.cause, `error when creating ${JSON.stringify(source)}`)
  if (error instanceof ResponseError)
    return new Sourced(
      error,
      `error when applying patch to ${objectName(resource, object.metadata.name ?? '')} from ${JSON.stringify(source)}`,
    )
  return error
}

/** Keeps the server's refusal, with the place in front of the message. */
class Sourced extends ResponseError {
  constructor(error: unknown, where: string) {
    const response =
      error instanceof ResponseError ? error : new ResponseError(0, { message: String((error as Error).message) })
    super(response.code, { ...response.status, message: `${where}: ${response.message}` })
  }
}
