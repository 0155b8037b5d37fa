/** Entry of the store's worker thread: one member, served over the port to the thread that started it. */
import { join } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import { systemClock } from '../base/clock.ts'
import { messageOf } from '../base/errors.ts'
import { createLogger } from '../base/log.ts'
import { systemRandom } from '../base/random.ts'
import { fileDisk } from './disk.ts'
import type { StoreMemberConfig } from './config.ts'
import { startEtcdServer } from './etcd/server.ts'
import type { EtcdServer } from './etcd/server.ts'
import { StoreMember } from './member.ts'
import { TlsTransport } from './peer/tls.ts'
import type { FromWorker, ToWorker } from './port.ts'
import { PortServer } from './port-server.ts'

async function main(): Promise<void> {
  const port = parentPort
  if (!port) throw new Error('this is a worker thread: it is started by startStoreWorker')
  const config = workerData as StoreMemberConfig
  const post = (message: FromWorker, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer)
  const log = createLogger(({ level, message, time: _time, component, ...fields }) =>
    post({ log: { level, message, fields: component ? { part: component, ...fields } : fields } }),
  )
  const member = new StoreMember({
    config,
    clock: systemClock,
    random: systemRandom,
    log,
    disk: fileDisk(join(config.dataDir, 'store.db')),
    transport: new TlsTransport({
      clusterId: config.clusterId,
      name: config.name,
      listen: config.listen,
      peers: config.members,
      tls: config.tls,
      organization: config.organization,
      clock: systemClock,
      log,
    }),
  })
  member.onStatus(status => post({ status }))
  const server = new PortServer(member, post)
  let etcd: EtcdServer | undefined
  const stop = async () => {
    await etcd?.close()
    await member.stop()
  }
  port.on('message', (message: ToWorker) => {
    if ('frame' in message) server.take(message.frame)
    else if ('taken' in message) server.taken(message.taken)
    else
      stop().then(
        () => port.close(),
        (error: unknown) => {
          throw error
        },
      )
  })
  try {
    await member.start()
    if (config.client)
      etcd = await startEtcdServer({
        tls: config.tls,
        ...config.client,
        member,
        log: log.child('etcd'),
        clock: systemClock,
      })
    post({ started: true })
  } catch (error) {
    await stop()
    post({ failed: { message: messageOf(error) } })
    port.close()
  }
}

await main()
