import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { shellVariables, usualShell, type Shell } from '../../../app/cli/lab/shell-variables.ts'
import { labEnvironment } from '../../../engine/lab/environment.ts'

/** What quoting can get wrong. */
const VARIABLES = {
  KUBECONFIG: `/home/o'neil/$HOME/a b\\c/"x"/100%/admin.kubeconfig`,
  http_proxy: 'http://127.0.0.1:1',
}
const how = { unset: false, command: 'kubarium lab env' }

describe('variables for a shell', () => {
  it('mean in sh what they are, whatever is in them, and can be taken back', () => {
    const script = (unset: boolean) => shellVariables('sh', VARIABLES, { ...how, unset })
    const said = (text: string) => spawnSync('sh', ['-c', text], { encoding: 'utf8' }).stdout
    expect(said(`${script(false)}\nprintf %s "$KUBECONFIG"`)).toBe(VARIABLES.KUBECONFIG)
    expect(said(`${script(false)}\n${script(true)}\nprintf %s "\${KUBECONFIG-none}"`)).toBe('none')
  })

  it.each<[Shell, string]>([
    ['fish', `set -gx KUBECONFIG '/home/o\\'neil/$HOME/a b\\\\c/"x"/100%/admin.kubeconfig'`],
    ['powershell', `$env:KUBECONFIG = '/home/o''neil/$HOME/a b\\c/"x"/100%/admin.kubeconfig'`],
    ['cmd', `set "KUBECONFIG=/home/o'neil/$HOME/a b\\c/"x"/100%/admin.kubeconfig"`],
    ['nu', `$env.KUBECONFIG = "/home/o'neil/$HOME/a b\\\\c/\\"x\\"/100%/admin.kubeconfig"`],
  ])('are written for %s as it quotes', (shell, line) => {
    expect(shellVariables(shell, VARIABLES, how).split('\n')[0]).toBe(line)
  })

  it('say in a remark how the shell is made to run them', () => {
    expect(shellVariables('fish', VARIABLES, how)).toMatch(/\n# To run these lines: kubarium lab env \| source$/)
    expect(shellVariables('cmd', VARIABLES, how)).toMatch(/\nREM /)
  })

  it('are data for programs as JSON', () => {
    expect(JSON.parse(shellVariables('json', VARIABLES, how))).toEqual(VARIABLES)
  })

  it('are named once where names do not differ by case', () => {
    const variables = labEnvironment({ name: 'a', ports: { proxy: 1 } } as never, { kubeconfig: 'k' })
    const names = (shell: Shell) => shellVariables(shell, variables, how).match(/https?_proxy/gi)!.length
    expect(names('sh')).toBe(2)
    expect(names('powershell')).toBe(1)
  })
})

it('the shell is the user’s, and else the platform’s', () => {
  expect(usualShell('linux', { SHELL: '/usr/bin/fish' })).toBe('fish')
  expect(usualShell('darwin', { SHELL: '/bin/zsh' })).toBe('sh')
  expect(usualShell('windows', {})).toBe('powershell')
  expect(usualShell('windows', { SHELL: 'C:\\Program Files\\Git\\usr\\bin\\bash.exe' })).toBe('sh')
})
