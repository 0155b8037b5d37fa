import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Image } from '../../../engine/kubelet/images/image.ts'
import { giveToGroup } from '../../../engine/kubelet/volumes/ownership.ts'
import { root } from '../../../tools/sources.ts'
import { container, PodBench } from './bench.ts'

/**
 * What becomes of a field: a test by name holds it, or holds that it is refused or told of; or somebody else answers for
 * it before a kubelet sees the pod.
 */
type Fate = { test: string } | { elsewhere: string }

const held = (name: string): Fate => ({ test: name })
const apiServer: Fate = { elsewhere: 'the API server sets it, or makes other fields of it' }
const scheduler: Fate = { elsewhere: 'the scheduler decides by it' }
const LIFE = held('init containers run one after the other, then sidecars stay, then all others start')
const REFUSED = held('what a pod would be another one without is refused with an event')
const TOLD = held('protection that is not held is told of once, by field')
const STORAGE = held('types that need a storage system are refused with the way out')
const PROBES = held('readiness: not ready before the first success, thresholds in both directions, events')
const RULES = held('policies of the pod, of a container, and rules for exit codes decide')
const ENVIRONMENT = held('later sources override earlier ones, and variables see those before them')
const FS_GROUP = held('files of a volume are given to the fsGroup, and who may not do that says so')
const HOSTS = held('the hosts file has the names of loopback, of the pod, and what hostAliases add')

