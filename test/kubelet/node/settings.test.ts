import { expect, test } from 'vitest'
import { allocatableOf } from '../../../engine/kubelet/node/allocatable.ts'
import { goDuration } from '../../../engine/kubelet/node/duration.ts'
import { checkSettings } from '../../../engine/kubelet/node/settings.ts'
import { capacity, duration } from '../../../app/cli/lab/worker-options.ts'

const CAPACITY = { cpu: '4', memory: '8Gi', pods: 110, ephemeralStorage: '20Gi' }

test('allocatable is the capacity without reservations and what eviction keeps free', () => {
  expect(allocatableOf(CAPACITY, {})).toEqual({
    cpu: '4',
    memory: '8092Mi',
    pods: '110',
    'ephemeral-storage': '18Gi',
  })
  const settings = checkSettings({
    systemReserved: { cpu: '200m', memory: '100Mi' },
    kubeReserved: { cpu: '300m', 'ephemeral-storage': '1Gi' },
    evictionHard: { 'memory.available': '5%' },
  })
  expect(allocatableOf(CAPACITY, settings)).toEqual({
    cpu: '3500m',
    memory: '8055580263',
    pods: '110',
    'ephemeral-storage': '19Gi',
  })
  expect(allocatableOf(CAPACITY, { systemReserved: { memory: '9Gi' } }).memory).toBe('0')
})

test.each([
  [{ cgroupDriver: 'systemd' }, 'The field cgroupDriver means nothing'],
  [{ kind: 'Pod' }, 'Its kind is "Pod"'],
  [{ evictionHard: { 'memory.availble': '1Mi' } }, '"memory.availble" is none of memory.available'],
  [{ evictionHard: { 'memory.available': '120%' } }, 'it is more than all'],
  [{ evictionSoft: { 'memory.available': '1Mi' } }, 'grace period must be specified for the soft eviction threshold'],
  [{ evictionPressureTransitionPeriod: '5 minutes' }, 'is no duration'],
  [{ shutdownGracePeriod: '5s', shutdownGracePeriodCriticalPods: '6s' }, 'must not be longer than'],
  [{ imageGCHighThresholdPercent: 101 }, 'it is no percentage'],
])('a configuration of kubelets that cannot be is refused with its reason: %j', (given, text) => {
  expect(() => checkSettings(given)).toThrow(text)
})

test('durations and capacities are read as Kubernetes writes them', () => {
  expect([goDuration('1m30s'), goDuration('500ms'), goDuration('1.5h'), goDuration('0')]).toEqual([
    90_000, 500, 5_400_000, 0,
  ])
  expect([goDuration('5'), goDuration(''), goDuration('3 s')]).toEqual([undefined, undefined, undefined])
  expect(duration('10s')).toBe(10_000)
  expect(() => duration('10')).toThrow('duration')
  expect(capacity('cpu=2,memory=1Gi,pods=20,ephemeral-storage=2Gi,pid=500')).toEqual({
    cpu: '2',
    memory: '1Gi',
    pods: 20,
    ephemeralStorage: '2Gi',
    pids: 500,
  })
  expect(() => capacity('gpu=1')).toThrow('not "gpu"')
  expect(() => capacity('memory=-1')).toThrow('no amount')
})
