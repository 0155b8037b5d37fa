import { semanticEqual } from '../../equality.ts'
import type { FieldError } from '../../strategy.ts'
import { duplicate, invalid, invalids, required } from '../../validation/field.ts'
import { isQualifiedName, nonNegative } from '../../validation/names.ts'
import { ageColumn, column, nameColumn } from '../columns.ts'
import { validateCSIDriverName } from '../core/volume/sources.ts'
import { defineKind } from '../define.ts'

interface Driver {
  name?: string
  nodeID?: string
  topologyKeys?: string[]
  allocatable?: { count?: number }
}

export const strategy = defineKind({
  group: 'storage.k8s.io',
  kind: 'CSINode',
  resource: 'csinodes',
  namespaced: false,
  columns: [
    nameColumn,
    column('Drivers', 'integer', 'Number of drivers on the node.', o => (o.spec?.drivers ?? []).length),
    ageColumn,
  ],
  validate: object => validateDrivers(object.spec?.drivers),
  validateUpdate(object, old) {
    const before = new Map(((old.spec?.drivers ?? []) as Driver[]).map(driver => [driver.name, driver]))
    return ((object.spec?.drivers ?? []) as Driver[])
      .filter(driver => before.has(driver.name) && !isSame(driver, before.get(driver.name)!))
      .map(driver => invalid('CSINodeDriver', internalForm(driver), 'field is immutable'))
  },
})

/** How many volumes a node has room for may change, where it is not. */
const isSame = (a: Driver, b: Driver): boolean => a.nodeID === b.nodeID && semanticEqual(a.topologyKeys, b.topologyKeys)

function validateDrivers(drivers: Driver[] | undefined): FieldError[] {
  const errors: FieldError[] = []
  const names = new Set<string>()
  ;(drivers ?? []).forEach((driver, i) => {
    const at = `spec.drivers[${i}]`
    const { name = '', nodeID = '' } = driver
    const topologyKeys = driver.topologyKeys ?? []
    errors.push(...validateCSIDriverName(name, `${at}.name`))
    if (!nodeID) errors.push(required(`${at}.nodeID`))
    else if (nodeID.length > 256) errors.push(invalid(`${at}.nodeID`, nodeID, 'must be 256 characters or less'))
    errors.push(...nonNegative(driver.allocatable?.count, `${at}.allocatable.count`))
    if (names.has(name)) errors.push(duplicate(`${at}.name`, name))
    names.add(name)
    topologyKeys.forEach((key, j) => {
      if (!key) errors.push(required(`${at}.topologyKeys`))
      if (topologyKeys.indexOf(key) < j) errors.push(duplicate(`${at}.topologyKeys`, key))
      errors.push(...invalids(`${at}.topologyKeys`, topologyKeys, isQualifiedName(key)))
    })
  })
  return errors
}

const internalForm = (driver: Driver) => ({
  Name: driver.name ?? '',
  NodeID: driver.nodeID ?? '',
  TopologyKeys: driver.topologyKeys ?? null,
  Allocatable: driver.allocatable ? { Count: driver.allocatable.count ?? null } : null,
})
