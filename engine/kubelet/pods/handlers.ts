import type { Container } from '../../api/types.ts'
import { sleep } from '../../base/clock.ts'
import { dialWithin, portNumber, type DialDependencies } from '../probes/dial.ts'
import { probeHttp } from '../probes/http.ts'
import type { ContainerRunner } from './container.ts'

type Handler = NonNullable<NonNullable<Container['lifecycle']>['preStop']>

/** A hook by HTTP is given so long at most; commands may take as long as the container is there. */
const HTTP_TIMEOUT_MS = 30_000
const NO_LIMIT_MS = 2 ** 31 - 1

/** Runs a postStart or preStop hook to its end. @throws Error if it fails, with what Kubernetes says of it */
export async function runHandler(
  handler: Handler,
  container: ContainerRunner,
  dependencies: DialDependencies,
): Promise<void> {
  if (handler.exec) {
    const command = handler.exec.command ?? []
    const { code, output } = await container.run(command, NO_LIMIT_MS)
    if (code !== 0)
      throw new Error(
        `Exec lifecycle hook ([${command.join(' ')}]) for Container "${container.spec.name}" failed - error: command '${command.join(' ')}' exited with ${code}: ${output}, message: ${JSON.stringify(output)}`,
      )
  } else if (handler.httpGet) {
    const { result, message } = await probeHttp(container.spec, handler.httpGet, HTTP_TIMEOUT_MS, dependencies)
    if (result === 'failure')
      throw new Error(
        `HTTP lifecycle hook (${handler.httpGet.path ?? ''}) for Container "${container.spec.name}" failed - error: ${message}, message: ""`,
      )
  } else if (handler.sleep) await sleep(dependencies.clock, (handler.sleep.seconds ?? 0) * 1000)
  else if (handler.tcpSocket) {
    const { host, port } = handler.tcpSocket
    const socket = await dialWithin(host, portNumber(container.spec, port!), HTTP_TIMEOUT_MS, dependencies)
    socket.destroy()
  } else throw new Error('invalid handler: it names no action')
}
