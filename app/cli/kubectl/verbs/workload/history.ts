import { deepEqual } from '../../../../../engine/api/equality.ts'
import type { KubeObject } from '../../../../../engine/api/object.ts'
import { selectorToString } from '../../../../../engine/api/selector.ts'
import { KubectlError } from '../../base/errors.ts'
import type { Call, Verb } from '../../base/verb.ts'
import { dryRun, dryRunSuffix, DRY_RUN_FLAGS, objectPrinter, OUTPUT_FLAGS } from '../../print/output.ts'
import { columns } from '../../print/columns.ts'
import { objectName } from '../../resources/discovery.ts'
import { FILE_FLAGS, listAll, select, SELECTOR_FLAGS, type Found } from '../../resources/selection.ts'
import { podTemplateText } from '../describe/pod-template.ts'
import { patchObject } from '../write/patch-object.ts'

interface Revision {
  number: number
  cause: string
  template: KubeObject
  /** The template with the labels of its replica set. */
  shown: KubeObject
  /** What brings the object back to it, with the type of the patch. */
  patch: { type: 'json' | 'strategic'; body: unknown }
}

const CHANGE_CAUSE = 'kubernetes.io/change-cause'
/** Annotations of a replica set that do not come from its deployment. */
const KEPT = [
  'kubectl.kubernetes.io/last-applied-configuration',
  'deployment.kubernetes.io/revision',
  'deployment.kubernetes.io/revision-history',
  'deployment.kubernetes.io/desired-replicas',
  'deployment.kubernetes.io/max-replicas',
  'deprecated.deployment.rollback.to',
]

export const rolloutHistory: Verb = {
  about: 'View previous rollout revisions and configurations.',
  usage: '(TYPE NAME | TYPE/NAME) [flags]',
  flags: {
    ...OUTPUT_FLAGS,
    ...FILE_FLAGS,
    ...SELECTOR_FLAGS,
    revision: { type: 'int', default: '0', about: 'the revision to show' },
  },
  async run(call) {
    const wanted = call.flags.number('revision')
    for (const found of await select(call, call.args, { required: 'required resource not specified' })) {
      const revisions = await revisionsOf(call, found)
      const chosen = revisions.find(revision => revision.number === wanted)
      if (wanted > 0 && !chosen) throw new KubectlError('unable to find the specified revision')
      const printer = objectPrinter(call)
      if (printer) {
        call.io.stdout.write(printer(chosen?.template ?? found.object, found.resource))
        continue
      }
      const head = `${objectName(found.resource, found.name)} ${wanted > 0 ? `with revision #${wanted}` : ''}\n`
      const rows = revisions.map(({ number, cause }) => [String(number), cause || '<none>'])
      call.io.stdout.write(
        head +
          (chosen
            ? `${podTemplateText(chosen.shown)}\n\n`
            : `${columns([['REVISION', 'CHANGE-CAUSE'], ...rows], 2, 0)}\n`),
      )
    }
  },
}

export const rolloutUndo: Verb = {
  about: 'Roll back to a previous rollout.',
  usage: '(TYPE NAME | TYPE/NAME) [flags]',
  flags: {
    ...OUTPUT_FLAGS,
    ...DRY_RUN_FLAGS,
    ...FILE_FLAGS,
    ...SELECTOR_FLAGS,
    'to-revision': { type: 'int', default: '0', about: 'the revision to go back to; 0 is the one before' },
  },
  async run(call) {
    const wanted = call.flags.number('to-revision')
    for (const found of await select(call, call.args, { required: 'required resource not specified' })) {
      if (found.object.spec?.paused)
        throw new KubectlError(
          `you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume deployment/${found.name}' and try again`,
        )
      const revisions = await revisionsOf(call, found)
      if (wanted === 0 && revisions.length < 2)
        throw new KubectlError(
          `no rollout history found for ${found.object.kind.toLowerCase()} ${JSON.stringify(found.name)}`,
        )
      const target = wanted > 0 ? revisions.find(revision => revision.number === wanted) : revisions.at(-2)
      if (!target) throw new KubectlError(`unable to find specified revision ${wanted} in history`)
      const name = objectName(found.resource, found.name)
      if (deepEqual(withoutHash(found.object.spec.template as KubeObject), target.template)) {
        call.io.stdout.write(`${name} skipped rollback (current template already matches revision ${target.number})\n`)
        continue
      }
      if (dryRun(call) !== 'client')
        await patchObject(call, found, target.patch.type, target.patch.body, 'kubectl-rollout')
      call.io.stdout.write(`${name} rolled back${dryRunSuffix(call)}\n`)
    }
  },
}

async function revisionsOf(call: Call, { object, namespace }: Found): Promise<Revision[]> {
  const { discovery } = call.cluster()
  const labelSelector = selectorToString(object.spec?.selector as object)
  const owned = (item: KubeObject) =>
    item.metadata.ownerReferences?.some(owner => owner.controller && owner.uid === object.metadata.uid)
  const list = async (type: string) =>
    (await listAll(call.cluster(), await discovery.find(type), namespace, { labelSelector })).filter(owned)
  if (object.kind === 'Deployment')
    return (await list('replicasets.apps'))
      .map(set => deploymentRevision(object, set))
      .sort((a, b) => a.number - b.number)
  if (object.kind === 'DaemonSet' || object.kind === 'StatefulSet')
    return (await list('controllerrevisions.apps'))
      .map(revision => ({
        number: revision.revision as number,
        cause: revision.metadata.annotations?.[CHANGE_CAUSE] ?? '',
        template: withoutDirective((revision.data as KubeObject).spec.template as KubeObject),
        shown: withoutDirective((revision.data as KubeObject).spec.template as KubeObject),
        patch: { type: 'strategic' as const, body: revision.data as unknown },
      }))
      .sort((a, b) => a.number - b.number)
  throw new KubectlError(
    `no history viewer has been implemented for "${object.kind}${object.apiVersion.includes('/') ? `.${object.apiVersion.split('/')[0]}` : ''}"`,
  )
}

function deploymentRevision(deployment: KubeObject, set: KubeObject): Revision {
  const template = withoutHash(set.spec.template as KubeObject)
  const pick = (from: Record<string, string> | undefined, kept: boolean) =>
    Object.fromEntries(Object.entries(from ?? {}).filter(([key]) => KEPT.includes(key) === kept))
  const annotations = { ...pick(deployment.metadata.annotations, true), ...pick(set.metadata.annotations, false) }
  return {
    number: Number(set.metadata.annotations?.['deployment.kubernetes.io/revision'] ?? 0),
    cause: set.metadata.annotations?.[CHANGE_CAUSE] ?? '',
    template,
    shown: set.spec.template as KubeObject,
    patch: {
      type: 'json',
      body: [
        { op: 'replace', path: '/spec/template', value: template },
        { op: 'replace', path: '/metadata/annotations', value: annotations },
      ],
    },
  }
}

function withoutHash(template: KubeObject): KubeObject {
  const labels = { ...template.metadata?.labels }
  delete labels['pod-template-hash']
  return { ...template, metadata: { ...template.metadata, labels } }
}

function withoutDirective(template: KubeObject): KubeObject {
  const { $patch: _, ...rest } = template
  return rest as KubeObject
}
