import type { KubeObject } from '../../../../../engine/api/object.ts'
import { ManyErrors, withSource } from '../../base/errors.ts'
import type { FlagSpecs } from '../../base/flags.ts'
import type { Call, Verb } from '../../base/verb.ts'
import { dryRun, dryRunQuery, DRY_RUN_FLAGS, OUTPUT_FLAGS, printDone } from '../../print/output.ts'
import { pathOf } from '../../resources/discovery.ts'
import { readManifests, requireFiles, type Manifest } from '../../resources/manifests.ts'
import { FILE_FLAGS } from '../../resources/selection.ts'
import { withLastApplied } from '../../apply/last-applied.ts'

/** Flags of everything that writes. */
export const WRITE_FLAGS: FlagSpecs = {
  ...OUTPUT_FLAGS,
  ...DRY_RUN_FLAGS,
  'field-manager': { type: 'string', about: 'name under which the fields are owned' },
  'save-config': { type: 'bool', about: 'remember the configuration in an annotation, for apply' },
  validate: { type: 'string', default: 'strict', bare: 'strict', about: 'strict, warn or ignore unknown fields' },
}

export const createFiles: Verb = {
  about: 'Create a resource from a file or from stdin.',
  usage: '-f FILENAME',
  flags: {
    ...FILE_FLAGS,
    ...WRITE_FLAGS,
    edit: { type: 'bool', about: 'not supported here' },
    raw: { type: 'string', about: 'path to post the file to' },
  },
  async run(call) {
    requireFiles(call)
    await eachManifest(await readManifests(call), 'creating', async manifest => {
      const { resource, namespace } = manifest
      const object = call.flags.on('save-config') ? withLastApplied(manifest.object) : manifest.object
      const created =
        dryRun(call) === 'client'
          ? object
          : await call.cluster().json<KubeObject>('POST', pathOf(resource, namespace), {
              query: writeQuery(call, 'kubectl-create'),
              body: object,
            })
      printDone(call, resource, created, 'created')
    })
  },
}

/** Query parameters of a write: dry run, owner of the fields, what to do about unknown ones. */
export function writeQuery(call: Call, manager: string): Record<string, string> {
  return {
    ...dryRunQuery(call),
    fieldManager: call.flags.text('field-manager') || manager,
    fieldValidation: fieldValidation(call),
  }
}

function fieldValidation(call: Call): string {
  const mode = call.flags.text('validate').toLowerCase()
  return mode === 'warn' ? 'Warn' : mode === 'ignore' || mode === 'false' ? 'Ignore' : 'Strict'
}

/** Does the work for each manifest; errors come together at the end, each with its file. */
export async function eachManifest(
  manifests: Manifest[],
  doing: string,
  work: (manifest: Manifest) => Promise<void>,
): Promise<void> {
  const errors: unknown[] = []
  for (const manifest of manifests)
    try {
      await work(manifest)
    } catch (error) {
      errors.push(doing ? withSource(error, doing, manifest.source) : error)
    }
  if (errors.length === 1) throw errors[0]
  if (errors.length) throw new ManyErrors(errors)
}
