import { join, win32 } from 'node:path'
import { UserError } from '../errors.ts'
import { sumTrees } from './trees.ts'
import type { Platform, PlatformHost, ProcessUsage, Shell } from './platform.ts'

/** Console programs cannot be asked to end from outside: every ending signal is the last. */
const ENDING = new Set<NodeJS.Signals>(['SIGTERM', 'SIGKILL', 'SIGINT', 'SIGQUIT', 'SIGHUP'])

/** Windows counts processor time in steps of 100 ns. */
const TICKS = 10_000_000

export function windowsPlatform(host: PlatformHost): Platform {
  /** One line for each live process: id, start time in ticks, working set in bytes, processor seconds. */
  const query = (pids: number[]) =>
    pids.length === 0
      ? []
      : (
          host.run('powershell.exe', [
            '-NoProfile',
            '-NonInteractive',
            '-Command',
            `Get-Process -Id ${pids.join(',')} -ErrorAction SilentlyContinue | ForEach-Object { ` +
              `'{0} {1} {2} {3}' -f $_.Id, $_.StartTime.Ticks, $_.WorkingSet64, ` +
              `$_.TotalProcessorTime.TotalSeconds.ToString([cultureinfo]::InvariantCulture) }`,
          ]) ?? ''
        )
          .split(/\r?\n/)
          .filter(line => line.trim() !== '')
          .map(line => line.trim().split(' '))
  const cannotPause = () => {
    throw new UserError(
      'Windows cannot pause a process.',
      'Stop the machine instead: `kubarium lab machine stop NAME`.',
    )
  }
  return {
    name: 'windows',
    dataDir: () => join(host.env.LOCALAPPDATA || join(host.homeDir, 'AppData', 'Local'), 'Kubarium'),
    memoryDir: () => undefined,
    identify: pids => new Map(query(pids).map(([pid, ticks]) => [Number(pid), ticks])),
    usage: pids =>
      new Map(
        query(pids).map(([pid, , bytes, seconds]): [number, ProcessUsage] => [
          Number(pid),
          { memory: Number(bytes), cpuSeconds: Number(seconds) },
        ]),
      ),
    treeUsage(leaders) {
      const command =
        `Get-CimInstance Win32_Process | ForEach-Object { '{0} {1} {2} {3}' -f ` +
        `$_.ProcessId, $_.ParentProcessId, $_.WorkingSetSize, ($_.KernelModeTime + $_.UserModeTime) }`
      const output = host.run('powershell.exe', ['-NoProfile', '-NonInteractive', '-Command', command]) ?? ''
      const rows = output.split(/\r?\n/).flatMap(line => {
        const [pid, parent, bytes, ticks] = line.trim().split(' ')
        if (!ticks) return []
        return [{ pid: Number(pid), parent: Number(parent), memory: Number(bytes), cpuSeconds: Number(ticks) / TICKS }]
      })
      return sumTrees(rows, leaders)
    },
    // The environment of other processes is not told here.
    endMarked: () => 0,
    taskCount: () => undefined,
    exactMemory: () => undefined,
    looksAreCheap: false,
    // taskkill reports processes that are gone as failures; that they are gone is what was wanted.
    killTree: pid => void host.run('taskkill.exe', ['/PID', String(pid), '/T', '/F']),
    signalTree(pid, signal) {
      if (ENDING.has(signal)) host.run('taskkill.exe', ['/PID', String(pid), '/T', '/F'])
    },
    signalOne(pid, signal) {
      if (ENDING.has(signal)) host.run('taskkill.exe', ['/PID', String(pid), '/F'])
    },
    launchedBy: () => undefined,
    catches: () => undefined,
    canPause: false,
    pause: cannotPause,
    resume: cannotPause,
    browserCommand: url => ({ command: 'cmd.exe', args: ['/c', 'start', '""', url.replaceAll('&', '^&')] }),
    shells: () => windowsShells(host),
    detachGroups: false,
  }
}

/** What this Windows has of the usual shells, the command prompt first: it is what COMSPEC names, and always there. */
function windowsShells(host: PlatformHost): Shell[] {
  const programs = host.env.ProgramFiles || 'C:\\Program Files'
  const system = win32.join(host.env.SystemRoot || 'C:\\Windows', 'System32')
  const others: Shell[] = [
    { id: 'pwsh', name: 'PowerShell', command: win32.join(programs, 'PowerShell', '7', 'pwsh.exe'), args: [] },
    {
      ...{ id: 'powershell', name: 'Windows PowerShell', args: [] },
      command: win32.join(system, 'WindowsPowerShell', 'v1.0', 'powershell.exe'),
    },
    { id: 'bash', name: 'Git Bash', command: win32.join(programs, 'Git', 'bin', 'bash.exe'), args: ['-i', '-l'] },
  ]
  const isThere = ({ command }: Shell) =>
    host.listFolder(win32.dirname(command)).some(name => name.toLowerCase() === win32.basename(command))
  return [
    { id: 'cmd', name: 'Command Prompt', command: host.env.COMSPEC || 'cmd.exe', args: [] },
    ...others.filter(isThere),
  ]
}
