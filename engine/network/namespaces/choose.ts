import { messageOf, UserError } from '../../base/errors.ts'
import type { Platform } from '../../base/platform/platform.ts'
import type { NetworkNamespace } from '../../kubelet/pod-network.ts'
import { HelperKeeper, type KeeperOptions } from './keeper.ts'

/** How pods are on the network: `auto` is `namespaces` where those can be had, else `overlay`. */
export type PodNetworkChoice = 'auto' | 'overlay' | 'namespaces'

/** What serves namespaces, or why there are none. */
export type PodNetworkChosen = { keeper: HelperKeeper; why?: undefined } | { keeper?: undefined; why: string }

export interface ChooseOptions extends KeeperOptions {
  platform: Pick<Platform, 'name'>
  /** Whether a runtime here starts programs in a network namespace. */
  enters: boolean
  /** Starts a program in a namespace as pods' are. @throws Error if that does not work */
  tryOut(namespace: NetworkNamespace): Promise<void>
}

/** Of TEST-NET-1: nobody has it. */
const TRIAL_ADDRESS = '192.0.2.1'
const TRIAL_ID = 0

/**
 * Whether pods have network namespaces on this machine, found by making one and running a program in it.
 * @throws UserError if they were asked for and cannot be had
 */
export async function choosePodNetwork(choice: PodNetworkChoice, options: ChooseOptions): Promise<PodNetworkChosen> {
  if (choice === 'overlay') return { why: 'the lab wants none' }
  const chosen = await probe(options)
  if (chosen.keeper || choice !== 'namespaces') return chosen
  throw new UserError(
    `Pods cannot have network namespaces on this machine: ${chosen.why}`,
    'They take Linux, bubblewrap, nftables, util-linux and python3, and leave to make namespaces; or start the lab with `--pod-network overlay`.',
  )
}

async function probe(options: ChooseOptions): Promise<PodNetworkChosen> {
  if (options.platform.name !== 'linux') return { why: 'only Linux has them' }
  if (!options.enters) return { why: 'they take the runtime bubblewrap, which does not work here' }
  let keeper: HelperKeeper | undefined
  try {
    keeper = await HelperKeeper.start(options)
    const helper = keeper.helper!
    await options.tryOut(await helper.open(TRIAL_ID, TRIAL_ADDRESS, []))
    helper.close(TRIAL_ID)
    return { keeper }
  } catch (error) {
    keeper?.stop()
    return { why: messageOf(error) }
  }
}
