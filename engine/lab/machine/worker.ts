import type { WorkerMachineConfig } from './config.ts'
import type { MachineContext, MachineRole } from './main.ts'
export async function startWorker(_c: WorkerMachineConfig, _x: MachineContext): Promise<MachineRole> { throw new Error('not yet') }
