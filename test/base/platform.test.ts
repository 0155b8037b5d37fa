import { describe, expect, test } from 'vitest'
import { platformFor, type PlatformHost } from '../../engine/base/platform/platform.ts'

function host(parts: Partial<PlatformHost> & { output?: string; files?: Record<string, string> } = {}) {
  const calls: string[] = []
  const value: PlatformHost = {
    env: parts.env ?? {},
    homeDir: parts.homeDir ?? '/home/ada',
    run(command, args) {
      calls.push([command, ...args].join(' '))
      return parts.output
    },
    readFile: path => parts.files?.[path],
    isWritableFolder: parts.isWritableFolder ?? (() => false),
    listFolder: parts.listFolder ?? (() => []),
    kill: parts.kill ?? ((pid, signal) => void calls.push(`kill ${pid} ${signal}`)),
  }
  return { value, calls }
}

/** A line of /proc/PID/stat: parent, session, own and reaped ticks of processor time, pages in memory. */
const stat = (
  pid: number,
  parent: number,
  session: number,
  ticks: number,
  reaped: number,
  pages: number,
  state = 'S',
) => `${pid} (a b) ${state} ${parent} ${pid} ${session} 0 0 0 0 0 0 0 ${ticks} 0 ${reaped} 0 20 0 1 0 99 0 ${pages} 0`

test('files can be kept in memory on Linux where it has its place for them, and nowhere else', () => {
  const isWritableFolder = (path: string) => path === '/dev/shm'
  const found = (['linux', 'darwin', 'win32'] as const).map(os =>
    platformFor(os, host({ isWritableFolder }).value).memoryDir(),
  )
  expect(found).toEqual(['/dev/shm', undefined, undefined])
  expect(platformFor('linux', host().value).memoryDir()).toBeUndefined()
})

describe('shells', () => {
  const folders = (names: Record<string, string[]>) => (path: string) => names[path] ?? []

  test("Linux and macOS: the user's own, then what /etc/shells names, is there, takes commands, and is not named yet", () => {
    const files = {
      '/etc/shells': '# comment\n/bin/sh\n/bin/bash\n/usr/bin/bash\n/bin/zsh\n/usr/sbin/nologin\nrelative\n/opt/gone\n',
    }
    const listFolder = folders({ '/bin': ['sh', 'bash', 'zsh'], '/usr/bin': ['bash'], '/usr/sbin': ['nologin'] })
    const env = { SHELL: '/bin/zsh' }
    const commands = (os: string, args = {}) =>
      platformFor(os, host({ files, listFolder, env, ...args }).value)
        .shells()
        .map(shell => [shell.id, shell.command, ...shell.args].join(' '))
    expect(commands('linux')).toEqual(['zsh /bin/zsh', 'sh /bin/sh', 'bash /bin/bash'])
    expect(commands('darwin')).toEqual(['zsh /bin/zsh -l', 'sh /bin/sh -l', 'bash /bin/bash -l'])
    expect(commands('linux', { files: {}, env: {} })).toEqual(['sh /bin/sh'])
    expect(commands('darwin', { files: {}, env: {} })).toEqual(['zsh /bin/zsh -l'])
    // A user without a shell still gets one.
    expect(commands('linux', { files: {}, env: { SHELL: '/usr/sbin/nologin' } })).toEqual(['sh /bin/sh'])
  })

  test('Windows: the command prompt, and of the others those that are there', () => {
    const listFolder = folders({
      'C:\\Windows\\System32\\WindowsPowerShell\\v1.0': ['PowerShell.exe'],
      'D:\\Programs\\Git\\bin': ['bash.exe'],
    })
    const env = { COMSPEC: 'C:\\Windows\\system32\\cmd.exe', ProgramFiles: 'D:\\Programs' }
    const shells = platformFor('win32', host({ listFolder, env }).value).shells()
    expect(shells.map(shell => [shell.id, shell.command])).toEqual([
      ['cmd', 'C:\\Windows\\system32\\cmd.exe'],
      ['powershell', 'C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe'],
      ['bash', 'D:\\Programs\\Git\\bin\\bash.exe'],
    ])
    expect(
      platformFor('win32', host().value)
        .shells()
        .map(shell => shell.command),
    ).toEqual(['cmd.exe'])
  })
})

