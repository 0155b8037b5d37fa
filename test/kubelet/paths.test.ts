import { expect, test } from 'vitest'
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
