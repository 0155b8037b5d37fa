import type { FieldError } from '../../../strategy.ts'
import { forbidden, invalid, notFound, notSupported, required } from '../../../validation/field.ts'
import { validateLocalDescendingPath } from '../../../validation/paths.ts'

/* eslint-disable @typescript-eslint/no-explicit-any -- validates what clients sent */

const PROPAGATIONS = ['Bidirectional', 'HostToContainer', 'None']
const RECURSIVE = ['Disabled', 'Enabled', 'IfPossible']

/** Mounts and devices of a container. Some complaints name the list instead of the mount: Kubernetes' do. */
export function validateMounts(container: any, at: string, volumes: Map<string, any>): FieldError[] {
  const mounts: any[] = container.volumeMounts ?? []
  const devices: any[] = container.volumeDevices ?? []
  const devicePaths = new Map(devices.map(d => [d.name ?? '', d.devicePath ?? '']))
  const mountPaths = new Map(mounts.map(m => [m.name ?? '', m.mountPath ?? '']))
  return [
    ...validateVolumeMounts(mounts, devicePaths, volumes, container, `${at}.volumeMounts`),
    ...validateVolumeDevices(devices, mountPaths, volumes, `${at}.volumeDevices`),
  ]
}

function validateVolumeMounts(
  mounts: any[],
  devicePaths: Map<string, string>,
  volumes: Map<string, any>,
  container: any,
  at: string,
): FieldError[] {
  const errors: FieldError[] = []
  const seen = new Set<string>()
  mounts.forEach((mount, i) => {
    const path = `${at}[${i}]`
    const [name, mountPath]: [string, string] = [mount.name ?? '', mount.mountPath ?? '']
    if (!name) errors.push(required(`${path}.name`))
    if (!volumes.has(name)) errors.push(notFound(`${path}.name`, name))
    if (!mountPath) errors.push(required(`${path}.mountPath`))
    if (seen.has(mountPath)) errors.push(invalid(`${path}.mountPath`, mountPath, 'must be unique'))
    seen.add(mountPath)
    if (devicePaths.has(name)) errors.push(invalid(`${path}.name`, name, 'must not already exist in volumeDevices'))
    if ([...devicePaths.values()].includes(mountPath))
      errors.push(invalid(`${path}.mountPath`, mountPath, 'must not already exist as a path in volumeDevices'))
    if (mount.subPath) errors.push(...validateLocalDescendingPath(mount.subPath, `${at}.subPath`))
    if (mount.subPathExpr) {
      if (mount.subPath)
        errors.push(invalid(`${path}.subPathExpr`, mount.subPathExpr, 'subPathExpr and subPath are mutually exclusive'))
      errors.push(...validateLocalDescendingPath(mount.subPathExpr, `${at}.subPathExpr`))
    }
    errors.push(...validatePropagation(mount, container, at))
  })
  return errors
}

function validatePropagation(mount: any, container: any, at: string): FieldError[] {
  const errors: FieldError[] = []
  const { mountPropagation: propagation, recursiveReadOnly } = mount
  if (propagation !== undefined && !PROPAGATIONS.includes(propagation))
    errors.push(notSupported(`${at}.mountPropagation`, propagation, PROPAGATIONS))
  if (propagation === 'Bidirectional' && !container.securityContext?.privileged)
    errors.push(
      forbidden(`${at}.mountPropagation`, 'Bidirectional mount propagation is available only to privileged containers'),
    )
  if (recursiveReadOnly === undefined || recursiveReadOnly === 'Disabled') return errors
  if (!RECURSIVE.includes(recursiveReadOnly))
    return [...errors, notSupported(`${at}.recursiveReadOnly`, recursiveReadOnly, RECURSIVE)]
  if (!mount.readOnly) errors.push(forbidden(`${at}.recursiveReadOnly`, 'may only be specified when readOnly is true'))
  if (propagation !== undefined && propagation !== 'None')
    errors.push(
      forbidden(`${at}.recursiveReadOnly`, 'may only be specified when mountPropagation is None or not specified'),
    )
  return errors
}

function validateVolumeDevices(
  devices: any[],
  mountPaths: Map<string, string>,
  volumes: Map<string, any>,
  at: string,
): FieldError[] {
  const errors: FieldError[] = []
  const paths = new Set<string>()
  const names = new Set<string>()
  devices.forEach((device, i) => {
    const path = `${at}[${i}]`
    const [name, devicePath]: [string, string] = [device.name ?? '', device.devicePath ?? '']
    const volume = volumes.get(name)
    if (!name) errors.push(required(`${path}.name`))
    if (names.has(name)) errors.push(invalid(`${path}.name`, name, 'must be unique'))
    if (volume && !volume.persistentVolumeClaim && !volume.ephemeral)
      errors.push(
        invalid(
          `${path}.name`,
          name,
          'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode',
        ),
      )
    if (!volume) errors.push(notFound(`${path}.name`, name))
    if (!devicePath) errors.push(required(`${path}.devicePath`))
    if (paths.has(devicePath)) errors.push(invalid(`${path}.devicePath`, devicePath, 'must be unique'))
    if (devicePath.split('/').includes('..'))
      errors.push(invalid(`${path}.devicePath`, devicePath, "can not contain backsteps ('..')"))
    else paths.add(devicePath)
    if (mountPaths.has(name)) errors.push(invalid(`${path}.name`, name, 'must not already exist in volumeMounts'))
    if ([...mountPaths.values()].includes(devicePath))
      errors.push(invalid(`${path}.devicePath`, devicePath, 'must not already exist as a path in volumeMounts'))
    if (name) names.add(name)
  })
  return errors
}
