import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { spawn } from 'node-pty'
import { expect, test } from 'vitest'
import { eventually, run } from '../lab.ts'
import { boxPod, KUBECTL, webDeployment, type Bench } from './bench.ts'

/** What happens in a pod: run, exec, attach, logs, cp, debug, top. */
export function podCases(bench: Bench): void {
  const { minor } = bench

  test('exec: output, exit code, input, of a deployment, in a chosen container', async () => {
    const two = {
      containers: [
        boxPod('x').spec.containers[0],
        { name: 'other', image: 'busybox', command: ['sleep', '3600'], env: [{ name: 'WHO', value: 'other' }] },
      ],
    }
    await bench.box('exec', { spec: { terminationGracePeriodSeconds: 0, ...two } })
    expect(await bench.k('exec', 'exec', '-c', 'other', '--', 'sh', '-c', 'echo $WHO')).toBe('other\n')
    const failed = await bench.run('exec', 'exec', '-c', 'box', '--', 'sh', '-c', 'echo bad >&2; exit 42')
    expect([failed.code, failed.stderr.split('\n')[0]]).toEqual([42, 'bad'])
    expect(await bench.fed('in\n', 'exec', '-i', 'exec', '-c', 'box', '--', 'cat')).toBe('in\n')
    expect((await bench.run('exec', 'exec', '-c', 'nobody', '--', 'true')).stderr).toContain(
      'container nobody is not valid for pod exec',
    )
    expect((await bench.run('exec', 'exec', '-c', 'box', '--', 'no-such-program')).stderr).toContain(
      'executable file not found',
    )
    await bench.k('delete', 'pod', 'exec', '--now')
  })

  test('exec -it gives a terminal of the size of the own one, and follows it', async () => {
    await bench.box('terminal')
    const terminal = spawn(KUBECTL, bench.arguments(['exec', '-it', 'terminal', '--', 'sh']), {
      ...{ cols: 91, rows: 37, name: 'xterm' },
      env: { ...process.env, PS1: '$ ' } as Record<string, string>,
    })
    let text = ''
    const ended = new Promise<number>(resolve => terminal.onExit(({ exitCode }) => resolve(exitCode)))
    terminal.onData(data => (text += data))
    try {
      // The size travels beside the input, in no order: who asks at once may still be told the default.
      const shows = (size: string) =>
        eventually(async () => {
          terminal.write('stty size\r')
          return text.includes(size)
        })
      await shows('37 91')
      terminal.resize(100, 40)
      await shows('40 100')
      terminal.write('exit 6\r')
      expect(await ended).toBe(6)
    } finally {
      terminal.kill()
    }
    await bench.k('delete', 'pod', 'terminal', '--now')
  })

  test('run -i feeds a pod, prints what it says, and removes it', async () => {
    const text = await bench.fed(
      'through the pod\n',
      'run',
      'fed',
      '-i',
      '--rm',
      '--restart=Never',
      '--image=busybox',
      '--quiet',
      '--',
      'cat',
    )
    expect(text).toContain('through the pod')
    await eventually(async () => (await bench.run('get', 'pod', 'fed')).code === 1)
    const failing = await bench.run(
      'run',
      'failing',
      '--attach',
      '--rm',
      '--restart=Never',
      '--image=busybox',
      '--',
      'sh',
      '-c',
      'sleep 1; exit 3',
    )
    expect(failing.code).toBe(3)
  })

  test('attach joins what a container says from now on, and feeds it', async () => {
    const spec = {
      terminationGracePeriodSeconds: 0,
      containers: [
        {
          name: 'box',
          image: 'busybox',
          stdin: true,
          command: ['sh', '-c', 'while read line; do echo "got $line"; done'],
        },
      ],
    }
    await bench.box('attached', { spec })
    const client = bench.start('attach', '-i', 'attached')
    try {
      client.child.stdin.write('one\n')
      await eventually(async () => client.text.includes('got one'))
      client.child.stdin.write('two\n')
      await eventually(async () => client.text.includes('got two'))
    } finally {
      client.child.kill()
    }
    await eventually(async () => (await bench.k('logs', 'attached')).includes('got two'))
    expect(await bench.get('pod/attached', '.status.phase')).toBe('Running')
    await bench.k('delete', 'pod', 'attached', '--now')
  })

  test('logs: all, tail, since, timestamps, prefix, previous, of a selector, of a job, followed to the end', async () => {
    const spec = {
      terminationGracePeriodSeconds: 0,
      containers: [
        { name: 'box', image: 'busybox', command: ['sh', '-c', 'for i in 1 2 3; do echo line $i; done; sleep 3600'] },
        { name: 'crash', image: 'busybox', command: ['sh', '-c', 'echo last words; exit 1'] },
      ],
    }
    await bench.fed(JSON.stringify(boxPod('logged', { spec })), 'create', '-f', '-')
    await eventually(async () => (await bench.k('logs', 'logged', '-c', 'box')) === 'line 1\nline 2\nline 3\n', 60_000)
    expect(await bench.k('logs', 'logged', '-c', 'box', '--tail=1')).toBe('line 3\n')
    expect(await bench.k('logs', 'logged', '-c', 'box', '--limit-bytes=6')).toBe('line 1')
    expect(await bench.k('logs', 'logged', '-c', 'box', '--timestamps', '--since=1h')).toMatch(
      /^\d{4}-\d\d-\d\dT[\d:.]+Z line 1\n/,
    )
    await eventually(
      async () => (await bench.get('pod/logged', '.status.containerStatuses[?(@.name=="crash")].restartCount')) !== '0',
    )
    expect(await bench.k('logs', 'logged', '-c', 'crash', '--previous')).toBe('last words\n')
    const all = await bench.k('logs', '-l', 'box=logged', '--all-containers', '--prefix')
    expect(all).toContain('[pod/logged/box] line 1')
    expect(all).toContain('[pod/logged/crash] last words')
    await bench.k('delete', 'pod', 'logged', '--now')
    await bench.k('create', 'job', 'told', '--image=busybox', '--', 'sh', '-c', 'echo a; sleep 1; echo b')
    await eventually(async () => (await bench.k('logs', '-f', 'job/told', '--pod-running-timeout=30s')) === 'a\nb\n')
  })

  test('cp: files and folders, both ways, bytes as they are', async () => {
    await bench.box('copied')
    const folder = join(bench.folder, 'to-copy')
    mkdirSync(join(folder, 'deep'), { recursive: true })
    const bytes = Buffer.from(Array.from({ length: 200_000 }, (_, i) => (i * 7919) & 255))
    writeFileSync(join(folder, 'bytes'), bytes)
    writeFileSync(join(folder, 'deep', 'a name with blanks'), 'text')
    await bench.k('cp', folder, 'copied:/data')
    await bench.k('cp', 'copied:/data', join(bench.folder, 'back'))
    expect(readFileSync(join(bench.folder, 'back', 'bytes')).equals(bytes)).toBe(true)
    expect(readFileSync(join(bench.folder, 'back', 'deep', 'a name with blanks'), 'utf8')).toBe('text')
    await bench.k('cp', `${bench.namespace}/copied:data/bytes`, join(bench.folder, 'one'), '-c', 'box')
    expect(readFileSync(join(bench.folder, 'one')).equals(bytes)).toBe(true)
    await bench.run('cp', 'copied:/nothing', join(bench.folder, 'none'))
    expect(existsSync(join(bench.folder, 'none'))).toBe(false)
    await bench.k('delete', 'pod', 'copied', '--now')
  })

  test.skipIf(minor < 25)('debug adds an ephemeral container that runs in the pod (client ≥ 1.25)', async () => {
    await bench.box('debugged')
    await bench.k('debug', 'debugged', '--image=busybox', '-c', 'look', '--', 'sh', '-c', 'echo looking; sleep 3600')
    await eventually(
      async () => (await bench.get('pod/debugged', '.status.ephemeralContainerStatuses[0].state.running')) !== '',
    )
    expect(await bench.k('logs', 'debugged', '-c', 'look')).toBe('looking\n')
    expect(await bench.k('exec', 'debugged', '-c', 'look', '--', 'hostname-of-pod', '--help').catch(String)).toContain(
      'executable file not found',
    )
    expect(await bench.k('exec', 'debugged', '-c', 'look', '--', 'sh', '-c', 'echo $HOSTNAME')).toBe('debugged\n')
    expect(await bench.get('pod/debugged', '.status.phase')).toBe('Running')
    expect(
      await bench.fed(
        'said\n',
        'debug',
        'debugged',
        '-i',
        '--image=busybox',
        '-q',
        '--',
        'sh',
        '-c',
        'read line; echo got $line',
      ),
    ).toContain('got said')
    await bench.k('delete', 'pod', 'debugged', '--now')
  })

  test.skipIf(minor < 25)('an ephemeral container ends with what the pod is about (client ≥ 1.25)', async () => {
    const container = { name: 'box', image: 'busybox', stdin: true, command: ['sh', '-c', 'read line; echo "$line"'] }
    await bench.box('looked-at', {
      spec: { restartPolicy: 'Never', terminationGracePeriodSeconds: 0, containers: [container] },
    })
    await bench.k('debug', 'looked-at', '--image=busybox', '-c', 'look', '--', 'sleep', '3600')
    const state = (which: string) => bench.get('pod/looked-at', `.status.ephemeralContainerStatuses[0].state.${which}`)
    await eventually(async () => (await state('running')) !== '')
    expect(await bench.get('pod/looked-at', '.status.phase')).toBe('Running')
    await bench.fed('enough\n', 'attach', '-i', 'looked-at', '-c', 'box')
    await eventually(async () => (await bench.get('pod/looked-at', '.status.phase')) === 'Succeeded')
    await eventually(async () => (await state('terminated.exitCode')) !== '')
    expect(await bench.k('logs', 'looked-at', '-c', 'box')).toBe('enough\n')
    await bench.k('delete', 'pod', 'looked-at', '--now')
  })

  test.skipIf(minor < 25)('debug --copy-to makes a changed copy of a pod (client ≥ 1.25)', async () => {
    await bench.box('original')
    await bench.k(
      'debug',
      'original',
      '--copy-to=copy',
      '--image=busybox',
      '-c',
      'extra',
      '--share-processes',
      '--',
      'sleep',
      '3600',
    )
    await bench.k('wait', '--for=condition=Ready', 'pod/copy', '--timeout=60s')
    expect(await bench.get('pod/copy', '.spec.containers[*].name')).toBe('box extra')
    expect(await bench.get('pod/copy', '.spec.shareProcessNamespace')).toBe('true')
    await bench.k('delete', 'pod', 'original', 'copy', '--now')
  })

  test.skipIf(minor < 25)('debug node/… runs a pod on the node that sees its files (client ≥ 1.25)', async () => {
    const debug = async (command: string) => {
      const text = await bench.k('debug', 'node/worker-1', '--image=busybox', '--', 'sh', '-c', command)
      const name = /debugging pod (\S+)/i.exec(text)?.[1] ?? ''
      expect(name).toContain('node-debugger-worker-1')
      return name
    }
    const writes = await debug('echo kept > /host/note; echo written; sleep 3600')
    expect(await bench.get(`pod/${writes}`, '.spec.nodeName')).toBe('worker-1')
    await eventually(async () => (await bench.k('logs', writes)).includes('written'))
    await bench.k('delete', 'pod', writes, '--now')
    const reads = await debug('cat /host/note; sleep 3600')
    await eventually(async () => (await bench.k('logs', reads)) === 'kept\n')
    await bench.k('delete', 'pod', reads, '--now')
  })

  test('top: real figures of nodes and pods, per container, sorted, selected', async () => {
    const busy = {
      containers: [{ name: 'busy', image: 'busybox', command: ['sh', '-c', 'while :; do :; done'] }],
      terminationGracePeriodSeconds: 0,
    }
    await bench.box('busy', { labels: { load: 'high' }, spec: busy })
    const rows = async (...args: string[]) =>
      (await bench.k('top', ...args, '--no-headers'))
        .trim()
        .split('\n')
        .map(line => line.split(/ +/))
    await eventually(async () => {
      const [row] = await rows('pod', 'busy')
      return row?.[0] === 'busy' && Number.parseInt(row[1]!) >= 20
    })
    expect((await rows('node')).map(r => r[0]).sort()).toEqual(['worker-1', 'worker-2'])
    const [[, cores, , memory]] = (await rows('node', 'worker-1')) as [string[]]
    expect(cores).toMatch(/^\d+m$/)
    expect(Number.parseInt(memory!)).toBeGreaterThan(10)
    expect((await rows('pod', '-l', 'load=high', '--containers'))[0]!.slice(0, 2)).toEqual(['busy', 'busy'])
    await bench.box('idle', { labels: { load: 'high' } })
    await eventually(
      async () => (await rows('pod', '-l', 'load=high', '--sort-by=cpu')).map(r => r[0]).join() === 'busy,idle',
    )
    expect(
      JSON.parse(await bench.k('get', '--raw', `/apis/metrics.k8s.io/v1beta1/namespaces/${bench.namespace}/pods/busy`)),
    ).toMatchObject({
      kind: 'PodMetrics',
      apiVersion: 'metrics.k8s.io/v1beta1',
      metadata: { name: 'busy' },
    })
    await bench.k('delete', 'pod', 'busy', 'idle', '--now')
  })

  test('port-forward: a pod, a service by a named port, a deployment; many connections', async () => {
    await bench.fed(JSON.stringify(webDeployment('forwarded')), 'create', '-f', '-')
    await bench.k('expose', 'deployment', 'forwarded', '--port=8080', '--target-port=http')
    await bench.k('rollout', 'status', 'deployment/forwarded', '--timeout=60s')
    for (const target of ['service/forwarded', 'deployment/forwarded']) {
      const client = bench.start('port-forward', target, target.startsWith('service') ? ':8080' : ':http')
      try {
        const port = await eventually(async () => /127\.0\.0\.1:(\d+)/.exec(client.text)?.[1])
        const answers = await Promise.all(
          Array.from(
            { length: 20 },
            async () => (await fetch(`http://127.0.0.1:${port}/`, { headers: { connection: 'close' } })).status,
          ),
        )
        expect(new Set(answers)).toEqual(new Set([200]))
      } finally {
        client.child.kill()
      }
    }
    await bench.k('delete', 'deployment/forwarded', 'service/forwarded')
  })

  test('exec carries a megabyte both ways without a change', async () => {
    await bench.box('large')
    const text = Buffer.from(Array.from({ length: 1 << 20 }, (_, i) => 32 + ((i * 31) % 90))).toString('latin1')
    const echoed = await run(KUBECTL, bench.arguments(['exec', '-i', 'large', '--', 'cat']), { input: text })
    expect(echoed.code).toBe(0)
    expect(echoed.stdout === text).toBe(true)
    await bench.k('delete', 'pod', 'large', '--now')
  })
}