const TABLE: Record<string, Record<string, Fate>> = {
  PodSpec: {
    volumes: held('a ConfigMap has a file for each key, text and binary, with the default mode'),
    ...{ containers: LIFE, initContainers: LIFE },
    ephemeralContainers: held('an ephemeral container starts at once in a pod that runs'),
    restartPolicy: RULES,
    terminationGracePeriodSeconds: held('preStop runs inside the grace period, then the stop signal, then SIGKILL'),
    activeDeadlineSeconds: held('a pod that has been active for too long fails, once its processes are gone'),
    ...{
      dnsPolicy: held('more name servers than resolvers take'),
      dnsConfig: held('more name servers than resolvers'),
    },
    ...{ nodeSelector: held('one pod too many, labels, ports and taints refuse a pod in this order') },
    ...{ affinity: held('one pod too many, labels, ports and taints refuse a pod in this order') },
    tolerations: held('one pod too many, labels, ports and taints refuse a pod in this order'),
    ...{ serviceAccountName: held('a projected volume puts all its sources together'), serviceAccount: apiServer },
    automountServiceAccountToken: apiServer,
    nodeName: held('a pod that was bound past the scheduler and does not fit fails with the reason'),
    hostNetwork: held('one on the host network has the names of its node'),
    ...{ hostPID: REFUSED, hostIPC: REFUSED, shareProcessNamespace: REFUSED, hostUsers: REFUSED },
    securityContext: TOLD,
    imagePullSecrets: { elsewhere: 'images come from the lab: there is no registry that asks for credentials' },
    hostname: held('a pod is called as it says'),
    subdomain: held('a pod with a subdomain has its full name first'),
    setHostnameAsFQDN: held('a pod is called as it says'),
    hostnameOverride: held('a pod is called as it says'),
    hostAliases: HOSTS,
    ...{ schedulerName: scheduler, topologySpreadConstraints: scheduler, schedulingGates: scheduler },
    ...{ preemptionPolicy: scheduler, schedulingGroup: scheduler, priorityClassName: apiServer },
    priority: held('those that use more than they asked for go first'),
    overhead: held('overhead and what the pod asks for as a whole count when it is taken in'),
    resources: held('overhead and what the pod asks for as a whole count when it is taken in'),
    readinessGates: held('readiness gates hold the pod back until somebody opens them'),
    runtimeClassName: held('a pod gets the runtime that it names'),
    enableServiceLinks: held('services are known by the variables that Docker links had'),
    os: held('what no node of this kind can run is refused by its name'),
    resourceClaims: REFUSED,
  },
  Container: {
    name: LIFE,
    image: held('an init container that fails is tried again'),
    ...{ command: ENVIRONMENT, args: held('command and arguments take the place of the image'), env: ENVIRONMENT },
    envFrom: ENVIRONMENT,
    workingDir: held('a folder to work in that is not there is made'),
    ports: held('one pod too many, labels, ports and taints refuse a pod in this order'),
    resources: held('what fits is given to containers while they run'),
    resizePolicy: held('a container whose policy asks for it is restarted with what it gets'),
    volumeMounts: held('mounts are at their real paths, read-only ones cannot be written'),
    volumeDevices: REFUSED,
    ...{ livenessProbe: held('liveness: the container is restarted after the threshold'), readinessProbe: PROBES },
    startupProbe: held('startup: nothing else is asked before it has passed'),
    lifecycle: held('a preStop hook that uses up the grace period leaves two seconds for the stop signal'),
    terminationMessagePath: held('the termination message is the file, or the end of the log of a failure'),
    terminationMessagePolicy: held('the termination message is the file, or the end of the log of a failure'),
    imagePullPolicy: held('IfNotPresent pulls once for a node, and the node remembers it over a restart'),
    securityContext: TOLD,
    ...{
      stdin: held('input and a terminal of the asked size reach a command'),
      stdinOnce: held('attach hears what the container says and feeds it'),
    },
    tty: held('input and a terminal of the asked size reach a command'),
    restartPolicy: RULES,
    restartPolicyRules: RULES,
  },
  SecurityContext: {
    ...{ capabilities: TOLD, privileged: TOLD, seLinuxOptions: TOLD, windowsOptions: TOLD, seccompProfile: TOLD },
    ...{ appArmorProfile: TOLD, procMount: TOLD, allowPrivilegeEscalation: TOLD },
    runAsUser: held('a container runs as another user if it shall'),
    runAsGroup: held('a container runs as another user if it shall'),
    runAsNonRoot: held('who must not be root is not started where that cannot be told'),
    readOnlyRootFilesystem: held('a read-only root refuses writes, but not in mounts'),
  },
  PodSecurityContext: {
    ...{ seLinuxOptions: TOLD, windowsOptions: TOLD, seccompProfile: TOLD, appArmorProfile: TOLD, sysctls: TOLD },
    ...{ supplementalGroups: TOLD, seLinuxChangePolicy: { elsewhere: 'it says how labels come, which TOLD denies' } },
    runAsUser: held('a container runs as another user if it shall'),
    runAsGroup: held('a container runs as another user if it shall'),
    runAsNonRoot: held('who must not be root is not started where that cannot be told'),
    ...{ fsGroup: FS_GROUP, fsGroupChangePolicy: FS_GROUP },
    supplementalGroupsPolicy: held('what no node of this kind can run is refused by its name'),
  },
  Lifecycle: {
    postStart: held('what comes after the container waits for it, and it does not pass for running before'),
    preStop: held('preStop runs inside the grace period, then the stop signal, then SIGKILL'),
    stopSignal: held('preStop runs inside the grace period, then the stop signal, then SIGKILL'),
  },
  LifecycleHandler: {
    exec: held('preStop runs inside the grace period, then the stop signal, then SIGKILL'),
    sleep: held('a preStop hook that uses up the grace period leaves two seconds for the stop signal'),
    httpGet: held('asks as Kubernetes does, and judges by the code'),
    tcpSocket: held('probes by TCP and by command'),
  },
  Probe: {
    ...{ exec: held('probes by TCP and by command'), tcpSocket: held('probes by TCP and by command') },
    httpGet: held('asks as Kubernetes does, and judges by the code'),
    grpc: held('is content with SERVING alone'),
    ...{ initialDelaySeconds: PROBES, periodSeconds: PROBES, successThreshold: PROBES, failureThreshold: PROBES },
    timeoutSeconds: held('does not wait for longer than its timeout'),
    terminationGracePeriodSeconds: held('liveness: the container is restarted after the threshold, within the grace'),
  },
  VolumeMount: {
    ...{ name: LIFE, mountPath: held('mounts are at their real paths, read-only ones cannot be written') },
    readOnly: held('mounts are at their real paths, read-only ones cannot be written'),
    ...{ mountPropagation: REFUSED, recursiveReadOnly: REFUSED },
    subPath: held('is made where it is missing; a variable may be in it, one that is not there is an error'),
    subPathExpr: held('is made where it is missing; a variable may be in it, one that is not there is an error'),
  },
  VolumeSource: {
    configMap: held('a ConfigMap has a file for each key, text and binary, with the default mode'),
    secret: held('what is missing is said as Kubernetes says it, unless it is optional'),
    downwardAPI: held('the downward API gives fields and resources as files'),
    projected: held('a projected volume puts all its sources together, tokens with their audience and life'),
    emptyDir: held('evicts who writes more than it may, and nobody else'),
    hostPath: held("means the user's machine in folders that the lab allows, and there alone"),
    image: held('the files of an image are a volume'),
    ...{
      persistentVolumeClaim: held('a claim waits for its pod, is given a folder of that node'),
      ephemeral: held('an ephemeral volume has a claim of its own that goes with the pod'),
      csi: STORAGE,
    },
    ...Object.fromEntries(
      [
        ...['gcePersistentDisk', 'awsElasticBlockStore', 'gitRepo', 'nfs', 'iscsi', 'glusterfs', 'rbd', 'flexVolume'],
        ...['cinder', 'cephfs', 'flocker', 'fc', 'azureFile', 'vsphereVolume', 'quobyte', 'azureDisk'],
        ...['photonPersistentDisk', 'portworxVolume', 'scaleIO', 'storageos'],
      ].map(name => [name, STORAGE]),
    ),
  },
}

