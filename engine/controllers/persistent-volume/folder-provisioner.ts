import { FOLDER_DRIVER, SELECTED_NODE } from '../../api/storage/volumes.ts'
import type { Node, PersistentVolume, PersistentVolumeClaim, StorageClass } from '../../api/types.ts'
import { isAlreadyExists } from '../../client/errors.ts'
import type { EventRecorder } from '../../client/event-recorder.ts'
import type { ResourceClient } from '../../client/resource-client.ts'
import { referenceTo } from './binding.ts'

const HOSTNAME = 'kubernetes.io/hostname'
const MODES = ['ReadWriteOnce', 'ReadWriteOncePod']

export interface FolderProvisionerDependencies {
  claims: ResourceClient<PersistentVolumeClaim>
  volumes: ResourceClient<PersistentVolume>
  events: EventRecorder
  nodes(): Node[]
}

/** Makes volumes that are folders of one node, as a local disk is: the node makes the folder when it is first mounted. */
export class FolderProvisioner {
  readonly #dependencies: FolderProvisionerDependencies

  constructor(dependencies: FolderProvisionerDependencies) {
    this.#dependencies = dependencies
  }

  /** Makes a volume for the claim, tied to it. What cannot be made is said in an event. */
  async provision(claim: PersistentVolumeClaim, storageClass: StorageClass): Promise<void> {
    const { volumes, events } = this.#dependencies
    const problem = refusal(claim, storageClass)
    const node = problem ? undefined : this.#nodeFor(claim, storageClass)
    if (problem || !node) {
      const why = problem ?? 'no node can have it'
      const text = `failed to provision volume with StorageClass "${storageClass.metadata.name}": ${why}`
      events.event(claim, 'Warning', 'ProvisioningFailed', text)
      if (!problem) await this.#chooseAnew(claim)
      return
    }
    const key = `${claim.metadata.namespace}/${claim.metadata.name}`
    events.event(claim, 'Normal', 'Provisioning', `External provisioner is provisioning volume for claim "${key}"`)
    const volume = volumeFor(claim, storageClass, node)
    try {
      await volumes.create(volume)
    } catch (error) {
      if (!isAlreadyExists(error)) throw error
    }
    events.event(claim, 'Normal', 'ProvisioningSucceeded', `Successfully provisioned volume ${volume.metadata.name}`)
  }

  /** The node that the scheduler chose; without its choice any that is ready, always the same for one claim. */
  #nodeFor(claim: PersistentVolumeClaim, storageClass: StorageClass): Node | undefined {
    const nodes = this.#dependencies.nodes().filter(node => allows(storageClass, node))
    const chosen = claim.metadata.annotations?.[SELECTED_NODE]
    if (chosen) return nodes.find(node => node.metadata.name === chosen)
    const ready = nodes
      .filter(n => !n.spec?.unschedulable && n.status?.conditions?.some(c => c.type === 'Ready' && c.status === 'True'))
      .sort((a, b) => (a.metadata.name! < b.metadata.name! ? -1 : 1))
    return ready[Number.parseInt(claim.metadata.uid!.replaceAll('-', '').slice(-6), 16) % ready.length]
  }

  /** The chosen node is no good: the scheduler is to choose again. */
  async #chooseAnew(claim: PersistentVolumeClaim): Promise<void> {
    const { [SELECTED_NODE]: chosen, ...annotations } = claim.metadata.annotations ?? {}
    if (chosen) await this.#dependencies.claims.update({ ...claim, metadata: { ...claim.metadata, annotations } })
  }
}

/** Why a folder cannot be what the claim wants. */
function refusal(claim: PersistentVolumeClaim, { parameters }: StorageClass): string | undefined {
  const { selector, volumeMode, accessModes = [], dataSource, dataSourceRef } = claim.spec ?? {}
  if (selector) return 'claim Selector is not supported'
  if (volumeMode === 'Block') return 'a folder is no block device; use volumeMode: Filesystem'
  if (dataSource || dataSourceRef) return 'a folder cannot be made of another volume; leave out dataSource'
  const other = accessModes.find(mode => !MODES.includes(mode))
  if (other) return `a folder of a node cannot be mounted ${other}; use ReadWriteOnce or ReadWriteOncePod`
  const unknown = Object.keys(parameters ?? {})[0]
  return unknown ? `the parameter "${unknown}" is not known; ${FOLDER_DRIVER} has none` : undefined
}

/** Whether a class lets volumes be made for a node. */
export function allows({ allowedTopologies }: StorageClass, node: Node): boolean {
  if (!allowedTopologies?.length) return true
  return allowedTopologies.some(term =>
    (term.matchLabelExpressions ?? []).every(e => e.values?.includes(node.metadata.labels?.[e.key!] ?? '')),
  )
}

function volumeFor(claim: PersistentVolumeClaim, storageClass: StorageClass, node: Node): PersistentVolume {
  const name = `pvc-${claim.metadata.uid}`
  const hostname = node.metadata.labels?.[HOSTNAME] ?? node.metadata.name!
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name, annotations: { 'pv.kubernetes.io/provisioned-by': FOLDER_DRIVER } },
    spec: {
      capacity: { storage: (claim.spec!.resources!.requests as Record<string, string>).storage },
      accessModes: claim.spec!.accessModes,
      claimRef: referenceTo(claim),
      csi: { driver: FOLDER_DRIVER, volumeHandle: name },
      ...(storageClass.mountOptions ? { mountOptions: storageClass.mountOptions } : {}),
      nodeAffinity: {
        required: {
          nodeSelectorTerms: [{ matchExpressions: [{ key: HOSTNAME, operator: 'In', values: [hostname] }] }],
        },
      },
      persistentVolumeReclaimPolicy: storageClass.reclaimPolicy ?? 'Delete',
      storageClassName: storageClass.metadata.name,
      volumeMode: 'Filesystem',
    },
  }
}
