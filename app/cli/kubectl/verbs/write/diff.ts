import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { KubeObject } from '../../../../../engine/api/object.ts'
import { isNotFound } from '../../../../../engine/client/errors.ts'
import { applyPatch } from '../../apply/patch.ts'
import { lastApplied, withLastApplied } from '../../apply/last-applied.ts'
import { KubectlError } from '../../base/errors.ts'
import type { Call, Verb } from '../../base/verb.ts'
import { toYAML } from '../../print/yaml.ts'
import { pathOf } from '../../resources/discovery.ts'
import { readManifests, requireFiles, type Manifest } from '../../resources/manifests.ts'
import { FILE_FLAGS } from '../../resources/selection.ts'

export const diff: Verb = {
  about:
    'Diff configurations specified by file name or stdin between the current online configuration, and the configuration as it would be if applied.',
  usage: '-f FILENAME',
  flags: {
    ...FILE_FLAGS,
    'server-side': { type: 'bool', about: 'let the server merge' },
    'force-conflicts': { type: 'bool', about: 'take over fields of others, with --server-side' },
    'field-manager': { type: 'string', default: 'kubectl', about: 'name under which the fields are owned' },
    'show-managed-fields': { type: 'bool', about: 'with managedFields' },
  },
  async run(call) {
    requireFiles(call)
    const folder = mkdtempSync(join(tmpdir(), 'kubectl-diff-'))
    const [live, merged] = [join(folder, 'LIVE'), join(folder, 'MERGED')]
    try {
      mkdirSync(live)
      mkdirSync(merged)
      for (const manifest of await readManifests(call)) {
        const { resource, namespace, object } = manifest
        const { before, after } = await sides(call, manifest)
        const name = [resource.group, resource.version, resource.kind, namespace ?? '', object.metadata.name]
          .filter((part, i) => i > 0 || part)
          .join('.')
        const text = (side: KubeObject | undefined) => (side ? toYAML(shown(call, resource.kind, side)) : '')
        writeFileSync(join(live, name), text(before), { mode: 0o600 })
        writeFileSync(join(merged, name), text(after), { mode: 0o600 })
      }
      return await compare(call, live, merged)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
}

/** The object as it is, and as the server says that it would become. */
async function sides(
  call: Call,
  { resource, namespace, object }: Manifest,
): Promise<{ before?: KubeObject; after: KubeObject }> {
  const cluster = call.cluster()
  const path = pathOf(resource, namespace, object.metadata.name)
  const query = { dryRun: 'All', fieldManager: call.flags.text('field-manager') }
  let before: KubeObject | undefined
  try {
    before = await cluster.json<KubeObject>('GET', path)
  } catch (error) {
    if (!isNotFound(error)) throw error
  }
  if (call.flags.on('server-side')) {
    const force = call.flags.on('force-conflicts') ? 'true' : 'false'
    return {
      before,
      after: await cluster.json<KubeObject>('PATCH', path, {
        query: { ...query, force },
        contentType: 'application/apply-patch+yaml',
        body: object,
      }),
    }
  }
  if (!before)
    return { after: await cluster.json<KubeObject>('POST', pathOf(resource, namespace), { query, body: object }) }
  const { contentType, body } = await applyPatch(resource, lastApplied(before), withLastApplied(object), before)
  return { before, after: await cluster.json<KubeObject>('PATCH', path, { query, contentType, body }) }
}

/** Without what nobody compares; the values of secrets stay hidden. */
function shown(call: Call, kind: string, object: KubeObject): KubeObject {
  const { managedFields, annotations, ...metadata } = object.metadata
  const kept = Object.fromEntries(
    Object.entries(annotations ?? {}).filter(([key]) => key !== 'kubectl.kubernetes.io/last-applied-configuration'),
  )
  const plain: KubeObject = {
    ...object,
    metadata: {
      ...metadata,
      ...(Object.keys(kept).length ? { annotations: kept } : {}),
      ...(call.flags.on('show-managed-fields') ? { managedFields } : {}),
    },
  }
  if (kind !== 'Secret' || !plain.data) return plain
  return { ...plain, data: Object.fromEntries(Object.keys(plain.data as object).map(key => [key, '***'])) }
}

/** Runs the comparing program; 1 means that there are differences. */
function compare(call: Call, live: string, merged: string): Promise<number> {
  const [command = 'diff', ...args] = (call.io.env.KUBECTL_EXTERNAL_DIFF || 'diff -u -N').split(' ')
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...args, live, merged], { stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true })
    child.stdout.on('data', chunk => call.io.stdout.write(chunk))
    child.stderr.on('data', chunk => call.io.stderr.write(chunk))
    child.once('error', error =>
      reject(
        new KubectlError(
          `failed to run ${JSON.stringify(command)}: ${error.message}\nSet KUBECTL_EXTERNAL_DIFF to a program that compares two folders`,
        ),
      ),
    )
    child.once('close', code => resolve(code ?? 2))
  })
}
