import { expect, test } from 'vitest'
import type { Pod } from '../../../engine/api/types.ts'
import { handlerWithoutClass } from '../../../engine/kubelet/pods/spec-check.ts'

const features = { recursiveReadOnlyMounts: false, userNamespaces: false }
const both = ['', 'bubblewrap', 'process'].map(name => ({ name, features }))
const chosen = (spec: object, handlers = both) => handlerWithoutClass({ spec } as Pod, handlers)

test('a pod that wants to share processes is run without namespaces, where it names no class and that is served', () => {
  for (const field of ['shareProcessNamespace', 'hostPID', 'hostIPC']) expect(chosen({ [field]: true })).toBe('process')
  expect(chosen({ hostPID: false, hostNetwork: true })).toBeUndefined()
  expect(chosen({ hostPID: true }, both.slice(0, 2))).toBeUndefined()
})
