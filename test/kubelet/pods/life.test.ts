import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readRecord } from '../../../engine/kubelet/pods/record.ts'
import { container, PodBench } from './bench.ts'

let bench: PodBench
beforeEach(() => (bench = new PodBench()))
afterEach(() => bench.remove())

describe('the order of containers', () => {
  test('init containers run one after the other, then sidecars stay, then all others start', async () => {
    await bench.run(
      bench.pod({
        initContainers: [container('first'), container('side', { restartPolicy: 'Always' }), container('second')],
        containers: [container('a'), container('b')],
      }),
    )
    const started = () => bench.runtime.processes.map(p => p.command[0])
    expect(started()).toEqual(['first'])
    expect(bench.status().phase).toBe('Pending')
    expect(bench.condition('Initialized')).toBe(
      'False: ContainersNotInitialized: containers with incomplete status: [first side second]',
    )
    expect(bench.container('a').state).toEqual({ waiting: { reason: 'PodInitializing' } })
    bench.process('first').exit(0)
    await bench.settle()
    expect(started()).toEqual(['first', 'side', 'second'])
    bench.process('second').exit(0)
    await bench.settle()
    expect(started()).toEqual(['first', 'side', 'second', 'a', 'b'])
    expect(bench.condition('Initialized')).toBe('True')
    expect(bench.condition('Ready')).toBe('True')
    expect(bench.status().phase).toBe('Running')
  })

  test('an init container that fails is tried again, and fails the pod where nothing is restarted', async () => {
    await bench.run(bench.pod({ initContainers: [container('init')], containers: [container('a')] }))
    bench.process('init').exit(1)
    await bench.settle()
    expect(bench.container('init').restartCount).toBe(1)
    const never = new PodBench()
    await never.run(
      never.pod({ restartPolicy: 'Never', initContainers: [container('init')], containers: [container('a')] }),
    )
    never.process('init').exit(1)
    await never.settle()
    expect(never.status().phase).toBe('Failed')
    expect(never.runtime.processes.length).toBe(1)
    never.remove()
  })

  test('sidecars end after the containers that the pod is about, last started first, and do not count', async () => {
    await bench.run(
      bench.pod({
        restartPolicy: 'Never',
        initContainers: [container('s1', { restartPolicy: 'Always' }), container('s2', { restartPolicy: 'Always' })],
        containers: [container('job')],
      }),
    )
    bench.process('s2').deafTo.add('SIGTERM')
    bench.process('job').exit(0)
    await bench.settle()
    expect(bench.process('s2').signals).toEqual(['SIGTERM'])
    expect(bench.process('s1').signals).toEqual([])
    expect(bench.status().phase).toBe('Running')
    bench.process('s2').exit(3)
    await bench.settle()
    expect(bench.process('s1').signals).toEqual(['SIGTERM'])
    expect(bench.status().phase).toBe('Succeeded')
    expect(bench.condition('Ready')).toBe('False: PodCompleted')
    expect(bench.condition('PodReadyToStartContainers')).toBe('False')
    expect(bench.detached).toEqual(['u-1'])
  })

  test('an ephemeral container starts at once in a pod that runs, is never restarted, and changes nothing of the pod', async () => {
    await bench.run(bench.pod({ containers: [container('a')] }))
    const { pod } = bench.runner
    bench.runner.pod = { ...pod, spec: { ...pod.spec, ephemeralContainers: [container('debug')] } } as typeof pod
    await bench.settle()
    bench.process('debug').exit(7)
    await bench.advance(60)
    expect(bench.container('debug').state!.terminated!.exitCode).toBe(7)
    expect(bench.container('debug').ready).toBe(false)
    expect(bench.runtime.processes.filter(p => p.command[0] === 'debug').length).toBe(1)
    expect(bench.condition('Ready')).toBe('True')
  })
})

