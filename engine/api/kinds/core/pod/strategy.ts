import { defineKind, subresource } from '../../define.ts'
import { podColumns } from './columns.ts'
import { defaultPodSpec } from './defaults.ts'
import { qosClass } from './qos.ts'
import { podWarnings } from './warnings.ts'
import { validateNewPod, validatePod, validatePodStatusUpdate, validatePodUpdate } from './validation.ts'

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
  },
  prepareForUpdate(object, old, context) {
    if (context.subresource === 'status') object.status.qosClass ??= old.status?.qosClass
  },
  validate: validatePod,
  validateNew: validateNewPod,
  validateUpdate: (object, old, context) =>
    context.subresource === 'status' ? validatePodStatusUpdate(object, old) : validatePodUpdate(object, old, context),
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
