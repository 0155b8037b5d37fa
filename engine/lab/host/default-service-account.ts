import { pause, type Clock } from '../../base/clock.ts'
import { messageOf } from '../../base/errors.ts'
import type { Logger } from '../../base/log.ts'
import type { ClientConfig, RestClient } from '../../client/rest.ts'

const PATH = '/api/v1/namespaces/default/serviceaccounts/default'
const RETRY_MS = 50

/**
 * Waits until the namespace `default` has its service account. The controller manager makes it in a new cluster soon
 * after the API server answers, and until then every pod is refused: whoever is told that a lab is ready may create one
 * at once.
 * @param ending its reason is thrown when it aborts.
 */
export async function untilPodsAreAdmitted(
  rest: RestClient,
  clock: Clock,
  log: Logger,
  ending: AbortSignal,
): Promise<void> {
  for (;;) {
    ending.throwIfAborted()
    try {
      await rest.request('GET', PATH, { signal: ending })
      return
    } catch (error) {
      log.debug('no default service account yet', { error: messageOf(error) })
    }
    await pause(clock, RETRY_MS, ending)
  }
}

/** The same, asked of the cluster by whom `identity` names. */
export async function untilClusterAdmitsPods(
  identity: Omit<ClientConfig, 'userAgent'>,
  { clock, log }: { clock: Clock; log: Logger },
  ending: AbortSignal,
): Promise<void> {
  const { RestClient } = await import('../../client/rest.ts')
  const rest = new RestClient({ ...identity, userAgent: 'kubarium-lab' })
  try {
    await untilPodsAreAdmitted(rest, clock, log, ending)
  } finally {
    rest.dispose()
  }
}