/** Fields of a type by the API's own description of it. */
function fieldsOf(type: string): string[] {
  const lines = readFileSync(join(root, 'engine/api/schema/groups/core_v1.ts'), 'utf8').split('\n')
  const start = lines.findIndex(line => line.startsWith(`${type} #`) || line.startsWith(`${type} `))
  const fields: string[] = []
  for (let i = start + 1; lines[i]?.startsWith('  '); i++) fields.push(lines[i].trim().split(/[ !]/)[1])
  return fields
}

function testSources(folder: string): string {
  return readdirSync(folder, { withFileTypes: true })
    .map(entry => {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) return testSources(path)
      return entry.name.endsWith('.test.ts') && entry.name !== 'spec-fields.test.ts' ? readFileSync(path, 'utf8') : ''
    })
    .join('\n')
}

describe.each(Object.entries(TABLE))('%s', (type, fates) => {
  test('each field is honoured, refused or told of, and a test holds it', () => {
    const fields = type === 'VolumeSource' ? fieldsOf('Volume').filter(f => f !== 'name') : fieldsOf(type)
    expect(Object.keys(fates).sort()).toEqual([...fields].sort())
    const source = readFileSync(join(root, 'test/kubelet/pods/spec-fields.test.ts'), 'utf8')
    const own = source.slice(source.indexOf('\nlet bench'))
    const all = testSources(join(root, 'test')) + own
    const without = Object.entries(fates).filter(([, fate]) => 'test' in fate && !all.includes(fate.test))
    expect(without).toEqual([])
  })
})

let bench: PodBench
beforeEach(() => (bench = new PodBench()))
afterEach(() => bench.remove())

const isolated = { name: 'bubblewrap', features: { recursiveReadOnlyMounts: false, userNamespaces: true } }
const bare = { name: 'process', features: { recursiveReadOnlyMounts: false, userNamespaces: false } }

