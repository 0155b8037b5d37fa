import { expect, test } from 'vitest'
import { nearNames } from '../../../engine/kubelet/images/near.ts'
import { fullName, parseReference, referenceProblem } from '../../../engine/kubelet/images/reference.ts'

test('the official images of Docker Hub have one name, whichever registry or mirror is written before it', () => {
  for (const spelling of [
    'nginx',
    'library/nginx',
    'docker.io/nginx',
    'docker.io/library/nginx:latest',
    'index.docker.io/library/nginx',
    'registry-1.docker.io/library/nginx',
    'mirror.gcr.io/library/nginx',
    'public.ecr.aws/docker/library/nginx',
  ])
    expect(parseReference(spelling), spelling).toEqual({ name: 'nginx', tag: 'latest' })
})

test('images of other registries and of users keep their names', () => {
  expect(parseReference('registry.k8s.io/e2e-test-images/nginx:1.14-4')).toEqual({
    name: 'registry.k8s.io/e2e-test-images/nginx',
    tag: '1.14-4',
  })
  expect(parseReference('localhost:5000/a/b').name).toBe('localhost:5000/a/b')
  expect(parseReference('docker.io/bitnami/nginx:1').name).toBe('bitnami/nginx')
})

test('a digest is kept beside name and tag', () => {
  const digest = `sha256:${'a'.repeat(64)}`
  expect(parseReference(`nginx:1.25@${digest}`)).toEqual({ name: 'nginx', tag: '1.25', digest })
})

test('what a Node lists is the name in full', () => {
  expect(fullName('nginx')).toBe('docker.io/library/nginx')
  expect(fullName('bitnami/nginx')).toBe('docker.io/bitnami/nginx')
  expect(fullName('registry.k8s.io/pause')).toBe('registry.k8s.io/pause')
  expect(fullName('localhost/mine')).toBe('localhost/mine')
})

test('a reference that no registry would take is told from one that is only unknown', () => {
  for (const sound of ['nginx', 'a/b/c:1', 'localhost:5000/a', 'Registry.example.com/a', `a@sha256:${'0'.repeat(64)}`])
    expect(referenceProblem(sound), sound).toBeUndefined()
  expect(referenceProblem('Nginx')).toBe('invalid reference format: repository name must be lowercase')
  for (const broken of ['', 'a b', 'nginx:', 'nginx:a:b', 'a//b', '-a', 'a@sha256:12', 'a@b@c', 'nginx:ä'])
    expect(referenceProblem(broken), broken).toContain('invalid reference format')
  expect(referenceProblem('a'.repeat(300))).toContain('255')
})

test('near names are those that somebody may have meant, the likeliest first', () => {
  const known = ['nginx', 'httpd', 'node', 'redis', 'registry.k8s.io/pause', 'nginxinc/nginx-unprivileged', 'busybox']
  expect(nearNames('ngnix', known)[0]).toBe('nginx')
  expect(nearNames('example.com/team/nginx', known)[0]).toBe('nginx')
  expect(nearNames('pausse', known)).toEqual(['registry.k8s.io/pause'])
  expect(nearNames('reddis', known)).toEqual(['redis'])
  expect(nearNames('postgres', known)).toEqual([])
})
