import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { SpdySession } from '../../../../../engine/base/spdy/session.ts'
import { messageOf } from '../../../../../engine/base/errors.ts'
import { forwardThrough, PORT_FORWARD_PROTOCOL } from '../../../../../engine/client/port-forward.ts'
import type { KubeObject } from '../../../../../engine/api/object.ts'
import { KubectlError, UsageError } from '../../base/errors.ts'
import type { Call, Verb } from '../../base/verb.ts'
import { pathOf } from '../../resources/discovery.ts'
import { podsOf } from '../../resources/pods-of.ts'

export const portForward: Verb = {
  about: 'Forward one or more local ports to a pod.',
  usage: 'TYPE/NAME [options] [LOCAL_PORT:]REMOTE_PORT [...[LOCAL_PORT_N:]REMOTE_PORT_N]',
  flags: {
    address: { type: 'list', default: 'localhost', about: 'addresses to listen on' },
    'pod-running-timeout': { type: 'duration', default: '1m', about: 'accepted' },
  },
  async run(call) {
    const { args, io } = call
    if (args.length < 2) throw new UsageError('TYPE/NAME and list of ports are required for port-forward')
    const { pods } = await podsOf(call, args[0]!)
    const pod = pods[0]
    if (!pod) throw new KubectlError('timed out waiting for the condition')
    if (pod.status?.phase !== 'Running')
      throw new KubectlError(`unable to forward port because pod is not running. Current status=${pod.status?.phase}`)
    const ports = await Promise.all(args.slice(1).map(text => portsOf(call, text, args[0]!, pod)))
    const path = pathOf(
      await call.cluster().discovery.find('pods'),
      pod.metadata.namespace,
      pod.metadata.name,
      'portforward',
    )
    const connection = await call.cluster().upgrade(path, PORT_FORWARD_PROTOCOL)
    const session = new SpdySession(connection, { role: 'client' })
    const servers: Server[] = []
    const lost = new Promise<void>((resolve, reject) => {
      connection.once('error', error => reject(new KubectlError(`lost connection to pod: ${error.message}`)))
      connection.once('close', () =>
        io.signal.aborted ? resolve() : reject(new KubectlError('lost connection to pod')),
      )
      io.signal.addEventListener('abort', () => session.close(), { once: true })
    })
    lost.catch(() => undefined) // awaited below, once everything listens
    let requests = 0
    try {
      for (const { local, remote } of ports)
        for (const host of call.flags
          .list('address')
          .flatMap(address => (address === 'localhost' ? ['127.0.0.1', '::1'] : [address]))) {
          const server = createServer({ allowHalfOpen: true }, socket => {
            io.stdout.write(`Handling connection for ${(server.address() as AddressInfo).port}\n`)
            void forward(call, session, socket, remote, requests++)
          })
          const known = (servers.at(-1)?.address() as AddressInfo | undefined)?.port
          if (!(await listen(server, host, local || (host === '::1' ? (known ?? 0) : 0)))) continue
          servers.push(server)
          io.stdout.write(
            `Forwarding from ${host.includes(':') ? `[${host}]` : host}:${(server.address() as AddressInfo).port} -> ${remote}\n`,
          )
        }
      if (!servers.length)
        throw new KubectlError(
          `unable to listen on any of the requested ports: [${ports.map(p => `{${p.local} ${p.remote}}`).join(' ')}]`,
        )
      await lost
    } finally {
      servers.forEach(server => server.close())
      connection.destroy()
    }
  },
}

async function listen(server: Server, host: string, port: number): Promise<boolean> {
  return new Promise(resolve => {
    server.once('error', () => resolve(false))
    server.listen(port, host, () => resolve(true))
  })
}

interface Ports {
  local: number
  remote: number
}

/** `8080`, `8080:80`, `:80`, `8080:http`; through a service, its port is translated to the pod's. */
async function portsOf(call: Call, text: string, target: string, pod: KubeObject): Promise<Ports> {
  const [first = '', second] = text.split(':')
  const wanted = second ?? first
  const containerPorts = (pod.spec.containers as { ports?: { name?: string; containerPort: number }[] }[]).flatMap(
    c => c.ports ?? [],
  )
  let remote = /^\d+$/.test(wanted) ? Number(wanted) : containerPorts.find(p => p.name === wanted)?.containerPort
  const [type = '', name] = target.split('/')
  const resource = name ? await call.cluster().discovery.find(type) : undefined
  if (resource?.kind === 'Service') {
    const service = await call.cluster().json<KubeObject>('GET', pathOf(resource, call.cluster().namespace, name))
    const port = (service.spec.ports as { name?: string; port: number; targetPort: number | string }[]).find(
      p => String(p.port) === wanted || p.name === wanted,
    )
    if (!port) throw new KubectlError(`Service ${name} does not have a service port ${wanted}`)
    remote =
      typeof port.targetPort === 'number'
        ? port.targetPort
        : containerPorts.find(p => p.name === port.targetPort)?.containerPort
  }
  if (!remote) throw new KubectlError(`Pod '${pod.metadata.name}' does not have a named port '${wanted}'`)
  return { local: second === undefined ? (/^\d+$/.test(first) ? Number(first) : remote) : Number(first || 0), remote }
}

async function forward(call: Call, session: SpdySession, socket: Socket, port: number, request: number): Promise<void> {
  socket.on('error', () => socket.destroy())
  try {
    const refusal = await forwardThrough(session, socket, port, request)
    if (!refusal) return
    call.io.stderr.write(`error: an error occurred forwarding ${socket.localPort} -> ${port}: ${refusal}\n`)
  } catch (error) {
    if (!call.io.signal.aborted)
      call.io.stderr.write(`error: error creating forwarding stream for port ${port}: ${messageOf(error)}\n`)
  }
  socket.destroy()
}
