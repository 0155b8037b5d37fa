import { expect, test } from 'vitest'
import type { Bench } from './bench.ts'

/* eslint-disable @typescript-eslint/no-explicit-any -- objects of any kind */

/** `kubectl create KIND`, `run` and `expose`: what they make, as the API server has it. */
export function generatorCases(bench: Bench): void {
  const { minor } = bench
  const made = async (object: string): Promise<any> => JSON.parse(await bench.k('get', object, '-o', 'json'))

  test('create configmap: literals, files, a folder, an env file, --append-hash', async () => {
    const file = bench.file('cm/plain.txt', 'text\n')
    const env = bench.file('cm.env', 'A=1\nB=two words\n')
    await bench.k(
      'create',
      'configmap',
      'made',
      '--from-literal=x=1',
      `--from-file=named=${file}`,
      `--from-file=${file}`,
    )
    expect((await made('configmap/made')).data).toEqual({ x: '1', named: 'text\n', 'plain.txt': 'text\n' })
    await bench.k('create', 'configmap', 'made-env', `--from-env-file=${env}`)
    expect((await made('configmap/made-env')).data).toEqual({ A: '1', B: 'two words' })
    expect(await bench.k('create', 'configmap', 'hashed', '--append-hash', '--from-literal=a=b')).toMatch(
      /configmap\/hashed-\w{10} created/,
    )
  })

  test('create secret: generic, tls, docker-registry', async () => {
    await bench.k('create', 'secret', 'generic', 'made', '--from-literal=p=open sesame', '--type=example.com/x')
    const generic = await made('secret/made')
    expect([generic.type, Buffer.from(generic.data.p, 'base64').toString()]).toEqual(['example.com/x', 'open sesame'])
    const pki = bench.lab.paths.pki
    await bench.k('create', 'secret', 'tls', 'made-tls', `--cert=${pki}/admin.crt`, `--key=${pki}/admin.key`)
    const tls = await made('secret/made-tls')
    expect([tls.type, Object.keys(tls.data).sort()]).toEqual(['kubernetes.io/tls', ['tls.crt', 'tls.key']])
    await bench.k(
      'create',
      'secret',
      'docker-registry',
      'made-docker',
      '--docker-server=r.example',
      '--docker-username=u',
      '--docker-password=p',
    )
    const docker = await made('secret/made-docker')
    expect(
      JSON.parse(Buffer.from(docker.data['.dockerconfigjson'], 'base64').toString()).auths['r.example'].username,
    ).toBe('u')
  })

  test('create namespace, serviceaccount, and a token that the server believes', async () => {
    await bench.k('create', 'namespace', 'made')
    expect((await made('namespace/made')).status.phase).toBe('Active')
    await bench.k('delete', 'namespace', 'made', '--wait=false')
    await bench.k('create', 'serviceaccount', 'made')
    if (minor < 24) return // create token came with 1.24
    const token = (
      await bench.k(
        'create',
        'token',
        'made',
        '--duration=20m',
        '--audience=https://kubernetes.default.svc.cluster.local',
      )
    ).trim()
    const claims = JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString())
    expect(claims.sub).toBe(`system:serviceaccount:${bench.namespace}:made`)
    expect(claims.exp - claims.iat).toBe(1200)
    const denied = await bench.run('get', 'nodes', '--kubeconfig', await bench.kubeconfig('token', { token }))
    expect(denied.stderr).toContain(`User "system:serviceaccount:${bench.namespace}:made" cannot list resource "nodes"`)
  })

  test('create deployment with replicas, a port and a command', async () => {
    await bench.k('create', 'deployment', 'made', '--image=busybox', '--replicas=0', '--port=80', '--', 'sleep', '1')
    const { spec } = await made('deployment/made')
    expect(spec.replicas).toBe(0)
    expect(spec.template.spec.containers[0]).toMatchObject({
      image: 'busybox',
      command: ['sleep', '1'],
      ports: [{ containerPort: 80 }],
    })
  })

  test('create service: clusterip, nodeport, loadbalancer, externalname', async () => {
    await bench.k('create', 'service', 'clusterip', 'made-ip', '--tcp=80:8080')
    expect((await made('service/made-ip')).spec).toMatchObject({
      type: 'ClusterIP',
      ports: [{ port: 80, targetPort: 8080 }],
    })
    await bench.k('create', 'service', 'clusterip', 'made-headless', '--clusterip=None', '--tcp=80')
    expect((await made('service/made-headless')).spec.clusterIP).toBe('None')
    await bench.k('create', 'service', 'nodeport', 'made-port', '--tcp=80')
    expect((await made('service/made-port')).spec.ports[0].nodePort).toBeGreaterThanOrEqual(30_000)
    await bench.k('create', 'service', 'loadbalancer', 'made-lb', '--tcp=8088:80')
    expect((await made('service/made-lb')).spec.type).toBe('LoadBalancer')
    await bench.k('create', 'service', 'externalname', 'made-name', '--external-name=example.com')
    expect((await made('service/made-name')).spec).toMatchObject({ type: 'ExternalName', externalName: 'example.com' })
    await bench.k('delete', 'service', 'made-port', 'made-lb')
  })

  test.skipIf(minor < 21)(
    'create job, cronjob, and a job from a cronjob, which runs (client ≥ 1.21: before it knew no batch/v1)',
    async () => {
      await bench.k(
        'create',
        'cronjob',
        'made',
        '--image=busybox',
        '--schedule=0 0 1 1 *',
        '--',
        'sh',
        '-c',
        'echo done by hand',
      )
      expect((await made('cronjob/made')).spec.schedule).toBe('0 0 1 1 *')
      await bench.k('create', 'job', 'by-hand', '--from=cronjob/made')
      await bench.k('wait', '--for=condition=complete', 'job/by-hand', '--timeout=60s')
      expect(await bench.k('logs', 'job/by-hand')).toBe('done by hand\n')
      expect((await made('job/by-hand')).metadata.annotations['cronjob.kubernetes.io/instantiate']).toBe('manual')
      await bench.k('create', 'job', 'made', '--image=busybox', '--', 'true')
      await bench.k('wait', '--for=condition=complete', 'job/made', '--timeout=60s')
    },
  )

  test('create ingress, poddisruptionbudget, priorityclass, quota', async () => {
    await bench.k('create', 'ingress', 'made', '--rule=a.example/x*=web:80,tls=cert', '--class=odd')
    expect((await made('ingress/made')).spec).toMatchObject({
      ingressClassName: 'odd',
      rules: [{ host: 'a.example', http: { paths: [{ path: '/x', pathType: 'Prefix' }] } }],
      tls: [{ secretName: 'cert' }],
    })
    if (minor >= 21) {
      await bench.k('create', 'poddisruptionbudget', 'made', '--selector=app=nobody', '--min-available=50%')
      expect((await made('pdb/made')).spec.minAvailable).toBe('50%')
    }
    await bench.k('create', 'priorityclass', 'made', '--value=10', '--description=d', '--preemption-policy=Never')
    expect(await made('priorityclass/made')).toMatchObject({ value: 10, preemptionPolicy: 'Never', description: 'd' })
    await bench.k('create', 'quota', 'made', '--hard=count/leases.coordination.k8s.io=5')
    expect((await made('quota/made')).spec.hard).toEqual({ 'count/leases.coordination.k8s.io': '5' })
  })

  test('create role, rolebinding, clusterrole, clusterrolebinding', async () => {
    await bench.k('create', 'role', 'made', '--verb=get,list', '--resource=pods,deployments.apps', '--resource-name=x')
    expect((await made('role/made')).rules).toEqual([
      { apiGroups: [''], resources: ['pods'], resourceNames: ['x'], verbs: ['get', 'list'] },
      { apiGroups: ['apps'], resources: ['deployments'], resourceNames: ['x'], verbs: ['get', 'list'] },
    ])
    await bench.k(
      'create',
      'rolebinding',
      'made',
      '--role=made',
      '--user=u',
      '--group=g',
      `--serviceaccount=${bench.namespace}:default`,
    )
    expect((await made('rolebinding/made')).subjects.map((s: any) => s.kind)).toEqual([
      'User',
      'Group',
      'ServiceAccount',
    ])
    await bench.k('create', 'clusterrole', 'made', '--verb=get', '--non-resource-url=/odd')
    expect((await made('clusterrole/made')).rules).toEqual([{ nonResourceURLs: ['/odd'], verbs: ['get'] }])
    await bench.k('create', 'clusterrolebinding', 'made', '--clusterrole=made', '--user=u')
    expect((await made('clusterrolebinding/made')).roleRef).toMatchObject({ kind: 'ClusterRole', name: 'made' })
  })

  test('run makes a pod, with environment, labels, a port and a service', async () => {
    await bench.k('run', 'ran', '--image=nginx', '--env=A=b', '--labels=x=y', '--port=80', '--expose')
    const pod = await made('pod/ran')
    expect(pod.metadata.labels).toEqual({ x: 'y' })
    expect(pod.spec.containers[0].env).toEqual([{ name: 'A', value: 'b' }])
    expect((await made('service/ran')).spec).toMatchObject({ selector: { x: 'y' }, ports: [{ port: 80 }] })
    await bench.k('wait', '--for=condition=Ready', 'pod/ran', '--timeout=60s')
    await bench.k('delete', 'pod/ran', 'service/ran', '--now')
    const text = await bench.k(
      'run',
      'dry',
      '--image=busybox',
      '--dry-run=client',
      '-o',
      'yaml',
      '--overrides={"spec":{"nodeName":"x"}}',
    )
    expect(text).toContain('nodeName: x')
  })

  test('expose: a deployment, a pod, another service, with a name and type', async () => {
    await bench.k('create', 'deployment', 'exposed', '--image=nginx', '--replicas=0', '--port=80')
    await bench.k('expose', 'deployment', 'exposed', '--target-port=8080', '--name=exposed-2')
    expect((await made('service/exposed-2')).spec).toMatchObject({
      selector: { app: 'exposed' },
      ports: [{ port: 80, targetPort: 8080 }],
    })
    await bench.k(
      'expose',
      'service',
      'exposed-2',
      '--port=443',
      '--type=NodePort',
      '--name=exposed-3',
      '--protocol=TCP',
    )
    expect((await made('service/exposed-3')).spec).toMatchObject({ type: 'NodePort', ports: [{ port: 443 }] })
    await bench.k('delete', 'service', 'exposed-3')
  })
}
