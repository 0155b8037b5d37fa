import { accessSync, constants, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { Clock } from '../../../base/clock.ts'
import type { Platform } from '../../../base/platform/platform.ts'
import type { NetworkNamespace } from '../../pod-network.ts'
import type { ContainerConfig, ContainerProcess, ContainerRuntime } from '../contract.ts'
import { pathInContainer } from '../paths.ts'
import { adoptDetached, startDetached } from '../detached/detached.ts'
import { findProgram } from '../detached/find-program.ts'
import type { NamedPipes } from '../detached/named-pipes.ts'
import { spawnProcess } from '../spawned.ts'
import { StartError } from '../start-error.ts'
import { isSystem, layOut, underMount } from './layout.ts'
import { spawnWithTerminal, TAKE_TERMINAL } from './terminal.ts'

export interface BubblewrapRuntimeOptions {
  platform: Platform
  clock: Clock
  /** For containers that can be adopted; absent: they end with this machine. */
  pipes?: NamedPipes
  /** Node binary for images whose program is written for Node. */
  node: string
  /** Told of every process, so that it can be found and ended should this machine die. */
  record(pid: number): void
  /** Files and folders of this machine that programs need where they are, such as what is loaded before them. */
  programs: string[]
  /** Version of bwrap, as the probe found it. */
  version: string
}

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
const LOOK_MS = 10
/** Node has begun to listen for signals by then, however busy the machine is. */
const BOOT_MS = 10_000

/**
 * Waits until the program of a container runs, which is the one child of a bwrap, and joins it. `$0` is the pid of that
 * bwrap or of what has bwrap as its one child, all else what to run; a container that has ended makes 126. A network of
 * its own is bwrap's too, and is entered first: whoever is in the container's user namespace has no more right to it.
 */
const JOIN = `
main=
while :; do
  [ -r /proc/$0/task/$0/children ] || { echo "the container is not running" >&2; exit 126; }
  launcher=$0
  read -r name < /proc/$0/comm || :
  [ "$name" = bwrap ] || read -r launcher rest < /proc/$0/task/$0/children || :
  name=
  [ -n "$launcher" ] && read -r name < /proc/$launcher/comm
  if [ "$name" = bwrap ]; then
    main=
    read -r main rest < /proc/$launcher/task/$launcher/children || :
    [ -n "$main" ] && read -r name < /proc/$main/comm
    [ "$name" = bwrap ] || break
  fi
  sleep 0.01
done
network=
if ! [ /proc/$launcher/ns/net -ef /proc/self/ns/net ]; then
  network="nsenter -t $launcher -n"
  [ /proc/$launcher/ns/user -ef /proc/self/ns/user ] || network="$network -U --preserve-credentials"
fi
exec $network nsenter -t "$main" -U -m -p -i -u --preserve-credentials -r -w -- "$@"`

/**
 * Containers in namespaces of their own (users, processes, IPC, host name, mounts) that bwrap sets up for an ordinary
 * user on Linux. The network is that which the pod was given, which bwrap is started in, else the machine's: the overlay works
 * by what programs are told then.
 */
export function createBubblewrapRuntime(options: BubblewrapRuntimeOptions): ContainerRuntime {
  const { platform, clock, pipes, record } = options
  /** bwrap of each running container, or what has bwrap as its one child. */
  const running = new Map<string, number>()
  const follow = (container: ContainerConfig, process: ContainerProcess, boots = false): ContainerProcess => {
    running.set(container.id, process.pid)
    void process.exited.then(() => {
      if (running.get(container.id) === process.pid) running.delete(container.id)
    })
    whenLaunched(process, options, record)
    const bootEnds = boots ? clock.monotonic() + BOOT_MS : 0
    return { ...process, signal: signal => signalMain(process, signal, bootEnds, options) }
  }
  return {
    version: `bubblewrap://${options.version}`,
    handlers: [
      { name: 'bubblewrap', features: { recursiveReadOnlyMounts: true, userNamespaces: true }, entersNetwork: true },
    ],
    start(container) {
      const argv = commandLine(container, container.argv, options)
      const { uid = 0, gid = uid } = container.user ?? {}
      const { tty, stdin, runDir } = container
      const args = [
        ...['--unshare-user', '--uid', String(uid), '--gid', String(gid)],
        ...['--unshare-pid', '--as-pid-1', '--unshare-ipc', '--unshare-uts'],
        ...(container.hostname ? ['--hostname', container.hostname] : []),
        ...layOut(container, { programs: [...options.programs, dirname(options.node)] }),
        ...['--chdir', container.workingDir, '--', ...(tty ? TAKE_TERMINAL : []), ...argv],
      ]
      const how = { platform, record, cwd: '/', env: environment(container, options), name: argv[0] }
      const [command, ...before] = inNetwork(container.network)
      const all = [...before, ...args]
      const started = tty
        ? spawnWithTerminal(command, all, { ...how, tty: {} })
        : pipes && runDir && !stdin
          ? startDetached(command, all, runDir, { ...how, clock, pipes })
          : spawnProcess(command, all, { ...how, stdin })
      return follow(container, started, basename(argv[0]!) === basename(options.node))
    },
    adopt: (container, leader) => follow(container, adoptDetached(leader, container.runDir!, { platform, clock })),
    exec(container, command, { tty, stdin, cols, rows }) {
      const pid = running.get(container.id)
      if (pid === undefined) throw new StartError(command[0], 'the container is not running')
      const argv = commandLine(container, command, options)
      const rights = container.user?.uid ? [] : ['--bounding-set=-all', '--inh-caps=-all', '--ambient-caps=-all']
      const program = tty ? [...TAKE_TERMINAL, ...argv] : argv
      const joined = ['setpriv', '--no-new-privs', ...rights, 'env', '-C', container.workingDir, '--', ...program]
      const args = ['-c', JOIN, String(pid), ...joined]
      const how = { platform, record, cwd: '/', env: environment(container, options), name: argv[0] }
      return tty
        ? spawnWithTerminal('/bin/sh', args, { ...how, tty: { cols, rows } })
        : spawnProcess('/bin/sh', args, { ...how, stdin })
    },
  }
}

/** bwrap, in a network. @throws StartError if a program for that is missing */
export function inNetwork(network: NetworkNamespace | undefined): string[] {
  const find = (name: string) => findProgram(name, { PATH: process.env.PATH ?? PATH }, '/')
  if (!network) return [find('bwrap')]
  const user = network.user ? [`--user=${network.user}`, '--preserve-credentials'] : []
  return [find('nsenter'), `--net=${network.net}`, ...user, '--', find('bwrap')]
}

/**
 * The container's main process has pid 1 in it, as it has on a cluster: it gets the signal itself, and what it does not
 * handle does nothing, but for SIGKILL, which ends all processes of the container with it.
 */
function signalMain(
  process: ContainerProcess,
  signal: NodeJS.Signals,
  bootEnds: number,
  options: BubblewrapRuntimeOptions,
): void {
  const { platform, clock } = options
  if (signal === 'SIGKILL' && platform.launchedBy(process.pid, 'bwrap') === undefined)
    return platform.killTree(process.pid)
  // Process 1 takes all others of the container with it, and bwrap, which waits for it, ends last.
  whenLaunched(process, options, main => {
    const catches = platform.catches(main, signal)
    platform.signalOne(main, signal)
    if (clock.monotonic() < bootEnds) repeatWhenHeard(process, main, signal, catches, bootEnds, options)
  })
}

/**
 * Programs for Node stand for others that listen for signals from their first moment; Node takes a while to start, and process 1 never
 * hears of what came before it listened. Whoever begins to listen is told then. Node itself listens once in between, and forgets.
 */
function repeatWhenHeard(
  process: ContainerProcess,
  main: number,
  signal: NodeJS.Signals,
  caught: boolean | undefined,
  until: number,
  { platform, clock }: BubblewrapRuntimeOptions,
): void {
  let ended = false
  void process.exited.then(() => (ended = true))
  const look = () => {
    const catches = platform.catches(main, signal)
    if (ended || catches === undefined || clock.monotonic() >= until) return
    if (catches && !caught) platform.signalOne(main, signal)
    caught = catches
    clock.after(LOOK_MS, look)
  }
  clock.after(LOOK_MS, look)
}

/** Calls back with the container's main process as soon as it runs its program; never, if that does not come to be. */
function whenLaunched(
  process: ContainerProcess,
  { platform, clock }: BubblewrapRuntimeOptions,
  callback: (main: number) => void,
): void {
  let ended = false
  void process.exited.then(() => (ended = true))
  const look = () => {
    if (ended) return
    const main = platform.launchedBy(process.pid, 'bwrap')
    if (main === undefined) clock.after(LOOK_MS, look)
    else callback(main)
  }
  look()
}

/** @throws StartError if the container has no such program */
function commandLine(container: ContainerConfig, argv: string[], { node }: BubblewrapRuntimeOptions): string[] {
  const { image } = container
  const [program, ...rest] = argv
  if (image.runs === 'node' && program === image.entry[0]) return [node, join(image.dir, program), ...rest]
  const script = image.commands?.[program.split('/').at(-1)!]
  // What an image brings comes before what the machine has; what a pod brings comes before both.
  const own = program.includes('/') && !isSystem(program)
  const exists = () => (program.includes('/') ? isProgram(container, program) : hasProgram(container, program))
  if ((own || !script) && exists()) return argv
  if (script) return [node, join(image.dir, script), ...rest]
  if (program === 'node') return [node, ...rest]
  throw program.includes('/') ? new StartError(program, 'no such file or directory') : new StartError(program)
}

function hasProgram(container: ContainerConfig, name: string): boolean {
  return searchPath(container)
    .split(':')
    .some(folder => isProgram(container, `${folder}/${name}`))
}

function isProgram(container: ContainerConfig, path: string): boolean {
  const own = isSystem(path) && !underMount(container.mounts, path)
  const file = own ? path : pathInContainer(container, path.startsWith('/') ? path : join(container.workingDir, path))
  try {
    accessSync(file!, constants.X_OK)
    return statSync(file!).isFile()
  } catch {
    return false // not there, or not to be run: both are an answer
  }
}

function searchPath({ env }: ContainerConfig): string {
  return env.PATH && env.PATH !== process.env.PATH ? env.PATH : PATH
}

function environment(container: ContainerConfig, { node }: BubblewrapRuntimeOptions): Record<string, string> {
  return { ...container.env, PATH: `${searchPath(container)}:${dirname(node)}` }
}
