import { parseQuantity, Quantity, quantityOf } from '../../base/quantity.ts'
import { amountOf } from '../eviction/thresholds.ts'
import { DEFAULT_SETTINGS, type KubeletSettings } from './settings.ts'

/** What a machine of a lab is given, in Kubernetes' quantities; not what the user's own machine has. */
export interface Capacity {
  cpu: string
  memory: string
  pods: number
  ephemeralStorage: string
  /** Most processes of its pods together; absent: `DEFAULT_PIDS`. */
  pids?: number
}

/** Enough for as many pods as a node may have, with a few dozen processes each. */
export const DEFAULT_PIDS = 8_192

/** `status.capacity` of a Node. */
export function capacityOf({ cpu, memory, pods, ephemeralStorage }: Capacity): Record<string, string> {
  return { cpu, memory, pods: String(pods), 'ephemeral-storage': ephemeralStorage }
}

/**
 * `status.allocatable`: what is left for pods of the capacity, without what is reserved for the system and for Kubernetes,
 * and what eviction keeps free.
 */
export function allocatableOf(capacity: Capacity, settings: KubeletSettings): Record<string, string> {
  const hard = settings.evictionHard ?? DEFAULT_SETTINGS.evictionHard
  const kept: Record<string, string | undefined> = {
    memory: hard['memory.available'],
    'ephemeral-storage': hard['nodefs.available'],
  }
  return Object.fromEntries(
    Object.entries(capacityOf(capacity)).map(([name, amount]) => {
      const whole = parseQuantity(amount)
      let left = whole
      for (const reserved of [settings.systemReserved, settings.kubeReserved])
        if (reserved?.[name] !== undefined) left = left.sub(parseQuantity(reserved[name]))
      if (kept[name] !== undefined) left = left.sub(quantityOf(amountOf(kept[name], whole.value()), 'BinarySI'))
      return [name, left.sign() < 0 ? new Quantity(0n, whole.format).toString() : left.toString()]
    }),
  )
}

/** What the containers of all pods may have before eviction keeps something back, in bytes: capacity without reservations. */
export function memoryForPods(capacity: Capacity, settings: KubeletSettings): number {
  const reserved = [settings.systemReserved?.memory, settings.kubeReserved?.memory]
  return reserved.reduce(
    (left, amount) => left - (amount === undefined ? 0 : parseQuantity(amount).value()),
    parseQuantity(capacity.memory).value(),
  )
}
