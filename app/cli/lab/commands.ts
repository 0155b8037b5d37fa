import { resolve } from 'node:path'
import { Command, InvalidArgumentError, Option } from 'commander'
import type { Platform } from '../../../engine/base/platform/platform.ts'
import { DEFAULT_LAB } from '../../../engine/lab/config.ts'
import { MACHINE_ACTIONS } from '../../../engine/lab/contract.ts'
import { PROXY_MODES } from '../../../engine/network/services/balancer.ts'
import { IPVS_SCHEDULERS } from '../../../engine/network/services/strategy/ipvs.ts'
import { inspect, load, save } from './archive.ts'
import { allowedHostPath } from './host-path.ts'
import { allowHostPrograms, imageCommand } from './image.ts'
import { addMachine, actOnMachine, removeMachine } from './machine.ts'
import { deleteNamed, down, list, printEnvironment, printKubeconfig, status } from './manage.ts'
import {
  raftAdd,
  raftLog,
  raftMembers,
  raftRemove,
  raftRestore,
  raftSnapshot,
  raftStatus,
  raftTransfer,
} from './raft.ts'
import { readEtcdOptions } from './etcd-options.ts'
import { dnsServers } from './dns-options.ts'
import { readProxyOptions } from './proxy-options.ts'
import { SHELLS } from './shell-variables.ts'
import { openService } from './open.ts'
import { up } from './up.ts'
import { capacity, duration, readKubeletConfig } from './worker-options.ts'

/** Options that every lab command has. */
export interface LabOptions {
  dataDir: string
  platform: Platform
}