describe('restarts', () => {
  test('the first is at once, the next waits 10 s, then twice as long each time up to 5 min', async () => {
    await bench.run(bench.pod({ containers: [container('a')] }))
    const waits: string[] = []
    for (let i = 0; i < 7; i++) {
      bench.process('a').exit(1)
      await bench.settle()
      const { waiting } = bench.container('a').state!
      waits.push(waiting ? `${waiting.reason} ${/back-off (\S+)/.exec(waiting.message!)![1]}` : 'restarted')
      await bench.advance(301)
    }
    expect(waits).toEqual([
      'restarted',
      ...['10s', '20s', '40s', '1m20s', '2m40s', '5m0s'].map(w => `CrashLoopBackOff ${w}`),
    ])
    expect(bench.container('a').restartCount).toBe(7)
    expect(bench.events).toContain(
      'Warning BackOff spec.containers{a}: Back-off restarting failed container a in pod p_ns(u-1)',
    )
  })

  test('the wait counts from the end of the run, and says what it restarts', async () => {
    await bench.run(bench.pod({ containers: [container('a')] }))
    bench.process('a').exit(1)
    await bench.settle()
    bench.process('a').exit(2)
    await bench.settle()
    expect(bench.container('a').state).toEqual({
      waiting: {
        reason: 'CrashLoopBackOff',
        message: 'back-off 10s restarting failed container=a pod=p_ns(u-1)',
      },
    })
    expect(bench.container('a').lastState!.terminated!.exitCode).toBe(2)
    expect(bench.status().phase).toBe('Running')
    await bench.advance(9)
    expect(bench.running('a').length).toBe(0)
    await bench.advance(1)
    expect(bench.running('a').length).toBe(1)
  })

  test('a run of more than ten minutes clears the wait', async () => {
    await bench.run(bench.pod({ containers: [container('a')] }))
    for (let i = 0; i < 2; i++) {
      bench.process('a').exit(1)
      await bench.advance(11)
    }
    await bench.advance(601)
    bench.process('a').exit(1)
    await bench.settle()
    expect(bench.running('a').length).toBe(1)
  })

  test('policies of the pod, of a container, and rules for exit codes decide', async () => {
    await bench.run(
      bench.pod({
        restartPolicy: 'OnFailure',
        containers: [
          container('onfailure'),
          container('always', { restartPolicy: 'Always' }),
          container('never', { restartPolicy: 'Never' }),
          container('rule', {
            restartPolicy: 'Never',
            restartPolicyRules: [{ action: 'Restart', exitCodes: { operator: 'In', values: [42] } }],
          }),
        ],
      }),
    )
    for (const [name, code] of [
      ['onfailure', 0],
      ['always', 0],
      ['never', 1],
      ['rule', 42],
    ] as const)
      bench.process(name).exit(code)
    await bench.settle()
    expect(['onfailure', 'always', 'never', 'rule'].map(n => bench.running(n).length)).toEqual([0, 1, 0, 1])
    bench.process('rule').exit(41)
    await bench.advance(60)
    expect(bench.running('rule').length).toBe(0)
  })

  test('a program that is not there is a StartError, and is tried again', async () => {
    await bench.run(bench.pod({ containers: [container('missing')] }))
    await bench.settle()
    const { lastState, state, restartCount } = bench.container('missing')
    expect(lastState!.terminated).toMatchObject({ exitCode: 128, reason: 'StartError' })
    expect(state!.waiting!.reason).toBe('CrashLoopBackOff')
    expect(restartCount).toBe(1)
  })
})

describe('termination', () => {
  test('preStop runs inside the grace period, then the stop signal, then SIGKILL', async () => {
    await bench.run(
      bench.pod({
        containers: [
          container('a', { lifecycle: { stopSignal: 'SIGUSR1', preStop: { exec: { command: ['drain'] } } } }),
        ],
      }),
    )
    bench.process('a').deafTo.add('SIGUSR1')
    await bench.delete(10)
    expect(bench.events).toContain('Normal Killing spec.containers{a}: Stopping container a')
    await bench.advance(4)
    expect(bench.process('a').signals).toEqual([])
    bench.runtime.commands[0].exit(0)
    await bench.settle()
    expect(bench.process('a').signals).toEqual(['SIGUSR1'])
    await bench.advance(5)
    expect(bench.process('a').signals).toEqual(['SIGUSR1'])
    await bench.advance(1)
    expect(bench.process('a').signals).toEqual(['SIGUSR1', 'SIGKILL'])
    expect(bench.container('a').state!.terminated).toMatchObject({ exitCode: 137, reason: 'Error' })
    expect(bench.runner.finished).toBe(true)
  })

  test('a preStop hook that uses up the grace period leaves two seconds for the stop signal', async () => {
    await bench.run(bench.pod({ containers: [container('a', { lifecycle: { preStop: { sleep: { seconds: 60 } } } })] }))
    bench.process('a').deafTo.add('SIGTERM')
    await bench.delete(5)
    await bench.advance(5)
    expect(bench.process('a').signals).toEqual(['SIGTERM'])
    await bench.advance(1)
    expect(bench.process('a').over).toBe(false)
    await bench.advance(1)
    expect(bench.process('a').signals).toEqual(['SIGTERM', 'SIGKILL'])
  })

  test('a hook that fails is told of, without what it said', async () => {
    bench.runtime.exits.set('bad', 1)
    await bench.run(
      bench.pod({ containers: [container('a', { lifecycle: { preStop: { exec: { command: ['bad'] } } } })] }),
    )
    await bench.delete(5)
    expect(bench.events).toContain('Warning FailedPreStopHook spec.containers{a}: PreStopHook failed')
    expect(bench.runner.finished).toBe(true)
  })

  test('a later deletion with less grace hurries the first', async () => {
    await bench.run(bench.pod({ containers: [container('a')] }))
    bench.process('a').deafTo.add('SIGTERM')
    await bench.delete(600)
    await bench.advance(10)
    await bench.delete(3)
    await bench.advance(3)
    expect(bench.runner.finished).toBe(true)
  })

  test('a pod whose object is gone ends within seconds', async () => {
    await bench.run(bench.pod({ containers: [container('a')] }))
    bench.process('a').deafTo.add('SIGTERM')
    bench.runner.forceEnd()
    await bench.settle()
    expect(bench.process('a').signals).toEqual(['SIGTERM'])
    await bench.advance(2)
    expect(bench.process('a').signals).toEqual(['SIGTERM', 'SIGKILL'])
    expect(bench.runner.finished).toBe(true)
  })

  test('a pod that has been active for too long fails, once its processes are gone', async () => {
    await bench.run(bench.pod({ activeDeadlineSeconds: 60, containers: [container('a')] }))
    bench.process('a').deafTo.add('SIGTERM')
    await bench.advance(60)
    expect(bench.status().phase).toBe('Running')
    bench.process('a').exit(0)
    await bench.settle()
    expect(bench.status()).toMatchObject({
      phase: 'Failed',
      reason: 'DeadlineExceeded',
      message: 'Pod was active on the node longer than the specified deadline',
    })
  })

  test('the termination message is the file, or the end of the log of a failure', async () => {
    await bench.run(
      bench.pod({
        restartPolicy: 'Never',
        containers: [
          container('file', { terminationMessagePath: '/dev/why' } as never),
          container('log', { terminationMessagePolicy: 'FallbackToLogsOnError' } as never),
        ],
      }),
    )
    const { config } = bench.process('file')
    const { hostPath } = config.mounts.find(mount => mount.containerPath === '/dev/why')!
    writeFileSync(hostPath, 'x'.repeat(5000))
    bench.process('log').stdout.write('one\ntwo\n')
    await bench.settle()
    bench.process('file').exit(0)
    bench.process('log').exit(1)
    await bench.settle()
    expect(bench.container('file').state!.terminated!.message).toBe('x'.repeat(4096))
    expect(bench.container('log').state!.terminated!.message).toBe('one\ntwo\n')
  })
})

