import type { KubeObject } from '../../../../../engine/api/object.ts'
import { KubectlError } from '../../base/errors.ts'
import type { Verb } from '../../base/verb.ts'
import { dryRun, DRY_RUN_FLAGS, OUTPUT_FLAGS, printDone } from '../../print/output.ts'
import { pathOf } from '../../resources/discovery.ts'
import { FILE_FLAGS, select, SELECTOR_FLAGS } from '../../resources/selection.ts'
import { patchObject } from '../write/patch-object.ts'

export const scale: Verb = {
  about: 'Set a new size for a deployment, replica set, replication controller, or stateful set.',
  usage: '[--resource-version=version] [--current-replicas=count] --replicas=COUNT (-f FILENAME | TYPE NAME)',
  flags: {
    ...OUTPUT_FLAGS,
    ...DRY_RUN_FLAGS,
    ...FILE_FLAGS,
    ...SELECTOR_FLAGS,
    replicas: { type: 'int', about: 'how many there should be' },
    'current-replicas': { type: 'int', default: '-1', about: 'only if there are so many' },
    'resource-version': { type: 'string', about: 'only if it is this version' },
    all: { type: 'bool', about: 'all objects of the type' },
    timeout: { type: 'duration', default: '0s', about: 'accepted' },
  },
  async run(call) {
    const { flags, args } = call
    if (!flags.given('replicas')) throw new KubectlError('required flag(s) "replicas" not set')
    if (flags.number('replicas') < 0)
      throw new KubectlError('The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0')
    for (const found of await select(call, args)) {
      const { resource, namespace, name } = found
      if (!resource.subresources.includes('scale'))
        throw new KubectlError(`could not find the requested resource: ${resource.resource} have no scale`)
      const now = await call.cluster().json<KubeObject>('GET', pathOf(resource, namespace, name, 'scale'))
      const expected = flags.number('current-replicas')
      if (expected >= 0 && now.spec.replicas !== expected)
        throw new KubectlError(`Expected replicas to be ${expected}, was ${now.spec.replicas}`)
      if (flags.text('resource-version') && now.metadata.resourceVersion !== flags.text('resource-version'))
        throw new KubectlError(
          `Expected resource version to be ${flags.text('resource-version')}, was ${now.metadata.resourceVersion}`,
        )
      const metadata = flags.text('resource-version')
        ? { metadata: { resourceVersion: flags.text('resource-version') } }
        : {}
      if (dryRun(call) === 'none')
        await patchObject(
          call,
          found,
          'merge',
          { ...metadata, spec: { replicas: flags.number('replicas') } },
          'kubectl-scale',
          'scale',
        )
      printDone(call, resource, found.object, 'scaled')
    }
  },
}
