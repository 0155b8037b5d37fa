import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { StartError } from '../../../engine/kubelet/runtime/start-error.ts'
import { bubblewrap, outcome, platform, Workbench, written } from './containers.ts'

const why = bubblewrap.works ? '' : ` (skipped: ${bubblewrap.why})`

describe.skipIf(!bubblewrap.works)(`bubblewrap${why}`, () => {
  const bench = new Workbench()
  afterAll(() => bench.dispose())
  const runtime = bubblewrap.works ? bench.bubblewrap() : undefined!
  const sh = (script: string, more = {}) => outcome(runtime.start(bench.container(['sh', '-c', script], more)))

  test('a program is process 1 of root, on a host of its own name, and sees no process of the machine', async () => {
    const { stdout, code } = await sh('echo $$; id -u; hostname; ls /proc | grep -c "^[0-9]*$"', { hostname: 'web-0' })
    const [pid, uid, host, processes] = stdout.trim().split('\n')
    expect({ pid, uid, host, code }).toEqual({ pid: '1', uid: '0', host: 'web-0', code: 0 })
    expect(Number(processes)).toBeLessThan(6)
  })

  test('mounts are at their real paths, read-only ones cannot be written', async () => {
    const folder = bench.folder('data')
    writeFileSync(join(folder, 'a'), 'hello')
    const mounts = [
      { containerPath: '/data', hostPath: folder, readOnly: false },
      { containerPath: '/etc/config', hostPath: folder, readOnly: true },
    ]
    const { stdout, stderr, code } = await sh('cat /etc/config/a; echo b > /data/b; echo c > /etc/config/c', { mounts })
    expect(stdout).toBe('hello')
    expect(stderr).toContain('Read-only file system')
    expect(code).not.toBe(0)
    expect(readFileSync(join(folder, 'b'), 'utf8')).toBe('b\n')
    expect(existsSync(join(folder, 'c'))).toBe(false)
  })

  test('a mount may lie where the machine has no folder, and what it has beside that stays', async () => {
    const html = bench.folder('html')
    writeFileSync(join(html, 'index.html'), '<p>')
    const mounts = [{ containerPath: '/usr/share/nowhere/html', hostPath: html, readOnly: false }]
    const { stdout } = await sh(
      'cat /usr/share/nowhere/html/index.html; ls /usr/share | wc -l; ls /usr/share/doc | wc -l',
      {
        mounts,
      },
    )
    const [first, entries, inner] = stdout.replace('<p>', '<p>\n').trim().split('\n')
    expect(first).toBe('<p>')
    expect(Number(entries)).toBeGreaterThan(2)
    expect(Number(inner)).toBeGreaterThan(0)
  })

  test('a single file can be mounted', async () => {
    const hostPath = join(bench.dir, 'hosts')
    writeFileSync(hostPath, '10.0.0.9 db\n')
    const mounts = [{ containerPath: '/etc/hosts', hostPath, readOnly: false }]
    expect((await sh('cat /etc/hosts', { mounts })).stdout).toBe('10.0.0.9 db\n')
  })

  test('the rest of the machine is out of reach: home folders, processes, and its programs cannot be changed', async () => {
    writeFileSync(join(bench.dir, 'secret'), 's')
    const script = `cat ${bench.dir}/secret; touch /usr/x; touch /own && cat /proc/${process.pid}/environ`
    const { stdout, stderr } = await sh(script)
    expect(stdout).toBe('')
    expect(stderr).toContain(`${bench.dir}/secret: No such file`)
    expect(stderr).toContain('Read-only file system')
    expect(stderr).toContain(`/proc/${process.pid}/environ: No such file`)
  })

  test('what a container writes outside of mounts is in its root, and gone for the others', async () => {
    const container = bench.container(['sh', '-c', 'echo x > /tmp/x; mkdir -p /var/lib/app; echo y > /var/lib/app/y'])
    expect((await outcome(runtime.start(container))).code).toBe(0)
    expect(readFileSync(join(container.root, 'tmp/x'), 'utf8')).toBe('x\n')
    expect(readFileSync(join(container.root, 'var/lib/app/y'), 'utf8')).toBe('y\n')
    expect((await sh('cat /tmp/x')).code).not.toBe(0)
  })

  test('a read-only root refuses writes, but not in mounts', async () => {
    const mounts = [{ containerPath: '/cache', hostPath: bench.folder('cache'), readOnly: false }]
    const { stderr, code } = await sh('touch /x; touch /cache/x', { readOnlyRoot: true, mounts })
    expect(stderr).toContain('Read-only file system')
    expect(code).toBe(0)
  })

  test('a file that is mounted among the devices outlives the container', async () => {
    const hostPath = join(bench.folder('messages'), 'last')
    writeFileSync(hostPath, '')
    const mounts = [{ containerPath: '/dev/termination-log', hostPath, readOnly: false }]
    expect((await sh('echo why > /dev/termination-log; echo x > /dev/null', { mounts })).code).toBe(0)
    expect(readFileSync(hostPath, 'utf8')).toBe('why\n')
  })

  test('exit codes come through, also those of signals', async () => {
    expect((await sh('exit 42')).code).toBe(42)
    expect((await sh('sh -c "kill -9 \\$\\$"; exit $?')).code).toBe(137)
  })

  test('a signal reaches the main process, which may handle it; one that it does not handle does nothing', async () => {
    const handling = runtime.start(
      bench.container(['sh', '-c', 'trap "exit 7" TERM; echo up; while :; do sleep 0.05; done']),
    )
    await written(handling, 'up')
    handling.signal('SIGTERM')
    expect((await handling.exited).code).toBe(7)
    const deaf = runtime.start(bench.container(['sh', '-c', 'echo up; while :; do sleep 0.05; done; :']))
    await written(deaf, 'up')
    deaf.signal('SIGTERM')
    deaf.signal('SIGKILL')
    expect((await deaf.exited).code).toBe(137)
  })

  test('a signal that is sent before the program runs waits for it', async () => {
    const process = runtime.start(bench.container(['sh', '-c', 'sleep 20']))
    process.signal('SIGKILL')
    expect((await process.exited).code).toBe(137)
  })

  test('a signal that comes before a program for Node listens is not lost', async () => {
    const boot = 'const end = Date.now() + 500; while (Date.now() < end);'
    const listen = 'process.on("SIGTERM", () => process.exit(7)); setInterval(() => {}, 1000)'
    const process = runtime.start(bench.container(['node', '-e', boot + listen]))
    process.signal('SIGTERM')
    expect(await outcome(process)).toMatchObject({ code: 7 })
  })

  test('a program for Node that listens is told once', async () => {
    const listen = 'let n = 0; process.on("SIGTERM", () => n++ || setTimeout(() => process.exit(n), 300))'
    const process = runtime.start(
      bench.container(['node', '-e', `${listen}; console.log("up"); setInterval(() => {}, 1000)`]),
    )
    await written(process, 'up')
    process.signal('SIGTERM')
    expect((await process.exited).code).toBe(1)
  })

  test('nothing outlives the main process, also what made a session of its own', async () => {
    const container = bench.container(['sh', '-c', 'setsid sh -c "echo up; sleep 4711" & sleep 4711'])
    const process = runtime.start(container)
    await written(process, 'up')
    const before = platform.treeUsage([process.pid]).get(process.pid)!
    expect(before.memory).toBeGreaterThan(0)
    process.signal('SIGKILL')
    await process.exited
    expect(platform.treeUsage([process.pid]).get(process.pid)).toBeUndefined()
  })

  test('a command joins the container: same files, processes and host name, no rights beyond', async () => {
    const container = bench.container(['sh', '-c', 'echo x > /x; echo up; sleep 60; :'], {
      hostname: 'web-1',
      workingDir: '/var/log',
    })
    const main = runtime.start(container)
    const up = written(main, 'up')
    const streams = { tty: false, stdin: false }
    // Also at once, while the container is being made.
    const early = await outcome(runtime.exec(container, ['hostname'], streams))
    expect(early).toMatchObject({ stdout: 'web-1\n', code: 0 })
    await up
    const script = 'cat /x; pwd; tr "\\\\0" " " < /proc/1/cmdline | cut -c1-2; grep CapEff /proc/self/status; exit 9'
    const { stdout, code } = await outcome(runtime.exec(container, ['sh', '-c', script], streams))
    expect(stdout.split('\n').slice(0, 4)).toEqual(['x', '/var/log', 'sh', 'CapEff:\t0000000000000000'])
    expect(code).toBe(9)
    expect(() => runtime.exec(container, ['no-such-program'], streams)).toThrow(
      'exec: "no-such-program": executable file not found in $PATH',
    )
    main.signal('SIGKILL')
    await main.exited
    expect(() => runtime.exec(container, ['sh'], streams)).toThrow(StartError)
  })

  test('input and a terminal of the asked size reach a command', async () => {
    const main = runtime.start(bench.container(['cat'], { stdin: true }))
    main.stdin!.end('over\n')
    expect((await outcome(main)).stdout).toBe('over\n')
    const container = bench.container(['sleep', '60'])
    const other = runtime.start(container)
    const shell = runtime.exec(container, ['sh', '-c', 'test -t 0 && stty size'], {
      tty: true,
      stdin: true,
      cols: 91,
      rows: 17,
    })
    expect((await outcome(shell)).stdout.trim()).toBe('17 91')
    other.signal('SIGKILL')
    await other.exited
  })

  test('a shell in a terminal controls its jobs: ^C ends what it runs, not the shell', async () => {
    const container = bench.container(['sleep', '60'])
    const main = runtime.start(container)
    const shell = runtime.exec(container, ['sh'], { tty: true, stdin: true })
    let said = ''
    shell.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
    shell.resize(100, 40)
    shell.stdin!.write('stty size; sh -c "echo begun; sleep 4711"\n')
    await expect.poll(() => said).toMatch(/40 100\r\nbegun\r\n/)
    shell.stdin!.write('\x03')
    shell.stdin!.write('echo code $?; exit 3\n')
    expect((await shell.exited).code).toBe(3)
    expect(said).toContain('code 130')
    expect(said).not.toContain('annot') // neither "can't access tty" nor "Cannot set tty process group"
    main.signal('SIGKILL')
    await main.exited
  })

  test("a container's own terminal is one as well", async () => {
    const main = runtime.start(bench.container(['sh'], { tty: true, stdin: true }))
    main.stdin!.write('test -t 0 && stty size; sleep 1 & fg; exit 5\n')
    const { stdout, code } = await outcome(main)
    expect(code).toBe(5)
    expect(stdout).toContain('24 80')
    expect(stdout).not.toMatch(/annot|can't/)
  })

  test('a container runs as another user if it shall, and commands do too', async () => {
    const container = bench.container(['sh', '-c', 'id -u; id -g; sleep 60; :'], { user: { uid: 1234, gid: 99 } })
    const main = runtime.start(container)
    await written(main, '1234\n99')
    const { stdout } = await outcome(
      runtime.exec(container, ['sh', '-c', 'id -u; echo >/dev/null'], { tty: false, stdin: false }),
    )
    expect(stdout).toBe('1234\n')
    main.signal('SIGKILL')
    await main.exited
  })

  test('what an earlier run left as links in the root leads nowhere', async () => {
    const outside = bench.folder('outside')
    const container = bench.container(['sh', '-c', 'echo why > /dev/termination-log; echo t > /tmp/t'])
    mkdirSync(container.root, { recursive: true })
    symlinkSync(outside, join(container.root, 'dev'))
    symlinkSync(outside, join(container.root, 'tmp'))
    expect((await outcome(runtime.start(container))).code).toBe(0)
    expect(existsSync(join(outside, 'termination-log'))).toBe(false)
    expect(existsSync(join(outside, 't'))).toBe(false)
  })

  test('programs of an image for Node run, and see their own paths', async () => {
    const container = bench.container(['main.mjs', 'a'])
    container.image = { ...container.image, runs: 'node', entry: ['main.mjs'] }
    writeFileSync(
      join(container.image.dir, 'main.mjs'),
      'console.log(process.argv[2], process.env.KUBARIUM_ROOT, process.pid)',
    )
    expect((await outcome(runtime.start(container))).stdout).toBe('a undefined 1\n')
  })

  test('a program of the image comes before that of the machine, one of the container before both', async () => {
    const image = join(bench.folder('images'), 'host')
    writeFileSync(join(image, 'own.mjs'), 'console.log("of the image")')
    const container = (argv: string[]) => {
      const made = bench.container(argv)
      return { ...made, image: { ...made.image, commands: { true: 'own.mjs' } } }
    }
    for (const name of ['true', '/usr/bin/true'])
      expect((await outcome(runtime.start(container([name])))).stdout).toBe('of the image\n')
    const brought = container(['/app/true'])
    mkdirSync(join(brought.root, 'app'))
    writeFileSync(join(brought.root, 'app', 'true'), '#!/bin/sh\necho of the container\n', { mode: 0o755 })
    expect((await outcome(runtime.start(brought))).stdout).toBe('of the container\n')
  })

  test('a program that is not there is said at once', () => {
    expect(() => runtime.start(bench.container(['no-such-program']))).toThrow(StartError)
    expect(() => runtime.start(bench.container(['/no/such']))).toThrow('no such file or directory')
  })
})
