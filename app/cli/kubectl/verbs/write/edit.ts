import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deepEqual } from '../../../../../engine/api/equality.ts'
import type { KubeObject } from '../../../../../engine/api/object.ts'
import { ResponseError } from '../../../../../engine/client/errors.ts'
import { errorText, KubectlError } from '../../base/errors.ts'
import type { Call, Verb } from '../../base/verb.ts'
import { printDone } from '../../print/output.ts'
import { toYAML } from '../../print/yaml.ts'
import { applyPatch } from '../../apply/patch.ts'
import { documents } from '../../resources/manifests.ts'
import { FILE_FLAGS, select, SELECTOR_FLAGS } from '../../resources/selection.ts'
import { pathOf } from '../../resources/discovery.ts'
import { WRITE_FLAGS, writeQuery } from './create-files.ts'

const HEAD = `# Please edit the object below. Lines beginning with a '#' will be ignored,
# and an empty file will abort the edit. If an error occurs while saving this file will be
# reopened with the relevant failures.
#
`

export const edit: Verb = {
  about: 'Edit a resource from the default editor.',
  usage: '(RESOURCE/NAME | -f FILENAME)',
  flags: { ...FILE_FLAGS, ...SELECTOR_FLAGS, ...WRITE_FLAGS },
  async run(call) {
    for (const found of await select(call, call.args)) {
      const { managedFields: _, ...metadata } = found.object.metadata
      const original = { ...found.object, metadata }
      const folder = mkdtempSync(join(tmpdir(), 'kubectl-edit-'))
      const file = join(folder, `${found.name}.yaml`)
      try {
        for (let text = HEAD + toYAML(original); ;) {
          writeFileSync(file, text, { mode: 0o600 })
          await openEditor(call, file)
          const edited = readFileSync(file, 'utf8')
          const [object] = documents(edited.replace(/^#.*\n?/gm, ''), file) as KubeObject[]
          if (!object) throw new KubectlError('Edit cancelled, saved file was empty.')
          if (edited === text || deepEqual(object, original)) {
            call.io.stderr.write('Edit cancelled, no changes made.\n')
            break
          }
          try {
            const { contentType, body } = await applyPatch(found.resource, original, object, original)
            const saved = await call
              .cluster()
              .json<KubeObject>('PATCH', pathOf(found.resource, found.namespace, found.name), {
                query: writeQuery(call, 'kubectl-edit'),
                contentType,
                body,
              })
            printDone(call, found.resource, saved, 'edited')
            break
          } catch (error) {
            if (!(error instanceof ResponseError)) throw error
            const why = errorText(error)
            const plain = edited.replace(/^#.*\n?/gm, '')
            // The same text a second time means that the user has given up.
            if (text.endsWith(plain) && text.includes('# ')) throw error
            text =
              HEAD +
              why
                .trim()
                .split('\n')
                .map(line => `# ${line}\n`)
                .join('') +
              `#\n${plain}`
          }
        }
      } finally {
        rmSync(folder, { recursive: true, force: true })
      }
    }
  },
}

/** The user's editor, until it ends. */
function openEditor(call: Call, file: string): Promise<void> {
  const { env, platform } = call.io
  const command = env.KUBE_EDITOR || env.EDITOR || (platform.name === 'windows' ? 'notepad' : 'vi')
  return new Promise((resolve, reject) => {
    const editor = spawn(`${command} "${file}"`, { stdio: 'inherit', shell: true })
    editor.once('error', error =>
      reject(new KubectlError(`unable to launch the editor ${JSON.stringify(command)}: ${error.message}`)),
    )
    editor.once('exit', code =>
      code ? reject(new KubectlError(`there was a problem with the editor ${JSON.stringify(command)}`)) : resolve(),
    )
  })
}