/** Runs a pod of one container on a node that has this runtime alone. */
async function run(spec: object, own: object = {}, handler = bare): Promise<void> {
  Object.assign(bench.runtime, { handlers: [{ ...handler, name: '' }, handler] })
  await bench.run(bench.pod({ containers: [container('c', own)], ...spec }))
}

test.each([
  [{ hostUsers: false }, {}, bare, 'FailedCreatePodSandBox', 'does not support user namespaces'],
  [{ hostPID: true }, {}, isolated, 'FailedCreatePodSandBox', 'hostPID is not served by runtime handler "bubblewrap"'],
  [{ hostIPC: true }, {}, isolated, 'FailedCreatePodSandBox', 'choose RuntimeClass "process"'],
  [{ shareProcessNamespace: true }, {}, isolated, 'FailedCreatePodSandBox', 'choose RuntimeClass "process"'],
  [{ resourceClaims: [{ name: 'gpu' }] }, {}, bare, 'FailedPrepareDynamicResources', 'no driver for devices'],
  [{}, { volumeDevices: [{ name: 'v', devicePath: '/dev/x' }] }, bare, 'FailedMapVolume', 'no block devices'],
  [{}, { volumeMounts: [{ name: 'v', mountPath: '/v', recursiveReadOnly: 'Enabled' }] }, bare, 'Failed', 'recursive'],
  [{}, { volumeMounts: [{ name: 'v', mountPath: '/v', mountPropagation: 'Bidirectional' }] }, bare, 'Failed', 'None'],
  [{}, { restartPolicyRules: [{ action: 'RestartAllContainers' }] }, bare, 'Failed', 'use Restart'],
])(
  'what a pod would be another one without is refused with an event: %j %j',
  async (spec, own, handler, reason, text) => {
    await run(spec, own, handler)
    expect(bench.runtime.processes).toEqual([])
    const event = bench.events.find(e => e.startsWith(`Warning ${reason} `))
    expect(event).toContain(text)
    if (reason === 'Failed') expect(bench.container('c').state!.waiting!.reason).toBe('CreateContainerConfigError')
  },
)

test('processes without walls share what hostPID, hostIPC and shareProcessNamespace ask for', async () => {
  await run({ hostPID: true, hostIPC: true, shareProcessNamespace: true })
  expect(bench.running('c').length).toBe(1)
})

test('protection that is not held is told of once, by field, and the pod runs', async () => {
  const profile = { type: 'RuntimeDefault' }
  await run(
    {
      securityContext: {
        ...{ runAsUser: 5, seccompProfile: profile, appArmorProfile: profile, seLinuxOptions: { level: 's0' } },
        ...{ windowsOptions: { runAsUserName: 'x' }, sysctls: [{ name: 'net.ipv4.tcp_syncookies', value: '1' }] },
      },
      resources: { limits: { memory: '1Gi' } },
    },
    {
      securityContext: {
        ...{ privileged: true, capabilities: { add: ['NET_ADMIN'], drop: ['ALL'] }, procMount: 'Unmasked' },
        ...{ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, seccompProfile: { type: 'Unconfined' } },
      },
    },
  )
  await bench.advance(30)
  expect(bench.running('c').length).toBe(1)
  const told = bench.events.filter(e => e.startsWith('Warning NotEnforced'))
  expect(told.length).toBe(1)
  for (const field of ['runAsUser', 'seccompProfile', 'appArmorProfile', 'seLinuxOptions', 'windowsOptions', 'sysctls'])
    expect(told[0]).toContain(`securityContext.${field}`)
  for (const field of [
    'privileged',
    'capabilities.add',
    'procMount',
    'allowPrivilegeEscalation',
    'readOnlyRootFilesystem',
  ])
    expect(told[0]).toContain(`containers{c}.securityContext.${field}`)
  expect(told[0]).toContain('resources.limits')
  expect(told[0]).not.toContain('containers{c}.securityContext.seccompProfile')
})

