import { expect, test } from 'vitest'
import type { Container, Pod } from '../../../engine/api/types.ts'
import type { Image } from '../../../engine/kubelet/images/image.ts'
import { containerConfig, type LaunchInputs } from '../../../engine/kubelet/pods/launch.ts'

const image = (user?: number) =>
  ({ names: ['x'], runs: 'host', entry: ['x'], dir: '/x', digest: 'd', sizeBytes: 1, user }) as Image
const userOf = async (own: Image, securityContext: object = {}) => {
  const spec = { name: 'c', securityContext } as Container
  const inputs = {
    ...{ spec, image: own, volumes: new Map(), dir: '/d', id: 'i', hostname: 'h', handler: undefined, hostFiles: [] },
    pod: { metadata: { name: 'p', namespace: 'ns', uid: 'u' }, spec: { containers: [spec] } } as unknown as Pod,
    attachment: { ip: '10.0.0.1', env: {} },
    sources: { services: () => [] },
  } as unknown as LaunchInputs
  return (await containerConfig(inputs)).user
}

test("a container runs as its image's user, unless its pod says whom it runs as", async () => {
  expect(await userOf(image())).toBeUndefined()
  expect(await userOf(image(101))).toEqual({ uid: 101 })
  expect(await userOf(image(101), { runAsUser: 1000, runAsGroup: 7 })).toEqual({ uid: 1000, gid: 7 })
  expect(await userOf(image(101), { runAsUser: 0 })).toEqual({ uid: 0 })
})
