import { KubectlError } from '../../base/errors.ts'
import type { Verb } from '../../base/verb.ts'
import { DRY_RUN_FLAGS, OUTPUT_FLAGS, printDone } from '../../print/output.ts'
import { FILE_FLAGS, select, SELECTOR_FLAGS } from '../../resources/selection.ts'
import { patchObject } from '../write/patch-object.ts'

interface Container {
  name: string
  image: string
}

interface PodSpec {
  containers: Container[]
  initContainers?: Container[]
}

export const setImage: Verb = {
  about: 'Update existing container image(s) of resources.',
  usage: '(-f FILENAME | TYPE NAME) CONTAINER_NAME_1=CONTAINER_IMAGE_1 ... CONTAINER_NAME_N=CONTAINER_IMAGE_N',
  flags: {
    ...OUTPUT_FLAGS,
    ...DRY_RUN_FLAGS,
    ...FILE_FLAGS,
    ...SELECTOR_FLAGS,
    all: { type: 'bool', about: 'all objects of the types' },
    'field-manager': { type: 'string', about: 'name under which the fields are owned' },
  },
  async run(call) {
    const resources = call.args.filter(arg => !arg.includes('='))
    const images = new Map(
      call.args
        .filter(arg => arg.includes('='))
        .map(arg => [arg.slice(0, arg.indexOf('=')), arg.slice(arg.indexOf('=') + 1)]),
    )
    if (!resources.length && !call.flags.given('filename'))
      throw new KubectlError('one or more resources must be specified as <resource> <name> or <resource>/<name>')
    if (!images.size) throw new KubectlError('at least one image update is required')
    for (const found of await select(call, resources)) {
      const spec = podSpecOf(found.object)
      if (!spec) throw new KubectlError(`${found.resource.resource} ${JSON.stringify(found.name)} have no containers`)
      const change: Partial<PodSpec> = {}
      for (const list of ['containers', 'initContainers'] as const) {
        const changed = (spec[list] ?? [])
          .map(c => ({ name: c.name, image: images.get(c.name) ?? images.get('*'), was: c.image }))
          .filter(c => c.image && c.image !== c.was)
        if (changed.length) change[list] = changed.map(({ name, image }) => ({ name, image: image! }))
      }
      for (const name of images.keys())
        if (name !== '*' && ![...spec.containers, ...(spec.initContainers ?? [])].some(c => c.name === name))
          throw new KubectlError(`unable to find container named ${JSON.stringify(name)}`)
      if (!Object.keys(change).length) continue
      const patched = await patchObject(call, found, 'strategic', wrap(found.object.kind, change), 'kubectl-set')
      printDone(call, found.resource, patched, 'image updated')
    }
  },
}

/** The pod spec inside an object of any workload kind. */
export function podSpecOf(object: { kind?: string; spec?: unknown }): PodSpec | undefined {
  const spec = object.spec as
    | { containers?: unknown; template?: { spec: PodSpec }; jobTemplate?: { spec: { template: { spec: PodSpec } } } }
    | undefined
  if (spec?.containers) return spec as PodSpec
  return spec?.template?.spec ?? spec?.jobTemplate?.spec.template.spec
}

function wrap(kind: string, podSpec: unknown): unknown {
  if (kind === 'Pod') return { spec: podSpec }
  if (kind === 'CronJob') return { spec: { jobTemplate: { spec: { template: { spec: podSpec } } } } }
  return { spec: { template: { spec: podSpec } } }
}