/** `kubarium lab …` */
export function labCommand(platform: Platform): Command {
  const lab = new Command('lab').description('Bring labs up and down, and work on their machines.')
  const dataDirDefault = process.env.KUBARIUM_DATA_DIR ?? platform.dataDir()

  const command = (name: string, description: string) =>
    lab
      .command(name)
      .description(description)
      .option('--data-dir <dir>', 'folder that holds the labs', dataDirDefault)
      .exitOverride()
  const shared = (options: { dataDir: string }): LabOptions => ({ dataDir: resolve(options.dataDir), platform })

  command('up [name]', 'start a lab, making it if it does not exist')
    .option('--masters <n>', 'control-plane machines of a new lab: 1, 3 or 5', wholeNumber, 3)
    .option('--workers <n>', 'worker machines of a new lab', wholeNumber)
    .option('--port <port>', 'port of the API server', portNumber)
    .option('--bare', 'a new lab with masters alone, as a reference control plane', false)
    .option('--etcd <endpoints>', 'keep the state of a new lab in this etcd: https://host:port, several with commas')
    .option('--etcd-cafile <file>', "etcd's authority")
    .option('--etcd-certfile <file>', 'certificate for etcd')
    .option('--etcd-keyfile <file>', 'its key')
    .addOption(
      new Option('--runtime <name>', 'what runs the pods of a new lab; bubblewrap isolates them, on Linux').choices([
        'auto',
        'process',
        'bubblewrap',
      ]),
    )
    .addOption(
      new Option(
        '--pod-network <how>',
        'whether pods under bubblewrap have network namespaces (default: auto, where they can be had)',
      ).choices(['auto', 'overlay', 'namespaces']),
    )
    .addOption(
      new Option(
        '--proxy-mode <mode>',
        'how the workers of a new lab lead Services to endpoints (default: iptables)',
      ).choices(PROXY_MODES),
    )
    .addOption(
      new Option('--ipvs-scheduler <name>', 'how endpoints are chosen in ipvs mode (default: rr)').choices(
        IPVS_SCHEDULERS,
      ),
    )
    .option(
      '--dns-forward <servers>',
      'ask these for names outside of the cluster: ADDR[:PORT],… (default: such names are refused)',
      dnsServers,
    )
    .option('--worker-capacity <amounts>', 'what each worker offers: cpu=4,memory=8Gi,pods=110,…', capacity)
    .option('--kubelet-config <file>', 'KubeletConfiguration for the workers of a new lab')
    .option(
      '--node-monitor-grace-period <duration>',
      'how long a node may be silent before it is NotReady (default: 50s)',
      duration,
    )
    .option('--allow-host-programs', 'let pods run programs of this machine as image host/<program>', false)
    .option(
      '--allow-host-path <dir>',
      'let pods mount this folder by hostPath: DIR, or DIR:rw to write (repeatable)',
      allowedHostPath,
    )
    .option('--foreground', 'stay, and stop the lab with Ctrl-C', false)
    .action(async (name: string = DEFAULT_LAB, options) => {
      const workers = options.workers ?? (options.bare ? 0 : 2)
      const { masters, bare, port, runtime, podNetwork } = options
      const etcd = readEtcdOptions(options)
      if (options.allowHostPrograms) allowHostPrograms(name, shared(options))
      await up(
        {
          ...{ name, masters, workers, bare, port },
          ...(etcd ? { etcd } : {}),
          ...(runtime ? { runtime } : {}),
          ...(podNetwork ? { podNetwork } : {}),
          ...readProxyOptions(options),
          ...(options.dnsForward ? { dnsForward: options.dnsForward } : {}),
          ...(options.allowHostPath ? { allowedHostPaths: options.allowHostPath } : {}),
          ...(options.nodeMonitorGracePeriod ? { nodeMonitorGraceMs: options.nodeMonitorGracePeriod } : {}),
          ...(options.workerCapacity ? { capacity: options.workerCapacity } : {}),
          ...(options.kubeletConfig ? { kubelet: await readKubeletConfig(options.kubeletConfig) } : {}),
        },
        { ...shared(options), foreground: options.foreground },
      )
    })
  command('down [name]', 'stop a lab; its state stays').action((name: string = DEFAULT_LAB, options) =>
    down(name, shared(options)),
  )
  command('status [name]', 'show a lab, its machines and addresses')
    .alias('show')
    .option('-o, --output <format>', 'json')
    .action((name: string = DEFAULT_LAB, options) => status(name, shared(options), options.output))
  command('list', 'list the labs').action(options => list(shared(options)))
  command('delete <name>', 'remove a lab that is down, with all its data').action((name: string, options) =>
    deleteNamed(name, shared(options)),
  )
  command('save <name> <file>', 'write a lab into one file, which contains its Secrets and keys')
    .option('--overwrite', 'replace a file that is there', false)
    .action((name: string, file: string, options) => save(name, file, options.overwrite, shared(options)))
  command('load <file>', 'make a new lab of a file that `lab save` has written')
    .option('--name <name>', 'what to call it (default: as it was called)')
    .action((file: string, options) => load(file, options.name, shared(options)))
  command('inspect <file>', 'show what a file that `lab save` has written holds')
    .option('-o, --output <format>', 'json')
    .action((file: string, options) => inspect(file, options.output))
  command('kubeconfig [name]', 'print the kubeconfig of the administrator').action(
    (name: string = DEFAULT_LAB, options) => printKubeconfig(name, shared(options)),
  )
  command('env [name]', 'print the variables that make the cluster reachable from a shell')
    .addOption(new Option('--shell <shell>', 'in whose notation (default: that of your shell)').choices(SHELLS))
    .option('--unset', 'print what takes them back', false)
    .action((name: string = DEFAULT_LAB, options) => printEnvironment(name, shared(options), options))
  command('open <service>', 'open a Service in the browser, of whatever type it is')
    .option('-n, --namespace <name>', 'its namespace', 'default')
    .option('--port <port>', 'which of its ports, by name or number')
    .option('--lab <name>', 'the lab', DEFAULT_LAB)
    .option('--url', 'print the address and open nothing', false)
    .action((service: string, options) => openService(options.lab, service, shared(options), options))

  const machine = lab.command('machine').description('work on single machines').exitOverride()
  const machineCommand = (name: string, description: string) =>
    machine
      .command(name)
      .description(description)
      .option('--lab <name>', 'the lab', DEFAULT_LAB)
      .option('--data-dir <dir>', 'folder that holds the labs', dataDirDefault)
      .exitOverride()
  const descriptions = {
    kill: "end a machine's process (kill -9); a worker's pods go on, out of reach, until it is back",
    stop: 'shut a machine down',
    start: 'start a machine',
    pause: 'freeze a machine',
    resume: 'let a frozen machine go on',
  }
  for (const action of MACHINE_ACTIONS)
    machineCommand(`${action} <machine>`, descriptions[action]).action((name: string, options) =>
      actOnMachine(options.lab, name, action, shared(options)),
    )
  machineCommand('add', 'add a worker, or a master')
    .addOption(new Option('--role <role>', 'what it is').choices(['worker', 'control-plane']).default('worker'))
    .action(options => addMachine(options.lab, options.role, shared(options)))
  machineCommand('remove <machine>', 'remove a worker and its Node, or a master').action((name: string, options) =>
    removeMachine(options.lab, name, shared(options)),
  )

  imageCommand(lab, dataDirDefault, shared)

  const raft = lab.command('raft').description('look at the store of the masters, and look after it').exitOverride()
  const raftCommand = (name: string, description: string) =>
    raft
      .command(name)
      .description(description)
      .option('--lab <name>', 'the lab', DEFAULT_LAB)
      .option('--data-dir <dir>', 'folder that holds the labs', dataDirDefault)
      .exitOverride()
  raftCommand('status', 'show what each member says').action(options => raftStatus(options.lab, shared(options)))
  raftCommand('members', 'list who takes part').action(options => raftMembers(options.lab, shared(options)))
  raftCommand('log [master]', 'print the end of the raft log as a master has it')
    .option('--tail <n>', 'entries', wholeNumber, 20)
    .action((master: string | undefined, options) => raftLog(options.lab, master, options.tail, shared(options)))
  raftCommand('transfer <master>', 'hand leadership over').action((master: string, options) =>
    raftTransfer(options.lab, master, shared(options)),
  )
  raftCommand('add', 'add a master, which gets a vote when it has caught up').action(options =>
    raftAdd(options.lab, shared(options)),
  )
  raftCommand('remove <master>', 'remove a master for good').action((master: string, options) =>
    raftRemove(options.lab, master, shared(options)),
  )
  raftCommand('snapshot <file>', 'save what the store holds')
    .option('--from <master>', 'whose')
    .action((file: string, options) => raftSnapshot(options.lab, file, options.from, shared(options)))
  raftCommand('restore <file>', 'begin a lab that is down with a snapshot').action((file: string, options) =>
    raftRestore(options.lab, file, shared(options)),
  )
  return lab
}

function wholeNumber(text: string): number {
  if (!/^\d{1,5}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.')
  return Number(text)
}

function portNumber(text: string): number {
  const port = wholeNumber(text)
  if (port < 1 || port > 65_535) throw new InvalidArgumentError('It must be a port, from 1 to 65535.')
  return port
}
