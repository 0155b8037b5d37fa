import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { outcome, platform, Workbench, written } from './containers.ts'

const bench = new Workbench()
afterAll(() => bench.dispose())
const runtime = bench.process()

test('exit codes and both outputs come through', async () => {
  const { stdout, stderr, code } = await outcome(
    runtime.start(bench.container([process.execPath, '-e', 'console.log(1); console.error(2); process.exit(42)'])),
  )
  expect({ stdout, stderr, code }).toEqual({ stdout: '1\n', stderr: '2\n', code: 42 })
})

test('a signal reaches all that a container has started', async () => {
  const script =
    'require("child_process").spawn(process.execPath, ["-e", "setInterval(()=>0,1e3);console.log(`up`)"], {stdio:"inherit"})'
  const main = runtime.start(bench.container([process.execPath, '-e', script]))
  await written(main, 'up')
  main.signal('SIGKILL')
  await main.exited
  // Whoever takes the ended one in has yet to look at it.
  await expect.poll(() => platform.treeUsage([main.pid]).get(main.pid)).toBeUndefined()
})

test('a command sees the root and the mounts of its container', async () => {
  const hostPath = bench.folder('mounted')
  writeFileSync(join(hostPath, 'a'), 'hello')
  const container = bench.container(['sh'], { mounts: [{ containerPath: '/etc/app', hostPath, readOnly: true }] })
  const read = 'console.log(require("fs").readFileSync(process.argv[1], "utf8"), process.env.KUBARIUM_ROOT)'
  const command = runtime.exec(container, ['node', '-e', read, '/etc/app/a'], { tty: false, stdin: false })
  expect((await outcome(command)).stdout).toBe(`hello ${container.root}\n`)
})

test('a program that is not there is said at once', () => {
  expect(() => runtime.start(bench.container(['no-such-program']))).toThrow(
    'exec: "no-such-program": executable file not found in $PATH',
  )
})

test('a folder to work in that is not there is made', async () => {
  const script = 'console.log(process.cwd())'
  const container = bench.container([process.execPath, '-e', script], { workingDir: '/srv/app' })
  expect((await outcome(runtime.start(container))).stdout).toBe(`${join(container.root, 'srv', 'app')}\n`)
})

test('the home of a container is its own folder, not the one which this machine has at that path', async () => {
  const script = 'console.log(process.env.HOME); process.chdir(process.env.HOME)'
  const container = bench.container([process.execPath, '-e', script], { env: { HOME: '/root' } })
  const home = join(container.root, 'root')
  expect(await outcome(runtime.start(container))).toMatchObject({ stdout: `${home}\n`, code: 0 })
})
