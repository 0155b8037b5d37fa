import { describe, expect, it } from 'vitest'
import type { Event } from '../../engine/api/types.ts'
import type { LabStatus, MachineStatus } from '../../engine/lab/contract.ts'
import { isRoute } from '../../app/desktop/routes.ts'
import { Announcer } from '../../renderer/src/notices/announcer.ts'
import { mergeNotices, noticesOfEvents, noticesOfStatus, type Notice } from '../../renderer/src/notices/notices.ts'
import { sayNotice } from '../../renderer/src/notices/say-notice.ts'
import { noticesTexts } from '../../renderer/src/notices/text.ts'

const machine = (name: string, state: MachineStatus['state'], leads?: number) =>
  ({
    ...{ name, state, role: name.startsWith('m') ? 'control-plane' : 'worker' },
    ...(leads ? { store: { role: 'leader', term: leads } } : {}),
  }) as MachineStatus
const status = (state: LabStatus['state'], ...machines: MachineStatus[]) => ({ state, machines }) as LabStatus
const kinds = (before: LabStatus | undefined, now: LabStatus) =>
  noticesOfStatus(before, now, 1).map(n => `${n.about.kind} ${n.tone}`)

describe('notices of a lab', () => {
  const three = (a: MachineStatus['state'], b: MachineStatus['state'], c: MachineStatus['state']) =>
    status('running', machine('m1', a), machine('m2', b), machine('m3', c))

  it('tell of machines that die and come back', () => {
    expect(kinds(three('running', 'running', 'running'), three('running', 'running', 'dead'))).toEqual(['machine bad'])
    expect(kinds(three('running', 'running', 'dead'), three('running', 'running', 'starting'))).toEqual([])
    expect(kinds(three('running', 'running', 'starting'), three('running', 'running', 'running'))).toEqual([
      'machine ok',
    ])
  })

  it('tell of the quorum, when it goes and when it is back', () => {
    expect(kinds(three('running', 'running', 'dead'), three('running', 'dead', 'dead'))).toEqual([
      'machine bad',
      'quorum bad',
    ])
    expect(kinds(three('running', 'starting', 'dead'), three('running', 'running', 'dead'))).toEqual([
      'machine ok',
      'quorum ok',
    ])
  })

  it('tell who leads now, once for each term', () => {
    const first = status('running', machine('m1', 'running', 4), machine('m2', 'running'))
    const second = status('running', machine('m1', 'running'), machine('m2', 'running', 5))
    expect(noticesOfStatus(first, second, 1)[0]?.about).toEqual({ kind: 'leader', name: 'm2', term: 5 })
    expect(noticesOfStatus(second, second, 1)).toEqual([])
  })

  it('say nothing of a lab that starts or stops', () => {
    expect(kinds(undefined, three('running', 'running', 'dead'))).toEqual([])
    expect(
      kinds(status('starting', machine('m1', 'starting')), status('running', machine('m1', 'running', 1))),
    ).toEqual([])
    expect(kinds(three('running', 'running', 'running'), status('stopping', machine('m1', 'dead')))).toEqual([])
  })
})

describe('notices of events', () => {
  const event = (name: string, reason: string, at: string, type = 'Warning') =>
    ({
      type,
      reason,
      lastTimestamp: at,
      involvedObject: { kind: 'Pod', name, uid: name },
      metadata: {},
    }) as unknown as Event
  const events = [
    event('a', 'BackOff', '2026-01-01T00:00:10Z'),
    event('a', 'BackOff', '2026-01-01T00:00:20Z'),
    event('b', 'Unhealthy', '2026-01-01T00:00:15Z'),
    event('b', 'Pulled', '2026-01-01T00:00:30Z', 'Normal'),
    event('c', 'Old', '2025-12-31T00:00:00Z'),
  ]

  it('are the warnings since the page was opened, one for each object and reason', () => {
    const found = noticesOfEvents(events, Date.parse('2026-01-01T00:00:00Z'))
    expect(
      found.map(n => n.about.kind === 'warning' && `${n.about.reason} ${n.about.object} ${n.about.times}`),
    ).toEqual(['BackOff Pod a 2', 'Unhealthy Pod b 1'])
  })

  it('come together with the others, the newest first, each thing once', () => {
    const [older, newer] = [1, 2].map(at => ({ id: 'x', at }) as never)
    expect(mergeNotices([older], [newer])).toEqual([newer])
  })
})

describe('notices for the system', () => {
  const warning = (at: number): Notice => ({
    ...{ id: 'warning/1/BackOff', tone: 'warn', at, address: '/events?q=cart' },
    about: { kind: 'warning', object: 'Pod cart', reason: 'BackOff', message: 'restarting', times: 1 },
  })
  const death = (at: number): Notice => ({
    ...{ id: 'machine/worker-1', tone: 'bad', at, address: '/map?select=machine%2Fworker-1' },
    about: { kind: 'machine', name: 'worker-1', state: 'dead' },
  })

  it('are told once, the oldest first, and what happens anew is told anew', () => {
    const announcer = new Announcer()
    expect(announcer.news([death(2), warning(1)])).toEqual([warning(1), death(2)])
    expect(announcer.news([warning(3), death(2)])).toEqual([])
    expect(announcer.news([death(4), warning(3)])).toEqual([death(4)])
  })

  it('say in words what the list says', () => {
    expect(sayNotice(death(1), noticesTexts.en)).toEqual({ title: 'worker-1 died', text: '' })
    expect(sayNotice(warning(1), noticesTexts.ko)).toEqual({ title: 'BackOff: Pod cart', text: 'restarting' })
  })

  it('lead where a notification may lead', () => {
    for (const { address } of [death(1), warning(1)]) expect(isRoute(address)).toBe(true)
  })
})
