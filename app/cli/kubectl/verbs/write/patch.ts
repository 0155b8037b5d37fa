import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { decodeYAML } from '../../../../../engine/api/decode.ts'
import { messageOf } from '../../../../../engine/base/errors.ts'
import { KubectlError } from '../../base/errors.ts'
import type { Verb } from '../../base/verb.ts'
import { DRY_RUN_FLAGS, OUTPUT_FLAGS, printDone } from '../../print/output.ts'
import { FILE_FLAGS, select } from '../../resources/selection.ts'
import { patchObject, PATCH_TYPES } from './patch-object.ts'

export const patch: Verb = {
  about: 'Update fields of a resource.',
  usage: '(-f FILENAME | TYPE NAME) [-p PATCH|--patch-file FILE]',
  flags: {
    ...OUTPUT_FLAGS,
    ...DRY_RUN_FLAGS,
    ...FILE_FLAGS,
    patch: { type: 'string', short: 'p', about: 'the patch, as JSON or YAML' },
    'patch-file': { type: 'string', about: 'file with the patch' },
    type: { type: 'string', default: 'strategic', about: 'json, merge or strategic' },
    subresource: { type: 'string', about: 'status or scale' },
    'field-manager': { type: 'string', about: 'name under which the fields are owned' },
  },
  async run(call) {
    const { flags, io } = call
    const type = flags.text('type').toLowerCase()
    if (!Object.hasOwn(PATCH_TYPES, type))
      throw new KubectlError(`--type must be one of [json merge strategic], not ${JSON.stringify(flags.text('type'))}`)
    const text = flags.text('patch-file')
      ? readFileSync(resolve(io.cwd, flags.text('patch-file')), 'utf8')
      : flags.text('patch')
    if (!text) throw new KubectlError('must specify --patch or --patch-file containing the contents of the patch')
    let body: unknown
    try {
      body = decodeYAML(text).value
    } catch (error) {
      throw new KubectlError(`unable to parse ${JSON.stringify(text)}: ${messageOf(error)}`)
    }
    for (const found of await select(call, call.args)) {
      const object = await patchObject(
        call,
        found,
        type as keyof typeof PATCH_TYPES,
        body,
        'kubectl-patch',
        flags.text('subresource') || undefined,
      )
      printDone(
        call,
        found.resource,
        object,
        object.metadata.resourceVersion === found.object.metadata.resourceVersion ? 'patched (no change)' : 'patched',
      )
    }
  },
}
