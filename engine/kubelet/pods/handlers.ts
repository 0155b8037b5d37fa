import type { Container } from '../../api/types.ts'
import { sleep, type Clock } from '../../base/clock.ts'
import { probeHttp, type ProberDependencies } from '../probes/prober.ts'
import type { ContainerRuntime } from '../runtime/contract.ts'
import type { ContainerRunner } from './container.ts'

type Handler = NonNullable<NonNullable<Container['lifecycle']>['preStop']>

const HTTP_TIMEOUT_MS = 30_000

/** Runs a postStart or preStop hook to its end. @throws Error if it fails. */
export async function runHandler(
  handler: Handler,
  container: ContainerRunner,
  dependencies: { clock: Clock; runtime: ContainerRuntime } & Pick<ProberDependencies, 'dial' | 'podIP'>,
): Promise<void> {
  if (handler.exec) {
    const process = dependencies.runtime.exec(container.config!, handler.exec.command ?? [], {
      tty: false,
      stdin: false,
    })
    process.stdout.resume()
    process.stderr?.resume()
    const { code } = await process.exited
    if (code !== 0) throw new Error(`command '${(handler.exec.command ?? []).join(' ')}' exited with ${code}`)
  } else if (handler.httpGet) {
    const { success, message } = await probeHttp(container.spec, handler.httpGet, HTTP_TIMEOUT_MS, dependencies)
    if (!success) throw new Error(message)
  } else if (handler.sleep) {
    await sleep(dependencies.clock, (handler.sleep.seconds ?? 0) * 1000)
  } else throw new Error('the handler has no action that is known here; use exec, httpGet or sleep')
}
