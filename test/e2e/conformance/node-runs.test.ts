import { expect } from 'vitest'
import { AGNHOST, BUSYBOX, Conformance, refusal, restarts, type Space } from './cluster.ts'

const suite = new Conformance('node', 'runs')
const holds: typeof suite.holds = (...test) => suite.holds(...test)

const LINUX = '[LinuxOnly] [NodeConformance]'
const NODE = '[NodeConformance]'

/** What a pod with this one container writes. */
function says(space: Space, container: object, spec: object = {}): Promise<string> {
  return space.output({ spec: { ...spec, containers: [container] } })
}
const shell = (script: string) => ({ command: ['sh', '-c', script] })

// How containers end

const TERMINATION = 'Container Runtime blackbox test on terminated container should report termination message'
for (const [title, container, message] of [
  [
    'if TerminationMessagePath is set as non-root user and at a non-default path',
    {
      ...shell('printf DONE > /dev/termination-custom-log'),
      terminationMessagePath: '/dev/termination-custom-log',
      securityContext: { runAsUser: 1000 },
    },
    'DONE',
  ],
  [
    'from log output if TerminationMessagePolicy FallbackToLogsOnError is set',
    { ...shell('printf DONE; exit 1'), terminationMessagePolicy: 'FallbackToLogsOnError' },
    'DONE',
  ],
  [
    'as empty when pod succeeds and TerminationMessagePolicy FallbackToLogsOnError is set',
    { ...shell('printf DONE'), terminationMessagePolicy: 'FallbackToLogsOnError' },
    undefined,
  ],
  [
    'from file when pod succeeds and TerminationMessagePolicy FallbackToLogsOnError is set',
    {
      ...shell('printf DONE > /dev/termination-log; printf other'),
      terminationMessagePolicy: 'FallbackToLogsOnError',
    },
    'DONE',
  ],
] as const)
  holds(`${TERMINATION} ${title} ${NODE}`, async space => {
    await space.pod('pod', { spec: { restartPolicy: 'Never', containers: [container] } })
    const { status } = await space.finished('pod')
    expect(status!.containerStatuses![0].state!.terminated!.message).toBe(message)
  })

holds(
  `Container Runtime blackbox test when starting a container that exits should run with the expected status ${NODE}`,
  async space => {
    const volumes = [{ name: 'count', emptyDir: {} }]
    const volumeMounts = [{ name: 'count', mountPath: '/count' }]
    // Fails twice, then succeeds, as a file counts it.
    const script = 'echo >> /count/runs; [ $(wc -l < /count/runs) -gt 2 ]'
    for (const restartPolicy of ['Always', 'OnFailure', 'Never'])
      await space.pod(restartPolicy.toLowerCase(), {
        spec: { restartPolicy, volumes, containers: [{ ...shell(script), volumeMounts }] },
      })
    await space.podWhen('always', pod => pod.status?.phase === 'Running' && restarts(pod) === 2)
    const onFailure = await space.finished('onfailure')
    expect([onFailure.status!.phase, restarts(onFailure)]).toEqual(['Succeeded', 2])
    const never = await space.finished('never')
    expect([never.status!.phase, restarts(never)]).toEqual(['Failed', 0])
  },
)