describe('postStart', () => {
  test('what comes after the container waits for it, and it does not pass for running before', async () => {
    await bench.run(
      bench.pod({
        containers: [container('a', { lifecycle: { postStart: { exec: { command: ['warm'] } } } }), container('b')],
      }),
    )
    expect(bench.container('a').state).toEqual({ waiting: { reason: 'ContainerCreating' } })
    expect(bench.running('b').length).toBe(0)
    bench.runtime.commands[0].exit(0)
    await bench.settle()
    expect(bench.container('a').state!.running).toBeDefined()
    expect(bench.running('b').length).toBe(1)
  })

  test('its failure ends the run, with the texts of Kubernetes', async () => {
    bench.runtime.exits.set('warm', 3)
    await bench.run(
      bench.pod({ containers: [container('a', { lifecycle: { postStart: { exec: { command: ['warm'] } } } })] }),
    )
    await bench.settle()
    expect(bench.events).toContain('Warning FailedPostStartHook spec.containers{a}: PostStartHook failed')
    expect(bench.events).toContain('Normal Killing spec.containers{a}: FailedPostStartHook')
    expect(bench.container('a').state!.waiting!.reason).toBe('CrashLoopBackOff')
  })
})

describe('what survives the kubelet', () => {
  test('restart counts, the last end and the address of the log; what ran has ended with it', async () => {
    const spec = { containers: [container('a')] }
    await bench.run(bench.pod(spec))
    bench.process('a').exit(5)
    await bench.settle()
    const record = readRecord(join(bench.dir, 'u-1'))!
    expect(record.containers.a.process).toEqual({ pid: bench.process('a').pid, started: `t${bench.process('a').pid}` })
    // The API server has heard of nothing.
    await bench.run(bench.pod(spec), { record })
    const { restartCount, lastState, state } = bench.container('a')
    expect(restartCount).toBe(2)
    expect(lastState!.terminated).toMatchObject({ exitCode: 255, reason: 'Unknown' })
    expect(state!.running).toBeDefined()
    expect(bench.runner.container('a')!.logPath(true)).toMatch(/1\.log$/)
  })

  test('a pod that was over stays over, and keeps its log', async () => {
    const spec = { restartPolicy: 'Never', containers: [container('a')] }
    await bench.run(bench.pod(spec))
    bench.process('a').stdout.write('done\n')
    await bench.settle()
    bench.process('a').exit(0)
    await bench.settle()
    const before = bench.status()
    await bench.run(bench.pod(spec, { status: before }), { record: readRecord(join(bench.dir, 'u-1')) })
    expect(bench.status()).toEqual(before)
    expect(bench.runtime.processes.length).toBe(1)
    expect(readFileSync(bench.runner.container('a')!.logPath(false)!, 'utf8')).toContain('done')
  })

  test('without a record, what the API server knows is gone on with', async () => {
    const spec = { containers: [container('a')] }
    await bench.run(bench.pod(spec))
    const status = bench.status()
    const other = new PodBench()
    await other.run(other.pod(spec, { status }))
    expect(other.container('a').restartCount).toBe(1)
    expect(other.container('a').lastState!.terminated!.containerID).toBe(status.containerStatuses![0].containerID)
    other.remove()
  })

  test('a pod that goes leaves no folder', async () => {
    await bench.run(bench.pod({ containers: [container('a')] }))
    await bench.delete()
    bench.runner.dispose()
    expect(existsSync(join(bench.dir, 'u-1'))).toBe(false)
  })
})
