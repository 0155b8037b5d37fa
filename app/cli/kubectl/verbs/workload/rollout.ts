import { KubectlError } from '../../base/errors.ts'
import type { FlagSpecs } from '../../base/flags.ts'
import type { Call, Verb } from '../../base/verb.ts'
import { objectPrinter, OUTPUT_FLAGS, printDone } from '../../print/output.ts'
import { objectName } from '../../resources/discovery.ts'
import { FILE_FLAGS, select, SELECTOR_FLAGS } from '../../resources/selection.ts'
import { patchObject } from '../write/patch-object.ts'

const FLAGS: FlagSpecs = {
  ...OUTPUT_FLAGS,
  ...FILE_FLAGS,
  ...SELECTOR_FLAGS,
  'field-manager': { type: 'string', about: 'name under which the fields are owned' },
}

export const rolloutRestart: Verb = {
  about: 'Restart a resource.',
  usage: 'RESOURCE',
  flags: FLAGS,
  async run(call) {
    for (const found of await select(call, call.args, { required: 'required resource not specified' })) {
      const { kind, spec } = found.object
      if (!spec?.template || !['Deployment', 'DaemonSet', 'StatefulSet'].includes(kind))
        throw new KubectlError(`${found.resource.resource} ${JSON.stringify(found.name)} restarting is not supported`)
      if (spec.paused) throw new KubectlError(`can't restart paused deployment (run rollout resume first)`)
      const at = new Date(call.io.clock.now()).toISOString().replace(/\.\d+Z$/, 'Z')
      const body = { spec: { template: { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': at } } } } }
      printDone(call, found.resource, await patchObject(call, found, 'strategic', body, 'kubectl-rollout'), 'restarted')
    }
  },
}

export const rolloutPause: Verb = {
  about: 'Mark the provided resource as paused.',
  usage: 'RESOURCE',
  flags: FLAGS,
  run: call => setPaused(call, true),
}
export const rolloutResume: Verb = {
  about: 'Resume a paused resource.',
  usage: 'RESOURCE',
  flags: FLAGS,
  run: call => setPaused(call, false),
}

async function setPaused(call: Call, paused: boolean): Promise<void> {
  for (const found of await select(call, call.args, { required: 'required resource not specified' })) {
    const what = `${found.resource.resource}.${found.resource.group}`
    if (found.object.kind !== 'Deployment')
      throw new KubectlError(
        `${found.resource.resource} ${JSON.stringify(found.name)} ${paused ? 'pausing' : 'resuming'} is not supported`,
      )
    if (Boolean(found.object.spec.paused) === paused)
      throw new KubectlError(`${what} ${JSON.stringify(found.name)} ${paused ? 'is already paused' : 'is not paused'}`)
    const object = await patchObject(call, found, 'strategic', { spec: { paused: paused || null } }, 'kubectl-rollout')
    const printer = objectPrinter(call)
    call.io.stdout.write(
      printer
        ? printer(object, found.resource)
        : `${objectName(found.resource, found.name)} ${paused ? 'paused' : 'resumed'}\n`,
    )
  }
}