holds(`Kubelet when scheduling a busybox command in a pod should print the output to logs ${NODE}`, async space => {
  expect(await says(space, shell("echo 'Hello World' ; sleep 1"))).toBe('Hello World\n')
})
const FAILING = 'Kubelet when scheduling a busybox command that always fails in a pod'
holds(`${FAILING} should have an terminated reason ${NODE}`, async space => {
  await space.pod('pod', { spec: { restartPolicy: 'Never', containers: [{ command: ['/bin/false'] }] } })
  const { status } = await space.finished('pod')
  expect(status!.containerStatuses![0].state!.terminated).toMatchObject({ exitCode: 1, reason: 'Error' })
})
holds(`${FAILING} should be possible to delete ${NODE}`, async space => {
  await space.pod('pod', { spec: { containers: [{ command: ['/bin/false'] }] } })
  await space.deletePod('pod')
  await space.gone('pod')
})
holds(
  `Kubelet when scheduling a read only busybox container should not write to root filesystem ${LINUX}`,
  async space => {
    const output = await says(space, {
      ...shell('echo test > /file; sleep 1; ls /file 2>/dev/null; true'),
      securityContext: { readOnlyRootFilesystem: true },
    })
    expect(output).not.toBe('/file\n')
  },
)
holds(
  `Kubelet when scheduling an agnhost Pod with hostAliases should write entries to /etc/hosts ${NODE}`,
  async space => {
    const output = await says(
      space,
      { image: AGNHOST, args: ['etc-hosts'] },
      { hostAliases: [{ ip: '123.45.67.89', hostnames: ['foo', 'bar'] }] },
    )
    expect(output).toContain('# Kubernetes-managed hosts file.')
    expect(output).toContain('123.45.67.89\tfoo\tbar')
  },
)
holds(`KubeletManagedEtcHosts should test kubelet managed /etc/hosts file ${NODE}`, async space => {
  const container = (name: string, more: object = {}) => ({ name, ...shell('sleep 1000'), ...more })
  const own = { volumeMounts: [{ name: 'hosts', mountPath: '/etc/hosts' }] }
  const volumes = [{ name: 'hosts', hostPath: { path: '/etc/hosts-of-node', type: 'FileOrCreate' } }]
  await space.pod('pod', { spec: { volumes, containers: [container('managed'), container('mounted', own)] } })
  await space.pod('on-host', { spec: { hostNetwork: true, containers: [container('host')] } })
  await space.running('pod')
  await space.running('on-host')
  const hosts = async (pod: string, name: string) => (await space.exec(pod, ['cat', '/etc/hosts'], name)).stdout
  expect(await hosts('pod', 'managed')).toContain('# Kubernetes-managed hosts file.')
  expect(await hosts('pod', 'mounted')).not.toContain('Kubernetes-managed')
  expect(await hosts('on-host', 'host')).not.toContain('# Kubernetes-managed hosts file.\n')
})

// Who a container runs as

const AS = 'Security Context'
holds(
  `${AS} When creating a container with runAsUser should run the container with uid 65534 ${LINUX}`,
  async space => {
    const container = { command: ['sh', '-c', 'test $(id -u) -eq 65534'], securityContext: { runAsUser: 65534 } }
    expect(await says(space, container)).toBe('')
  },
)
holds(
  `${AS} When creating a pod with privileged should run the container as unprivileged when false ${LINUX}`,
  async space => {
    await space.pod('pod', {
      spec: {
        restartPolicy: 'Never',
        containers: [{ ...shell('ip link add dummy0 type dummy || true'), securityContext: { privileged: false } }],
      },
    })
    expect((await space.finished('pod')).status!.phase).toBe('Succeeded')
  },
)
holds(
  `${AS} When creating a pod with readOnlyRootFilesystem should run the container with writable rootfs when readOnlyRootFilesystem=false ${NODE}`,
  async space => {
    const container = { ...shell('touch checkfile'), securityContext: { readOnlyRootFilesystem: false } }
    expect(await says(space, container)).toBe('')
  },
)
const IDS = { runAsUser: 1001, runAsGroup: 2002 }
holds(
  `${AS} should support container.SecurityContext.RunAsUser And container.SecurityContext.RunAsGroup [LinuxOnly]`,
  async space => {
    expect(await says(space, { ...shell('id -u; id -g'), securityContext: IDS })).toBe('1001\n2002\n')
  },
)
holds(
  `${AS} should support pod.Spec.SecurityContext.RunAsUser And pod.Spec.SecurityContext.RunAsGroup [LinuxOnly]`,
  async space => {
    expect(await says(space, shell('id -u; id -g'), { securityContext: IDS })).toBe('1001\n2002\n')
  },
)
holds(
  `${AS} when creating containers with AllowPrivilegeEscalation should not allow privilege escalation when false ${LINUX}`,
  async space => {
    const securityContext = { runAsUser: 1000, allowPrivilegeEscalation: false }
    expect(await says(space, { ...shell('grep NoNewPrivs /proc/self/status; id -u'), securityContext })).toBe(
      'NoNewPrivs:\t1\n1000\n',
    )
  },
)

// Init and ephemeral containers

const init = (...scripts: string[]) =>
  scripts.map((script, i) => ({ name: `init${i}`, image: BUSYBOX, ...shell(script) }))
