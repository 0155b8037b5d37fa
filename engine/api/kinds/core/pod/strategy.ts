import { deepClone } from '../../../equality.ts'
import type { KubeObject } from '../../../object.ts'
import { defineKind, subresource } from '../../define.ts'
import { copyAppArmorProfiles } from './app-armor.ts'
import { podColumns, podRowConditions } from './columns.ts'
import { defaultPodSpec } from './defaults.ts'
import { qosClass } from './qos.ts'
import { podWarnings } from './warnings.ts'
import { mergeMatchLabelKeys } from './match-label-keys.ts'
import { dropNonResizeUpdates } from './resize.ts'
import { validatePodUpdate } from './update-rules.ts'
import { validateNewPod, validatePod } from './validation.ts'

const self = (name: string) => subresource(name, 'Pod')
const connect = (name: string, kind: string) => subresource(name, kind, ['create', 'get'])

export const strategy = defineKind({
  group: '',
  kind: 'Pod',
  resource: 'pods',
  namespaced: true,
  shortNames: ['po'],
  categories: ['all'],
  hasStatus: true,
  hasGeneration: true,
  subresources: [
    connect('attach', 'PodAttachOptions'),
    subresource('binding', 'Binding', ['create']),
    self('ephemeralcontainers'),
    subresource('eviction', 'Eviction', ['create'], { group: 'policy', version: 'v1' }),
    connect('exec', 'PodExecOptions'),
    subresource('log', 'Pod', ['get']),
    connect('portforward', 'PodPortForwardOptions'),
    subresource('proxy', 'PodProxyOptions', ['create', 'delete', 'get', 'patch', 'update']),
    self('resize'),
  ],
  columns: podColumns,
  rowConditions: podRowConditions,
  setDefaults(object) {
    defaultPodSpec(object.spec, true)
    if (object.spec) object.spec.enableServiceLinks ??= true
    object.status ??= {}
    object.status.phase ??= 'Pending'
  },
  prepareForCreate(object) {
    object.status = { phase: 'Pending', qosClass: qosClass(object.spec ?? {}) }
    if (object.spec?.schedulingGates?.length)
      object.status.conditions = [
        {
          type: 'PodScheduled',
          status: 'False',
          reason: 'SchedulingGated',
          message: 'Scheduling is blocked due to non-empty scheduling gates',
        },
      ]
    mergeMatchLabelKeys(object)
    copyAppArmorProfiles(object)
  },
  prepareForUpdate(object, old, context) {
    switch (context.subresource) {
      case 'status':
        object.status ??= {}
        object.status.qosClass ||= old.status?.qosClass
        // Who owns a pod is none of its kubelet's business.
        if (old.metadata.ownerReferences) object.metadata.ownerReferences = old.metadata.ownerReferences
        else delete object.metadata.ownerReferences
        break
      case 'ephemeralcontainers': {
        const { ephemeralContainers } = object.spec ?? {}
        keepMetadata(object, old)
        object.spec = { ...structuredClone(old.spec), ephemeralContainers }
        if (!ephemeralContainers?.length) delete object.spec.ephemeralContainers
        break
      }
      case 'resize':
        keepMetadata(object, old)
        dropNonResizeUpdates(object, old)
    }
  },
  validate: validatePod,
  validateNew: validateNewPod,
  validateUpdate: validatePodUpdate,
  warnings: podWarnings,
  gracePeriodSeconds(object) {
    // A pod that is on no node, or has ended, has nobody to wait for.
    if (!object.spec?.nodeName || object.status?.phase === 'Succeeded' || object.status?.phase === 'Failed') return 0
    return object.spec.terminationGracePeriodSeconds ?? 30
  },
  selectableFields: o => ({
    'spec.nodeName': o.spec?.nodeName ?? '',
    'spec.restartPolicy': o.spec?.restartPolicy ?? '',
    'spec.schedulerName': o.spec?.schedulerName ?? '',
    'spec.serviceAccountName': o.spec?.serviceAccountName ?? '',
    'spec.hostNetwork': String(o.spec?.hostNetwork ?? false),
    'status.phase': o.status?.phase ?? '',
    'status.podIP': o.status?.podIPs?.[0]?.ip ?? o.status?.podIP ?? '',
    'status.podIPs': o.status?.podIP ?? '',
    'status.nominatedNodeName': o.status?.nominatedNodeName ?? '',
  }),
})

/** Who writes a part of a pod changes nothing of its metadata but the books on its fields. */
function keepMetadata(object: KubeObject, old: KubeObject): void {
  const { resourceVersion, managedFields } = object.metadata
  object.metadata = { ...deepClone(old.metadata), ...(resourceVersion !== undefined && { resourceVersion }) }
  if (managedFields) object.metadata.managedFields = managedFields
  else delete object.metadata.managedFields
}
