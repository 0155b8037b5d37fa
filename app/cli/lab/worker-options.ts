import { readFileSync } from 'node:fs'
import { InvalidArgumentError } from 'commander'
import { messageOf, UserError } from '../../../engine/base/errors.ts'
import { parseQuantity } from '../../../engine/base/quantity.ts'
import type { Capacity } from '../../../engine/kubelet/node/allocatable.ts'
import { goDuration } from '../../../engine/kubelet/node/duration.ts'
import type { KubeletSettings } from '../../../engine/kubelet/node/settings.ts'

/** Reads "cpu=2,memory=1Gi,pods=20,ephemeral-storage=2Gi,pid=500". @throws InvalidArgumentError */
export function capacity(text: string): Partial<Capacity> {
  const given: Partial<Capacity> = {}
  for (const part of text.split(',')) {
    const [, name, amount] = /^([a-z-]+)=(.+)$/.exec(part) ?? []
    if (!isPositive(amount)) throw new InvalidArgumentError(`"${part}" is no amount such as memory=1Gi.`)
    if (name === 'cpu' || name === 'memory') given[name] = amount
    else if (name === 'ephemeral-storage') given.ephemeralStorage = amount
    else if (name === 'pods') given.pods = parseQuantity(amount).value()
    else if (name === 'pid') given.pids = parseQuantity(amount).value()
    else throw new InvalidArgumentError(`A worker has cpu, memory, pods, ephemeral-storage and pid, not "${name}".`)
  }
  return given
}

/** A duration as Go writes it, in milliseconds. @throws InvalidArgumentError for what is none, or under a second */
export function duration(text: string): number {
  const ms = goDuration(text)
  if (ms === undefined || ms < 1_000) throw new InvalidArgumentError('It must be a duration from 1s on, such as 10s.')
  return ms
}

/** @throws UserError for a file that cannot be read, or that is no configuration for kubelets */
export async function readKubeletConfig(file: string): Promise<KubeletSettings> {
  let given: unknown
  try {
    const { parse } = await import('yaml')
    given = parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new UserError(`${file} cannot be read: ${messageOf(error)}`, 'Give a KubeletConfiguration in YAML or JSON.')
  }
  const { checkSettings } = await import('../../../engine/kubelet/node/settings.ts')
  return checkSettings(given)
}

function isPositive(amount: string | undefined): amount is string {
  try {
    return amount !== undefined && parseQuantity(amount).sign() > 0
  } catch {
    return false // what is no quantity is no amount
  }
}
