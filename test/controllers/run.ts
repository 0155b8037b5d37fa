import { createContext, type ControllerSetup } from '../../engine/controllers/context.ts'
import type { KubeObject } from '../../engine/api/object.ts'
import { FakeClock } from '../../engine/base/clock.ts'
import { silentLogger } from '../../engine/base/log.ts'
import { systemRandom } from '../../engine/base/random.ts'
import { InformerFactory } from '../../engine/client/cache/informer.ts'
import { RestClient } from '../../engine/client/rest.ts'
import { startCluster, type Cluster } from '../apiserver/harness.ts'

/** Controllers at work on an API server of their own. Their time is the test's: it goes on with `until` and `advance` alone. */
export interface Running {
  cluster: Cluster
  rest: RestClient
  clock: FakeClock
  /** Asks until there is an answer that is not undefined or false; the controllers' retries happen meanwhile. */
  until<T>(ask: () => Promise<T | undefined | false>): Promise<T>
  /** The events of that reason, newest last. */
  events(reason: string): Promise<string[]>
  close(): Promise<void>
}

const POLL_MS = 10
/** Far beyond what any machine needs; it only ends what would never come. */
const ATTEMPTS = 1_000

export async function runControllers(setups: Record<string, ControllerSetup>): Promise<Running> {
  const cluster = await startCluster()
  const server = `https://127.0.0.1:${cluster.server.port}`
  const rest = new RestClient({ server, ca: cluster.ca.pem, ...cluster.admin, userAgent: 'controllers' })
  const clock = new FakeClock(Date.now())
  const [random, log] = [systemRandom, silentLogger]
  const informers = new InformerFactory({ rest, clock, random, log })
  const options = {
    rootCA: cluster.ca.pem,
    podCIDR: '10.244.0.0/16',
    nodeMonitorGraceMs: 40_000,
    signing: { cert: '', key: '' },
    withNodes: false,
  }
  const running = Object.values(setups).map(setup =>
    setup(createContext({ rest, informers, clock, random, log, options })),
  )
  const stop = new AbortController()
  informers.start(stop.signal)
  await informers.whenSynced()
  const stopped = Promise.all(running.map(controller => controller.run(stop.signal)))
  const until = async <T>(ask: () => Promise<T | undefined | false>): Promise<T> => {
    for (let i = 0; i < ATTEMPTS; i++) {
      const answer = await ask()
      if (answer !== undefined && answer !== false) return answer
      clock.advance(1)
      await new Promise(done => setTimeout(done, POLL_MS))
    }
    throw new Error('it did not come true')
  }
  return {
    ...{ cluster, rest, clock, until },
    async events(reason) {
      const { items } = await rest.request<{ items: (KubeObject & { reason: string; message: string })[] }>(
        'GET',
        '/api/v1/events',
      )
      return items.filter(event => event.reason === reason).map(event => event.message)
    },
    async close() {
      stop.abort(new Error('the test is over'))
      await stopped
      rest.dispose()
      await cluster.close()
    },
  }
}
