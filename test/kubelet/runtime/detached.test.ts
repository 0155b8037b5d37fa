import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { findProgram } from '../../../engine/kubelet/runtime/detached/find-program.ts'
import { namedPipesOn } from '../../../engine/kubelet/runtime/detached/named-pipes.ts'
import type { ContainerConfig, ContainerRuntime } from '../../../engine/kubelet/runtime/contract.ts'
import { bubblewrap, outcome, platform, Workbench, written } from './containers.ts'

const bench = new Workbench()
afterAll(() => bench.dispose())
const runtimes: [string, () => ContainerRuntime][] = [['process', () => bench.process()]]
if (bubblewrap.works) runtimes.push(['bubblewrap', () => bench.bubblewrap()])

/** Another Node process starts the container, and is killed as soon as the container has said this. */
async function leave(handler: string, container: ContainerConfig, untilSaid: string): Promise<number> {
  const { lifeOf } = await import('./first-life.ts')
  const pid = await lifeOf(handler, container, untilSaid, bench.dir)
  bench.pids.push(pid)
  return pid
}
const identity = (pid: number) => ({ pid, started: platform.identify([pid]).get(pid)! })
const gone = (pid: number) => expect.poll(() => platform.identify([pid]).has(pid)).toBe(false)

describe.each(runtimes)('a container of %s whose starter is killed', (handler, make) => {
  const sh = (script: string) => bench.container(['sh', '-c', script])

  test('goes on, is adopted with all that it said meanwhile, takes signals and commands, and its code is known', async () => {
    const script =
      'trap "exit 3" TERM; echo up; i=0; while :; do i=$((i+1)); echo $i; [ $i -ge 40 ] || sleep 0.02; [ $i -lt 40 ] || sleep 0.1; done'
    const container = sh(script)
    const pid = await leave(handler, container, 'up')
    const { started } = identity(pid)
    const runtime = make()
    const adopted = runtime.adopt!(container, { pid, started })
    let said = readFileSync(join(bench.dir, 'said'), 'utf8')
    adopted.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
    adopted.stderr!.resume()
    await expect.poll(() => said).toContain('\n45\n')
    const command = runtime.exec(container, ['sh', '-c', 'echo in; exit 4'], { tty: false, stdin: false })
    expect(await outcome(command)).toMatchObject({ stdout: 'in\n', code: 4 })
    adopted.signal('SIGTERM')
    expect(await adopted.exited).toMatchObject({ code: 3 })
    const lines = said.trim().split('\n')
    expect(lines).toEqual(['up', ...lines.slice(1).map((_, i) => String(i + 1))])
    await gone(pid)
  })

  test('that ended meanwhile has left its last words, its code, and when that was', async () => {
    const container = sh(`echo up; sleep 0.3; echo last words; echo bad >&2; exit 7`)
    const before = Date.now()
    const pid = await leave(handler, container, 'up')
    await expect.poll(() => existsSync(join(container.runDir!, 'exit'))).toBe(true)
    const endedBy = Date.now()
    const { stdout, stderr, code, finishedAtMs } = await outcome(make().adopt!(container, identity(pid)))
    expect({ stdout, stderr, code }).toEqual({ stdout: 'last words\n', stderr: 'bad\n', code: 7 })
    expect(finishedAtMs).toBeGreaterThan(before)
    expect(finishedAtMs).toBeLessThan(endedBy + 1_000)
    await gone(pid)
  })

  test('that is stopped goes on, and one that is killed has code 137', async () => {
    const container = sh('echo up; sleep 0.2; echo on; sleep 60')
    const pid = await leave(handler, container, 'up')
    platform.signalTree(pid, 'SIGSTOP')
    const adopted = make().adopt!(container, identity(pid))
    await written(adopted, 'on')
    adopted.signal('SIGKILL')
    expect(await adopted.exited).toMatchObject({ code: 137 })
    await gone(pid)
  })

  test('waits with its output while nobody reads it, and loses none', async () => {
    const container = sh('echo up; sleep 0.2; i=0; while [ $i -lt 40000 ]; do i=$((i+1)); echo $i; done')
    const pid = await leave(handler, container, 'up')
    await new Promise(done => setTimeout(done, 500))
    const { stdout, code } = await outcome(make().adopt!(container, identity(pid)))
    expect(code).toBe(0)
    expect(stdout).toBe(Array.from({ length: 40_000 }, (_, i) => `${i + 1}\n`).join(''))
  })
})

test('all of the environment reaches a program, also what is no name for a shell', async () => {
  const env = { PATH: process.env.PATH!, 'a.b-c': 'x y', GOOD: "it's\n2" }
  const show = 'console.log(JSON.stringify([process.env["a.b-c"], process.env.GOOD]))'
  const started = bench.process().start(bench.container([process.execPath, '-e', show], { env }))
  expect(JSON.parse((await outcome(started)).stdout)).toEqual(['x y', "it's\n2"])
})

test('what a container starts ends with it, also what left its group and its parents behind', async () => {
  const script = 'sleep 4000 & echo $!; setsid sh -c "sh -c \'echo \\$\\$; sleep 4001; :\' & exit" & sleep 0.5; exit 5'
  const runtime = bench.process()
  const { stdout, code } = await outcome(runtime.start(bench.container(['sh', '-c', script])))
  expect(code).toBe(5)
  const pids = stdout.trim().split('\n').map(Number)
  expect(pids.length).toBe(2)
  for (const pid of pids) await gone(pid)
})

test('an environment that the system does not take is said', () => {
  const env = { PATH: process.env.PATH!, HUGE: 'x'.repeat(1 << 20) }
  for (const [, make] of runtimes)
    expect(() => make().start(bench.container(['sh', '-c', 'exit'], { env }))).toThrow('argument list too long')
})

test('a program is found as execvp finds it, and a command of the shell is none', () => {
  const dir = bench.folder('programs')
  writeFileSync(join(dir, 'plain'), '')
  writeFileSync(join(dir, 'tool'), '#!/bin/sh\n', { mode: 0o755 })
  const env = { PATH: `${dir}:/usr/bin:/bin` }
  expect(findProgram('tool', env, '/')).toBe(join(dir, 'tool'))
  expect(findProgram('./tool', {}, dir)).toBe(join(dir, 'tool'))
  expect(() => findProgram('plain', env, '/')).toThrow('exec: "plain": permission denied')
  expect(() => findProgram('trap', env, '/')).toThrow('exec: "trap": executable file not found in $PATH')
  expect(() => findProgram('/no/such', env, '/')).toThrow('exec: "/no/such": no such file or directory')
})

test('Windows has no pipes with names that a container could outlive this process by', () => {
  expect(namedPipesOn({ name: 'windows' }, '/nowhere', undefined!)).toBeUndefined()
})
