import { expect, test } from 'vitest'
import { ImageCollector } from '../../../engine/kubelet/images/image-collector.ts'

test('images are collected by the thresholds of the node, and a failure is said, a repeated one twice', () => {
  const events: string[] = []
  const asked: object[] = []
  let missingBytes = 300
  const collector = new ImageCollector({
    images: {
      collect: (inUse, options) => {
        asked.push({ inUse: [...inUse], ...options })
        return { removed: [], freedBytes: 200, missingBytes }
      },
    },
    settings: { imageGCHighThresholdPercent: 70, imageMinimumGCAge: '1s' },
    disk: () => ({ capacityBytes: 1000, otherBytes: 100 }),
    inUse: () => new Set(['sha256:1']),
    event: (type, reason, message) => void events.push(`${type} ${reason}: ${message}`),
  })
  collector.collect()
  const text =
    'Failed to garbage collect required amount of images. Attempted to free 500 bytes, but only found 200 bytes eligible to free.'
  expect(events).toEqual([`Warning FreeDiskSpaceFailed: ${text}`])
  collector.collect()
  expect(events.slice(1)).toEqual([`Warning FreeDiskSpaceFailed: ${text}`, `Warning ImageGCFailed: ${text}`])
  missingBytes = 0
  collector.collect()
  expect(events.length).toBe(3)
  expect(asked[0]).toEqual({
    inUse: ['sha256:1'],
    ...{ capacityBytes: 1000, otherBytes: 100, minimumAgeMs: 1000, maximumAgeMs: 0 },
    ...{ highThresholdPercent: 70, lowThresholdPercent: 80 },
  })
})