describe('what a process uses with all that it started', () => {
  test('Linux: its session, orphans and reaped children among it, and no zombies', () => {
    const files = {
      '/proc/10/stat': stat(10, 1, 10, 100, 50, 2),
      '/proc/11/stat': stat(11, 10, 10, 25, 0, 1),
      '/proc/12/stat': stat(12, 1, 10, 50, 0, 1),
      '/proc/13/stat': stat(13, 12, 13, 25, 0, 1),
      '/proc/14/stat': stat(14, 10, 10, 1000, 0, 9, 'Z'),
      '/proc/20/stat': stat(20, 1, 20, 7, 0, 3),
    }
    const listFolder = () => [...Object.keys(files).map(path => path.split('/')[2]!), 'self', '99']
    const usage = platformFor('linux', host({ files, listFolder }).value).treeUsage([10, 77])
    expect(usage).toEqual(new Map([[10, { memory: 5 * 4096, cpuSeconds: 2.5, pids: [10, 11, 12, 13] }]]))
  })

  test('Linux: what has left its session and lost its parents, by the mark in its environment', () => {
    const files: Record<string, string> = {
      '/proc/10/stat': stat(10, 1, 10, 100, 0, 2),
      '/proc/30/stat': stat(30, 1, 30, 100, 0, 2),
      '/proc/31/stat': stat(31, 30, 31, 100, 0, 2),
      '/proc/30/environ': 'A=b\0KUBARIUM_CONTAINER=c1\0',
      '/proc/40/stat': stat(40, 1, 40, 100, 0, 2),
      '/proc/40/environ': 'XKUBARIUM_CONTAINER=c1\0KUBARIUM_CONTAINER=c2\0',
    }
    const killed: number[] = []
    const listFolder = () =>
      Object.keys(files)
        .filter(path => path.endsWith('stat'))
        .map(path => path.split('/')[2]!)
    const kill = (pid: number) => {
      killed.push(pid)
      delete files[`/proc/${pid}/stat`]
    }
    const linux = platformFor('linux', host({ files, listFolder, kill }).value)
    expect(linux.treeUsage([10]).get(10)!.pids).toEqual([10])
    expect(linux.treeUsage([10], new Map([['c1', 10]])).get(10)!.pids).toEqual([10, 30, 31])
    expect(linux.endMarked('c1')).toBe(1)
    expect(killed).toEqual([30])
    files['/proc/loadavg'] = '0.1 0.2 0.3 2/345 999\n'
    expect(linux.taskCount()).toBe(345)
  })

  test('macOS: its process group and its descendants', () => {
    const output =
      '    1     0     1   900   1:00.00\n   10     1    10   100   0:01.50\n   11    10    10    50   0:00.25\n   12    11    12    25 1-00:00:01.00\n'
    const { value, calls } = host({ output })
    expect(platformFor('darwin', value).treeUsage([10])).toEqual(
      new Map([[10, { memory: 175 * 1024, cpuSeconds: 86_402.75, pids: [10, 11, 12] }]]),
    )
    expect(calls).toEqual(['ps -A -o pid=,ppid=,pgid=,rss=,time='])
  })

  test('Windows: its descendants, whoever claims to be its own parent', () => {
    const output = '0 0 8192 0\r\n10 4 1000 10000000\r\n11 10 500 5000000\r\n12 13 1 1\r\n13 12 1 1\r\n'
    const usage = platformFor('win32', host({ output }).value).treeUsage([10])
    expect(usage).toEqual(new Map([[10, { memory: 1500, cpuSeconds: 1.5, pids: [10, 11] }]]))
  })

  test('nothing where nothing can be asked', () => {
    for (const os of ['linux', 'darwin', 'win32']) expect(platformFor(os, host().value).treeUsage([1]).size).toBe(0)
  })
})