test('a pod that asks for no protection is told nothing', async () => {
  await run({ securityContext: { seccompProfile: { type: 'Unconfined' } } })
  expect(bench.events.some(e => e.includes('NotEnforced'))).toBe(false)
})

test.each([
  [
    { runAsNonRoot: true },
    undefined,
    'container has runAsNonRoot and image will run as root (pod: "p_ns(u-1)", container: c)',
  ],
  [{ runAsNonRoot: true }, '0:0', 'container has runAsNonRoot and image will run as root'],
  [
    { runAsNonRoot: true },
    'web',
    'container has runAsNonRoot and image has non-numeric user (web), cannot verify user is non-root',
  ],
  [{ runAsNonRoot: true, runAsUser: 0 }, '101', "container's runAsUser breaks non-root policy"],
  [{ runAsNonRoot: true, runAsUser: 7 }, undefined, undefined],
  [{ runAsNonRoot: true }, '101', undefined],
  [{ runAsNonRoot: false }, undefined, undefined],
])('who must not be root is not started where that cannot be told: %j, image user %s', async (context, user, text) => {
  const image = { names: ['app'], runs: 'host', entry: ['run'], dir: '/', digest: 'sha256:1', sizeBytes: 1, user }
  await bench.run(bench.pod({ securityContext: context, containers: [container('c')] }), {
    over: { images: { ensure: () => ({ image: image as unknown as Image }), forget: () => undefined } },
  })
  if (text === undefined) expect(bench.running('c').length).toBe(1)
  else {
    expect(bench.runtime.processes).toEqual([])
    expect(bench.container('c').state!.waiting).toMatchObject({ reason: 'CreateContainerConfigError' })
    expect(bench.container('c').state!.waiting!.message).toContain(text)
  }
})

test.each([
  [{}, 'p'],
  [{ hostname: 'db-0' }, 'db-0'],
  [{ hostname: 'db-0', subdomain: 'db' }, 'db-0'],
  [{ hostname: 'db-0', subdomain: 'db', setHostnameAsFQDN: true }, 'db-0.db.ns.svc.cluster.local'],
  [{ hostnameOverride: 'other.example.com' }, 'other.example.com'],
  [{ hostNetwork: true }, 'node'],
])('a pod is called as it says: %j', async (spec, name) => {
  await run(spec)
  expect(bench.process('c').config.hostname).toBe(name)
  expect(bench.process('c').config.env.HOSTNAME).toBe(name)
})

test('command and arguments take the place of the image’s, and the pod’s limits hold for who has none', async () => {
  const args = { command: undefined, args: ['--flag', '$(NAME)'], env: [{ name: 'NAME', value: 'x' }] }
  await run({ resources: { limits: { memory: '1Gi', cpu: '2' } } }, { ...args, resources: { limits: { cpu: '1' } } })
  const [{ config }] = bench.runtime.processes
  expect(config.argv).toEqual(['run', '--flag', 'x'])
  expect(config.limits).toEqual({ cpuMillis: 1000, memoryBytes: 1 << 30 })
})

test('files of a volume are given to the fsGroup, and who may not do that says so', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kubarium-group-'))
  try {
    writeFileSync(join(folder, 'file'), '', { mode: 0o600 })
    chmodSync(folder, 0o700)
    const events: string[] = []
    // Nobody but root may give files to a group that is not their own.
    const group = process.getuid?.() === 0 ? 12_345 : statSync(folder).gid
    giveToGroup(folder, { group, policy: undefined, event: (...told) => void events.push(told.join(' ')) })
    expect(events).toEqual([])
    const { gid, mode } = statSync(join(folder, 'file'))
    expect({ gid, mode: mode & 0o777 }).toEqual({ gid: group, mode: 0o660 })
    // A folder that is right already is left alone, with all that is in it.
    chmodSync(join(folder, 'file'), 0o600)
    giveToGroup(folder, { group, policy: 'OnRootMismatch' })
    expect(statSync(join(folder, 'file')).mode & 0o777).toBe(0o600)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
