import { generateKeyPairSync, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { eventually } from '../lab.ts'
import type { Bench } from './bench.ts'
import { certificateRequest } from './certificate-request.ts'

/** Who one is and what one may: auth, certificate, and requests in somebody else's name. */
export function accessCases(bench: Bench): void {
  const { minor } = bench

  test('auth can-i: yes, no by its exit code, of others, lists, subresources, paths', async () => {
    expect(await bench.k('auth', 'can-i', 'create', 'pods')).toBe('yes\n')
    const as = `--as=system:serviceaccount:${bench.namespace}:default`
    const no = await bench.run('auth', 'can-i', 'delete', 'nodes', as)
    expect([no.code, no.stdout.split('\n')[0]]).toEqual([1, 'no'])
    await bench.k('create', 'role', 'reader', '--verb=get', '--resource=pods/log')
    await bench.k('create', 'rolebinding', 'reader', '--role=reader', '--user=reader')
    expect(await bench.k('auth', 'can-i', 'get', 'pods', '--subresource=log', '--as=reader')).toBe('yes\n')
    expect((await bench.run('auth', 'can-i', 'get', 'pods', '--as=reader')).code).toBe(1)
    expect(await bench.k('auth', 'can-i', '--list', '--as=reader')).toMatch(/^pods\/log +\[\] +\[\] +\[get\]$/m)
    expect(await bench.k('auth', 'can-i', 'get', '/version', '--as=reader', '--as-group=system:authenticated')).toBe(
      'yes\n',
    )
    expect((await bench.run('auth', 'can-i', 'get', 'pods', '-q', '--as=reader')).code).toBe(1)
  })

  test.skipIf(minor < 28)(
    'auth whoami tells the user and the groups (client ≥ 1.28: before it knew no v1 of it)',
    async () => {
      const text = await bench.k('auth', 'whoami')
      expect(text).toMatch(/Username +kubernetes-admin/)
      expect(text).toContain('system:masters')
      const other = JSON.parse(
        await bench.k('auth', 'whoami', '-o', 'json', '--as=jane', '--as-group=dev', '--as-uid=7'),
      ) as {
        status: { userInfo: object }
      }
      expect(other.status.userInfo).toMatchObject({
        username: 'jane',
        uid: '7',
        groups: ['dev', 'system:authenticated'],
      })
    },
  )

  test('auth reconcile makes roles and bindings whole, and removes what is extra when asked', async () => {
    const rule = (verbs: string[]) => [{ apiGroups: [''], resources: ['pods'], verbs }]
    const role = (verbs: string[]) => ({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata: { name: 'reconciled', namespace: bench.namespace },
      rules: rule(verbs),
    })
    const file = bench.file('role.json', role(['get', 'list']))
    await bench.k('auth', 'reconcile', '-f', file)
    bench.file('role.json', role(['watch']))
    await bench.k('auth', 'reconcile', '-f', file)
    expect(await bench.get('role/reconciled', '.rules[*].verbs[*]')).toBe('get list watch')
    await bench.k('auth', 'reconcile', '--remove-extra-permissions', '-f', file)
    expect(await bench.get('role/reconciled', '.rules[*].verbs[*]')).toBe('watch')
  })

  const request = (name: string, signerName: string, usages: string[], pem: string, more: object = {}) =>
    bench.fed(
      JSON.stringify({
        apiVersion: 'certificates.k8s.io/v1',
        kind: 'CertificateSigningRequest',
        metadata: { name },
        spec: { request: Buffer.from(pem).toString('base64'), signerName, usages, ...more },
      }),
      'create',
      '-f',
      '-',
    )

  test('certificate approve: the certificate is signed, and the server believes it', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const pem = await certificateRequest(privateKey, { commonName: 'jane', organizations: ['dev'] })
    await request('jane', 'kubernetes.io/kube-apiserver-client', ['client auth'], pem, { expirationSeconds: 3600 })
    expect(await bench.k('get', 'csr', 'jane')).toContain('Pending')
    await bench.k('certificate', 'approve', 'jane')
    const issued = await eventually(async () => (await bench.get('csr/jane', '.status.certificate')) || undefined)
    expect(await bench.k('get', 'csr', 'jane')).toContain('Approved,Issued')
    const cert = Buffer.from(issued, 'base64').toString()
    const parsed = new X509Certificate(cert)
    expect(parsed.subject.split('\n').sort()).toEqual(['CN=jane', 'O=dev'])
    expect(Date.parse(parsed.validTo) - Date.now()).toBeLessThanOrEqual(3_600_000)
    const config = await bench.kubeconfig('jane', {
      'client-certificate-data': issued,
      'client-key-data': Buffer.from(privateKey.export({ type: 'pkcs8', format: 'pem' })).toString('base64'),
    })
    const denied = await bench.run('get', 'nodes', '--kubeconfig', config)
    expect(denied.stderr).toContain('User "jane" cannot list resource "nodes"')
  })

  test('certificate deny: nothing is signed, and the decision stays', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    await request(
      'denied',
      'kubernetes.io/kube-apiserver-client',
      ['client auth'],
      await certificateRequest(privateKey, { commonName: 'x' }),
    )
    await bench.k('certificate', 'deny', 'denied')
    expect(await bench.k('get', 'csr', 'denied')).toContain('Denied')
    expect((await bench.run('certificate', 'approve', 'denied')).code).toBe(1)
    expect(await bench.get('csr/denied', '.status.certificate')).toBe('')
  })

  test('a request that its signer cannot take is marked as failed', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    await request(
      'wrong',
      'kubernetes.io/kubelet-serving',
      ['digital signature', 'server auth'],
      await certificateRequest(privateKey, { commonName: 'not-a-node' }),
    )
    await bench.k('certificate', 'approve', 'wrong')
    await eventually(
      async () =>
        (await bench.get('csr/wrong', '.status.conditions[?(@.type=="Failed")].reason')) === 'SignerValidationFailure',
    )
    expect(await bench.get('csr/wrong', '.status.certificate')).toBe('')
  })

  test('who may not approve for a signer is refused', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    await request(
      'guarded',
      'kubernetes.io/kube-apiserver-client',
      ['client auth'],
      await certificateRequest(privateKey, { commonName: 'x' }),
    )
    await bench.k(
      'create',
      'clusterrole',
      'half-approver',
      '--verb=get,update,patch',
      '--resource=certificatesigningrequests,certificatesigningrequests/approval',
    )
    await bench.k('create', 'clusterrolebinding', 'half-approver', '--clusterrole=half-approver', '--user=half')
    expect((await bench.run('certificate', 'approve', 'guarded', '--as=half')).stderr).toContain(
      'user not permitted to approve requests with signerName',
    )
    expect(await bench.get('csr/guarded', '.status')).toBe('{}')
  })

  test('nobody gets a certificate of the masters', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const pem = await certificateRequest(privateKey, { commonName: 'x', organizations: ['dev', 'system:masters'] })
    await expect(request('master', 'kubernetes.io/kube-apiserver-client', ['client auth'], pem)).rejects.toThrow(
      'use of kubernetes.io/kube-apiserver-client signer with system:masters group is not allowed',
    )
  })

  test('who may not sign for a signer cannot put a certificate into a request', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const pem = await certificateRequest(privateKey, { commonName: 'x' })
    await request('forged', 'example.com/own', ['client auth'], pem)
    const resources = 'certificatesigningrequests,certificatesigningrequests/status'
    await bench.k('create', 'clusterrole', 'half-signer', '--verb=get,patch', `--resource=${resources}`)
    await bench.k('create', 'clusterrolebinding', 'half-signer', '--clusterrole=half-signer', '--user=half-signer')
    const patch = JSON.stringify({
      status: { certificate: readFileSync(`${bench.lab.paths.pki}/ca.crt`).toString('base64') },
    })
    const path = '/apis/certificates.k8s.io/v1/certificatesigningrequests/forged/status'
    const client = await bench.lab.client()
    const write = (user: string) =>
      client.request('PATCH', path, {
        body: JSON.parse(patch) as object,
        contentType: 'application/merge-patch+json',
        headers: { 'impersonate-user': user },
      })
    try {
      await expect(write('half-signer')).rejects.toThrow(
        'user not permitted to sign requests with signerName "example.com/own"',
      )
      const rule = {
        apiGroups: ['certificates.k8s.io'],
        resources: ['signers'],
        resourceNames: ['example.com/*'],
        verbs: ['sign'],
      }
      const role = {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'ClusterRole',
        metadata: { name: 'signer' },
        rules: [rule],
      }
      await bench.fed(JSON.stringify(role), 'create', '-f', '-')
      await bench.k('create', 'clusterrolebinding', 'signer', '--clusterrole=signer', '--user=half-signer')
      await eventually(() => write('half-signer'))
    } finally {
      client.dispose()
    }
    expect(await bench.k('get', 'csr', 'forged')).toContain('Issued')
  })
}
