import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { extname, join, resolve } from 'node:path'
import { decodeJSON, decodeYAML } from '../../../../engine/api/decode.ts'
import type { KubeList, KubeObject } from '../../../../engine/api/object.ts'
import { isRecord } from '../../../../engine/api/equality.ts'
import { messageOf } from '../../../../engine/base/errors.ts'
import { KubectlError, UsageError, unsupported } from '../base/errors.ts'
import type { Call } from '../base/verb.ts'
import type { ApiResource } from './discovery.ts'

/** An object of a file, and where it belongs. */
export interface Manifest {
  resource: ApiResource
  namespace: string | undefined
  object: KubeObject
  /** The file, for messages. */
  source: string
}

/** Reads everything that `-f` names, in order. @throws KubectlError that names the file */
export async function readManifests(call: Call): Promise<Manifest[]> {
  const manifests: Manifest[] = []
  for (const { object, source } of await readObjects(call)) manifests.push(await locate(call, object, source))
  if (manifests.length === 0) throw new KubectlError(`no objects passed to ${call.path.split(' ')[1]}`)
  return manifests
}

/** Where an object that was read belongs: its resource and namespace. */
export async function locate(call: Call, object: KubeObject, source: string): Promise<Manifest> {
  const cluster = call.cluster()
  let resource = await cluster.discovery.byKind(object.apiVersion, object.kind)
  if (!resource) {
    cluster.discovery.refresh()
    resource = await cluster.discovery.byKind(object.apiVersion, object.kind)
  }
  if (!resource)
    throw new KubectlError(
      `resource mapping not found for name: ${JSON.stringify(object.metadata?.name ?? '')} namespace: ${JSON.stringify(object.metadata?.namespace ?? '')} from ${JSON.stringify(source)}: no matches for kind ${JSON.stringify(object.kind)} in version ${JSON.stringify(object.apiVersion)}\nensure CRDs are installed first`,
    )
  object.metadata ??= {}
  if (!resource.namespaced) return { resource, namespace: undefined, object, source }
  const given = object.metadata.namespace
  if (given && cluster.config.namespaceGiven && given !== cluster.namespace)
    throw new KubectlError(
      `the namespace from the provided object ${JSON.stringify(given)} does not match the namespace ${JSON.stringify(cluster.namespace)}. You must pass '--namespace=${given}' to perform this operation.`,
    )
  object.metadata.namespace = given || cluster.namespace
  return { resource, namespace: object.metadata.namespace, object, source }
}

/** Objects of all files, lists taken apart. */
export async function readObjects(call: Call): Promise<{ object: KubeObject; source: string }[]> {
  const { flags, io } = call
  if (flags.text('kustomize')) throw unsupported('Kustomize (-k)')
  const out: { object: KubeObject; source: string }[] = []
  for (const name of flags.list('filename'))
    for (const { text, source } of await readSources(io.cwd, name, flags.on('recursive'), io.stdin))
      for (const value of documents(text, source))
        for (const object of items(value, source)) out.push({ object, source })
  return out
}

async function readSources(
  cwd: string,
  name: string,
  recursive: boolean,
  stdin: AsyncIterable<unknown>,
): Promise<{ text: string; source: string }[]> {
  if (name === '-') return [{ text: await readAll(stdin), source: 'STDIN' }]
  if (/^https?:\/\//.test(name)) {
    const answer = await fetch(name)
    if (!answer.ok)
      throw new KubectlError(
        `unable to read URL ${JSON.stringify(name)}, server reported ${answer.status} ${answer.statusText}, status code=${answer.status}`,
      )
    return [{ text: await answer.text(), source: name }]
  }
  const path = resolve(cwd, name)
  if (!existsSync(path)) throw new UsageErrorless(`the path ${JSON.stringify(name)} does not exist`)
  const files = statSync(path).isDirectory() ? filesIn(path, name, recursive) : [{ path, source: name }]
  if (files.length === 0)
    throw new UsageErrorless(`error reading [${name}]: recognized file extensions are [.json .yaml .yml]`)
  return files.map(({ path, source }) => ({ text: readFileSync(path, 'utf8'), source }))
}

/** Kept apart from wrong flags: the help would not help. */
class UsageErrorless extends KubectlError {}

function filesIn(path: string, name: string, recursive: boolean): { path: string; source: string }[] {
  return readdirSync(path, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(entry => {
      const [at, source] = [join(path, entry.name), join(name, entry.name)]
      if (entry.isDirectory()) return recursive ? filesIn(at, source, true) : []
      return ['.json', '.yaml', '.yml'].includes(extname(entry.name)) ? [{ path: at, source }] : []
    })
}

export async function readAll(stream: AsyncIterable<unknown>): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(Buffer.from(chunk as Uint8Array | string))
  return Buffer.concat(chunks).toString('utf8')
}

/** The documents of a YAML or JSON text; empty ones are left out. */
export function documents(text: string, source: string): unknown[] {
  try {
    if (/^\s*\{/.test(text) && !/^---/m.test(text)) return [decodeJSON(text).value]
    return text
      .split(/^---(?=\s|$)/m)
      .map(part => decodeYAML(part).value)
      .filter(value => value !== null && value !== undefined)
  } catch (error) {
    throw new KubectlError(`error parsing ${source}: error converting YAML to JSON: ${messageOf(error)}`)
  }
}

function items(value: unknown, source: string): KubeObject[] {
  if (!isRecord(value))
    throw new KubectlError(
      `error parsing ${source}: json: cannot unmarshal ${typeof value} into Go value of type unstructured.detector`,
    )
  const missing = ['apiVersion', 'kind'].filter(field => !value[field]).map(field => `${field} not set`)
  if (missing.length)
    throw new KubectlError(
      `error validating ${JSON.stringify(source)}: error validating data: ${missing.length > 1 ? `[${missing.join(', ')}]` : missing[0]}; if you choose to ignore these errors, turn validation off with --validate=false`,
    )
  const list = value as unknown as KubeList
  if (value.kind === 'List' || (String(value.kind).endsWith('List') && Array.isArray(value.items)))
    return (list.items ?? []).flatMap(item =>
      items(item.kind ? item : { ...item, apiVersion: list.apiVersion, kind: list.kind.slice(0, -4) }, source),
    )
  return [value as unknown as KubeObject]
}

/** Refuses a command line that names neither file nor folder. */
export function requireFiles(call: Call): void {
  if (!call.flags.given('filename') && !call.flags.given('kustomize'))
    throw new KubectlError('must specify one of -f and -k')
  if (call.args.length) throw new UsageError(`Unexpected args: [${call.args.join(' ')}]`)
}
