import { expect, test } from 'vitest'
import { systemClock } from '../../engine/base/clock.ts'
import { silentLogger } from '../../engine/base/log.ts'
import type { RestClient } from '../../engine/client/rest.ts'
import { untilPodsAreAdmitted } from '../../engine/lab/host/default-service-account.ts'

/** Refuses so many times, then answers. */
function refusing(times: number): { rest: RestClient; asked: () => number } {
  let asked = 0
  const request = () =>
    ++asked <= times ? Promise.reject(new Error('serviceaccounts "default" not found')) : Promise.resolve({})
  return { rest: { request } as unknown as RestClient, asked: () => asked }
}

test('a new lab is not called ready before its first pod would be admitted', async () => {
  const { rest, asked } = refusing(3)
  await untilPodsAreAdmitted(rest, systemClock, silentLogger, new AbortController().signal)
  expect(asked()).toBe(4)
})

test('a lab that is stopped meanwhile is not waited for', async () => {
  const ending = new AbortController()
  const waiting = untilPodsAreAdmitted(refusing(Infinity).rest, systemClock, silentLogger, ending.signal)
  ending.abort(new Error('the lab is stopping'))
  await expect(waiting).rejects.toThrow('the lab is stopping')
})
