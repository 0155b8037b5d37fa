import { expect, test } from 'vitest'
import { parseReference } from '../../engine/kubelet/images/image.ts'
import { mapPaths, pathInContainer } from '../../engine/kubelet/runtime/paths.ts'

const container = {
  root: '/pods/p/root',
  mounts: [
    { containerPath: '/etc/config', hostPath: '/pods/p/volumes/config', readOnly: true },
    { containerPath: '/etc/config/deep', hostPath: '/pods/p/volumes/deep', readOnly: true },
  ],
}

test('paths of a container lie in its mounts, else under its root, and never above it', () => {
  expect(pathInContainer(container, '/etc/config/a')).toBe('/pods/p/volumes/config/a')
  expect(pathInContainer(container, '/etc/config/deep/b')).toBe('/pods/p/volumes/deep/b')
  expect(pathInContainer(container, '/etc/configuration')).toBe('/pods/p/root/etc/configuration')
  expect(pathInContainer(container, '/../../../etc/passwd')).toBe('/pods/p/root/etc/passwd')
  expect(pathInContainer(container, 'relative')).toBeUndefined()
})

test('mounts in a command are spelled out, and nothing else is', () => {
  expect(mapPaths(container, 'cat /etc/config/a > "/etc/config/deep/b"; ls /etc/configuration')).toBe(
    'cat /pods/p/volumes/config/a > "/pods/p/volumes/deep/b"; ls /etc/configuration',
  )
})

test('all spellings of an image are one name', () => {
  for (const spelling of ['nginx', 'docker.io/library/nginx', 'index.docker.io/nginx', 'library/nginx'])
    expect(parseReference(spelling)).toEqual({ name: 'nginx', tag: 'latest' })
  expect(parseReference('localhost:5000/a/b:1.2')).toEqual({ name: 'localhost:5000/a/b', tag: '1.2' })
  expect(parseReference('localhost:5000/a/b')).toEqual({ name: 'localhost:5000/a/b', tag: 'latest' })
  expect(parseReference('nginx:1@sha256:abc')).toEqual({ name: 'nginx', tag: '1' })
})
