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
    kill: parts.kill ?? ((pid, signal) => void calls.push(`kill ${pid} ${signal}`)),
  }
  return { value, calls }
}

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