for (const restartPolicy of ['Always', 'Never'])
  holds(`InitContainer ${NODE} should invoke init containers on a Restart${restartPolicy} pod`, async space => {
    await space.pod('pod', {
      spec: {
        restartPolicy,
        initContainers: init('true', 'true'),
        containers: [shell(restartPolicy === 'Always' ? 'sleep 1000' : 'true')],
      },
    })
    const { status } = await (restartPolicy === 'Always' ? space.running('pod') : space.finished('pod'))
    expect(status!.initContainerStatuses!.map(s => [s.ready, s.state!.terminated!.exitCode])).toEqual([
      [true, 0],
      [true, 0],
    ])
    expect(status!.conditions!.find(c => c.type === 'Initialized')!.status).toBe('True')
  })
holds(
  `InitContainer ${NODE} should not start app containers if init containers fail on a RestartAlways pod`,
  async space => {
    await space.pod('pod', { spec: { initContainers: init('false', 'true'), containers: [shell('sleep 1000')] } })
    const { status } = await space.podWhen(
      'pod',
      pod => (pod.status?.initContainerStatuses?.[0]?.restartCount ?? 0) >= 2,
    )
    expect(status!.phase).toBe('Pending')
    expect(status!.initContainerStatuses![1].state!.waiting).toBeDefined()
    expect(status!.containerStatuses![0].state!.waiting!.reason).toBe('PodInitializing')
    expect(status!.conditions!.find(c => c.type === 'Initialized')).toMatchObject({
      status: 'False',
      reason: 'ContainersNotInitialized',
      message: 'containers with incomplete status: [init0 init1]',
    })
  },
)
holds(
  `InitContainer ${NODE} should not start app containers and fail the pod if init containers fail on a RestartNever pod`,
  async space => {
    await space.pod('pod', {
      spec: { restartPolicy: 'Never', initContainers: init('true', 'false'), containers: [shell('true')] },
    })
    const { status } = await space.finished('pod')
    expect(status!.phase).toBe('Failed')
    expect(status!.containerStatuses![0].state!.waiting!.reason).toBe('PodInitializing')
    expect(status!.conditions!.find(c => c.type === 'Initialized')).toMatchObject({
      status: 'False',
      message: 'containers with incomplete status: [init1]',
    })
  },
)

const debuggers = (...names: string[]) => ({
  spec: {
    ephemeralContainers: names.map(name => ({
      name,
      image: BUSYBOX,
      ...shell('while true; do echo polo; sleep 2; done'),
    })),
  },
})
const addTo = (space: Space, ...names: string[]) =>
  space.rest.request('PATCH', `/api/v1/namespaces/${space.name}/pods/pod/ephemeralcontainers`, {
    body: debuggers(...names),
    contentType: 'application/strategic-merge-patch+json',
  })
holds(`Ephemeral Containers ${NODE} will start an ephemeral container in an existing pod`, async space => {
  await space.pod('pod', { spec: { containers: [shell('sleep 1000')] } })
  await space.running('pod')
  await addTo(space, 'debugger')
  await space.says('pod', 'polo', 'debugger')
})
holds(`Ephemeral Containers ${NODE} should update the ephemeral containers in an existing pod`, async space => {
  await space.pod('pod', { spec: { containers: [shell('sleep 1000')] } })
  await space.running('pod')
  await addTo(space, 'debugger')
  await space.podWhen('pod', p => !!p.status?.ephemeralContainerStatuses?.[0]?.state?.running)
  await addTo(space, 'debugger', 'debugger2')
  await space.podWhen('pod', p => p.status?.ephemeralContainerStatuses?.filter(s => s.state?.running).length === 2)
  expect((await space.getPod('pod')).spec!.ephemeralContainers!.map(c => c.name)).toEqual(['debugger', 'debugger2'])
})

holds('Sysctls [LinuxOnly] [NodeConformance] should reject invalid sysctls', async space => {
  const sysctls = ['foo-', 'kernel.shmmax', 'safe-and-unsafe', 'bar..'].map(name => ({ name, value: '1' }))
  const refused = await refusal(
    space.pod('pod', { spec: { securityContext: { sysctls }, containers: [shell('true')] } }),
  )
  expect(refused?.message).toMatch(/Invalid value: \\?"foo-\\?"/)
  expect(refused?.message).toMatch(/Invalid value: \\?"bar\.\.\\?"/)
  expect(refused?.message).not.toContain('safe-and-unsafe')
})
