import type { LabConfig, MachineSpec } from '../config.ts'
import type { MachineStatus } from '../contract.ts'

type Told = Pick<MachineStatus, 'name' | 'role' | 'address' | 'capacity' | 'metrics'>

/** What of a machine's status its config says. */
export function detailsOf(spec: MachineSpec, { etcd }: LabConfig): Told {
  const { name, role, address: own } = spec
  if (spec.role === 'worker') return { name, role, address: own, capacity: spec.capacity }
  const { api, scheduler, controllers, etcd: store } = spec.ports
  const address = (port: number) => `https://127.0.0.1:${port}/metrics`
  return {
    ...{ name, role, address: own },
    metrics: {
      ...{ apiServer: address(api), scheduler: address(scheduler), controllerManager: address(controllers) },
      ...(!etcd && { store: address(store) }),
    },
  }
}