describe('Linux', () => {
  test('a process is known by the start time in its stat, whatever its name contains', () => {
    const fields = ['S', ...Array.from({ length: 18 }, (_, i) => String(i)), '4711', '0', '50'].join(' ')
    const stat = `12 (a) name) (x) ${fields}`
    const { value } = host({ files: { '/proc/12/stat': stat } })
    expect(platformFor('linux', value).identify([12, 13])).toEqual(new Map([[12, '4711']]))
    expect(platformFor('linux', value).usage([12]).get(12)).toEqual({ memory: 50 * 4096, cpuSeconds: (10 + 11) / 100 })
  })

  test('a zombie counts as dead', () => {
    const fields = ['Z', ...Array.from({ length: 20 }, () => '1')].join(' ')
    expect(platformFor('linux', host({ files: { '/proc/5/stat': `5 (z) ${fields}` } }).value).identify([5]).size).toBe(
      0,
    )
  })

  test('what a process catches is told by its mask', () => {
    const files = { '/proc/7/status': 'Name:\tnode\nSigIgn:\t0000000000001000\nSigCgt:\t0000000100004202\nNSpid:\t7\n' }
    const linux = platformFor('linux', host({ files }).value)
    expect((['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGPIPE'] as const).map(signal => linux.catches(7, signal))).toEqual([
      ...[true, true, false, false],
    ])
    expect(linux.catches(8, 'SIGTERM')).toBeUndefined()
  })

  test('data goes where XDG says, else below the home folder', () => {
    expect(platformFor('linux', host({ env: { XDG_DATA_HOME: '/data' } }).value).dataDir()).toBe('/data/kubarium')
    expect(platformFor('linux', host().value).dataDir()).toBe('/home/ada/.local/share/kubarium')
  })

  test('without a display there is no browser', () => {
    expect(platformFor('linux', host().value).browserCommand('http://x')).toBeUndefined()
    expect(platformFor('linux', host({ env: { DISPLAY: ':0' } }).value).browserCommand('http://x')?.command).toBe(
      'xdg-open',
    )
  })

  test('a signal to a process that is gone is no error, another failure is', () => {
    const failing = (code: string) =>
      host({
        kill: () => {
          throw Object.assign(new Error(code), { code })
        },
      }).value
    expect(() => platformFor('linux', failing('ESRCH')).killTree(1234)).not.toThrow()
    expect(() => platformFor('linux', failing('EPERM')).killTree(1234)).toThrow('EPERM')
  })
})

describe('macOS', () => {
  test('processes are identified and measured by ps', () => {
    const { value, calls } = host({ output: '  501 Mon Nov 23 09:00:00 2026\n' })
    expect(platformFor('darwin', value).identify([501])).toEqual(new Map([[501, 'Mon Nov 23 09:00:00 2026']]))
    expect(calls).toEqual(['ps -o pid=,lstart= -p 501'])
    const usage = platformFor('darwin', host({ output: '501  2048 1:02.50\n502 10 1-00:00:01\n' }).value).usage([
      501, 502,
    ])
    expect(usage.get(501)).toEqual({ memory: 2048 * 1024, cpuSeconds: 62.5 })
    expect(usage.get(502)?.cpuSeconds).toBe(86_401)
  })
})

describe('Windows', () => {
  test('processes are identified by PowerShell, trees are ended by taskkill', () => {
    const { value, calls } = host({ output: '42 638000000 1048576 1.5\r\n' })
    const windows = platformFor('win32', value)
    expect(windows.identify([42])).toEqual(new Map([[42, '638000000']]))
    expect(windows.usage([42]).get(42)).toEqual({ memory: 1048576, cpuSeconds: 1.5 })
    windows.signalTree(42, 'SIGTERM')
    windows.signalTree(42, 'SIGHUP')
    windows.signalTree(42, 'SIGUSR1')
    expect(calls.filter(c => c.startsWith('taskkill'))).toEqual([
      'taskkill.exe /PID 42 /T /F',
      'taskkill.exe /PID 42 /T /F',
    ])
  })

  test('pausing is refused with a way out', () => {
    const windows = platformFor('win32', host().value)
    expect(windows.canPause).toBe(false)
    expect(() => windows.pause(1)).toThrow('Windows cannot pause a process.')
  })

  test('addresses with ampersands reach the browser whole', () => {
    expect(platformFor('win32', host().value).browserCommand('http://x/?a=1&b=2')?.args.at(-1)).toBe(
      'http://x/?a=1^&b=2',
    )
  })
})
