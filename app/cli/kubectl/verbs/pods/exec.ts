import WebSocket from 'ws'
import { ConnectionError, KubectlError } from '../../base/errors.ts'
import type { Call, Verb } from '../../base/verb.ts'
import { toResponseError } from '../../connection/cluster.ts'
import { pathOf } from '../../resources/discovery.ts'
import { chooseContainer, containerList, podsOf } from '../../resources/pods-of.ts'

export const exec: Verb = {
  about: 'Execute a command in a container.',
  usage: '(POD | TYPE/NAME) [-c CONTAINER] [flags] -- COMMAND [args...]',
  flags: {
    container: { type: 'string', short: 'c', about: 'the container' },
    stdin: { type: 'bool', short: 'i', about: 'pass standard input on' },
    tty: { type: 'bool', short: 't', about: 'standard input is a terminal' },
    quiet: { type: 'bool', short: 'q', about: 'print nothing but the output' },
    'pod-running-timeout': { type: 'duration', default: '1m', about: 'accepted' },
  },
  async run(call) {
    const { flags, args, dash, io } = call
    const command = dash === undefined ? args.slice(1) : args.slice(dash)
    if (args.length === 0 || dash === 0) throw new KubectlError('pod, type/name or --filename must be specified')
    if (dash === undefined && command.length)
      throw new KubectlError(
        `exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead\nSee 'kubectl exec -h' for help and examples`,
      )
    if (command.length === 0) throw new KubectlError('you must specify at least one command for the container')
    const { pods } = await podsOf(call, args[0]!)
    const pod = pods[0]
    if (!pod) throw new KubectlError('timed out waiting for the condition')
    if (pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed')
      throw new KubectlError(`cannot exec into a container in a completed pod; current phase is ${pod.status.phase}`)
    const choice = chooseContainer(pod, flags.text('container'))
    if (choice.defaulted && !flags.on('quiet'))
      io.stderr.write(`Defaulted container ${JSON.stringify(choice.name)} out of: ${containerList(pod)}\n`)
    let tty = flags.on('tty')
    if (tty && !io.stdin.isTTY) {
      io.stderr.write('Unable to use a TTY - input is not a terminal or the right kind of file\n')
      tty = false
    }
    const resource = await call.cluster().discovery.find('pods')
    const query = {
      command,
      container: choice.name,
      stdin: flags.on('stdin') ? 'true' : undefined,
      stdout: 'true',
      stderr: tty ? undefined : 'true',
      tty: tty ? 'true' : undefined,
    }
    return streamCommand(call, pathOf(resource, pod.metadata.namespace, pod.metadata.name, 'exec'), query, {
      stdin: flags.on('stdin'),
      tty,
    })
  },
}

const CHANNEL = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4, close: 255 } as const

/** Runs a remote command over v5.channel.k8s.io and gives its exit status. The terminal is raw meanwhile, with a TTY. */
export async function streamCommand(
  call: Call,
  path: string,
  query: Record<string, string | string[] | undefined>,
  options: { stdin: boolean; tty: boolean },
): Promise<number> {
  const { io } = call
  const socket = await openSocket(call, path, query, ['v5.channel.k8s.io'])
  const release: (() => void)[] = []
  const send = (channel: number, data: Uint8Array) => {
    if (socket.readyState === WebSocket.OPEN) socket.send(Buffer.concat([Buffer.of(channel), data]))
  }
  try {
    return await new Promise<number>((resolve, reject) => {
      let verdict: Status | undefined
      socket.on('message', (message: Buffer) => {
        const [channel, data] = [message[0], message.subarray(1)]
        if (channel === CHANNEL.stdout) io.stdout.write(data)
        else if (channel === CHANNEL.stderr) io.stderr.write(data)
        else if (channel === CHANNEL.error && data.length) verdict = JSON.parse(data.toString('utf8')) as Status
      })
      socket.on('error', error => reject(new KubectlError(`error sending request: ${error.message}`)))
      socket.on('close', () => {
        if (!verdict || verdict.status === 'Success') return resolve(0)
        const code = verdict.details?.causes?.find(cause => cause.reason === 'ExitCode')?.message
        if (code === undefined) return reject(new KubectlError(verdict.message ?? 'the command failed'))
        io.stderr.write(`command terminated with exit code ${code}\n`)
        resolve(Number(code))
      })
      if (options.tty) {
        io.stdin.setRawMode?.(true)
        release.push(() => io.stdin.setRawMode?.(false))
        const resize = () =>
          send(
            CHANNEL.resize,
            Buffer.from(JSON.stringify({ Width: io.stdout.columns ?? 80, Height: io.stdout.rows ?? 24 })),
          )
        resize()
        io.stdout.on('resize', resize)
        release.push(() => io.stdout.off('resize', resize))
      }
      if (options.stdin) {
        const onData = (data: Buffer) => {
          send(CHANNEL.stdin, data)
          if (socket.bufferedAmount > 1 << 20) io.stdin.pause()
          const drain = () =>
            socket.bufferedAmount > 1 << 18 && socket.readyState === WebSocket.OPEN
              ? void io.clock.after(20, drain)
              : io.stdin.resume()
          if (io.stdin.isPaused()) drain()
        }
        const onEnd = () => send(CHANNEL.close, Buffer.of(CHANNEL.stdin))
        io.stdin.on('data', onData)
        io.stdin.on('end', onEnd)
        release.push(() => {
          io.stdin.off('data', onData)
          io.stdin.off('end', onEnd)
          io.stdin.pause()
          if ('unref' in io.stdin) (io.stdin as { unref(): void }).unref()
        })
      }
    })
  } finally {
    release.forEach(free => free())
  }
}

interface Status {
  status?: string
  message?: string
  details?: { causes?: { reason?: string; message?: string }[] }
}

/** Opens a WebSocket to the API server, with the user's credentials. @throws ResponseError if it is refused */
function openSocket(
  call: Call,
  path: string,
  query: Record<string, string | string[] | undefined>,
  protocols: string[],
): Promise<WebSocket> {
  const cluster = call.cluster()
  const url = cluster.url(path, query)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  const socket = new WebSocket(url, protocols, {
    ...cluster.tls(),
    headers: cluster.config.headers as Record<string, string>,
    perMessageDeflate: false,
  })
  return new Promise((resolve, reject) => {
    socket.once('open', () => {
      socket.off('error', reject)
      resolve(socket)
    })
    socket.once('error', error => reject(new ConnectionError(`Unable to connect to the server: ${error.message}`)))
    socket.once('unexpected-response', (_, response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => {
        reject(
          toResponseError(
            response.statusCode ?? 0,
            Buffer.concat(chunks).toString('utf8'),
            response.headers['content-type'],
          ),
        )
      })
    })
  })
}
