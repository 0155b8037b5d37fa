import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { matchLines, type MatchAnswer, type MatchTask } from '../../../renderer/src/logs/search/match.ts'
import { Searcher, type MatchWorker } from '../../../renderer/src/logs/search/searcher.ts'
import { SEVERITIES } from '../../../renderer/src/logs/severity.ts'
import { LogStore } from '../../../renderer/src/logs/store.ts'
import { LogView } from '../../../renderer/src/logs/view.ts'

const matchesOf = (answer: MatchAnswer) => ('isMatch' in answer ? [...answer.isMatch] : answer)

describe('looking for something in lines', () => {
  it('says of each whether it matches', () => {
    expect(matchesOf(matchLines({ pattern: /b/g, texts: ['abba', 'a', 'b', ''] }))).toEqual([1, 0, 1, 0])
  })

  it('gives a line that takes the expression ages, also where that is after its first match', () => {
    const long = 'a'.repeat(26)
    expect(matchLines({ pattern: /(a+)+$/g, texts: ['a', `${long}!`] })).toEqual({ slow: `${long}!` })
    expect(matchLines({ pattern: /x|(a+)+$/g, texts: [`x${long}!`] })).toEqual({ slow: `x${long}!` })
  })

  it('takes no line for slow that was so once: the machine was busy', () => {
    const times = [0, 50, 51]
    expect(matchesOf(matchLines({ pattern: /b/g, texts: ['b'] }, () => times.shift()!))).toEqual([1])
  })

  it('says what it has when it has been at it for long', () => {
    let now = -9
    const answer = matchLines({ pattern: /b/g, texts: Array<string>(1000).fill('b') }, () => (now += 9))
    expect(matchesOf(answer)).toHaveLength(28)
  })
})

describe('searching a view', () => {
  class PlayedWorker implements MatchWorker {
    onmessage: MatchWorker['onmessage'] = null
    onerror: MatchWorker['onerror'] = null
    readonly tasks: MatchTask[] = []
    isEnded = false
    postMessage(task: MatchTask): void {
      this.tasks.push(structuredClone(task))
    }
    say(answer: MatchAnswer): void {
      this.onmessage!({ data: answer })
    }
    answer(): void {
      this.say(matchLines(this.tasks.shift()!))
    }
    terminate(): void {
      this.isEnded = true
    }
  }
  const LINES = 3_000
  let [worker, failures, found] = [new PlayedWorker(), [] as string[], 0]
  let [store, view, searcher] = [] as unknown as [LogStore, LogView, Searcher]

  beforeEach(() => {
    vi.useFakeTimers()
    worker = new PlayedWorker()
    failures = []
    found = 0
    store = new LogStore()
    store.add(Array.from({ length: LINES }, (_, i) => ({ time: i, text: `line ${i}`, source: 0, severity: 'none' })))
    view = new LogView(store, {
      ...{
        hidden: new Set(),
        severities: new Set(SEVERITIES),
        pattern: /00$/g,
        only: false,
        literal: false,
        columns: 0,
      },
      opened: new Map(),
    })
    searcher = new Searcher(() => worker, { found: () => found++, failed: why => failures.push(why) })
  })
  afterEach(() => {
    searcher.dispose()
    vi.useRealTimers()
  })

  it('sends a worker that is there its lines, a few at a time, until all are searched', () => {
    searcher.search(view)
    expect(worker.tasks).toHaveLength(0)
    worker.say({ ready: true })
    for (; worker.tasks.length; searcher.search(view)) {
      expect(worker.tasks).toHaveLength(1)
      expect(worker.tasks[0]!.texts.length).toBeLessThanOrEqual(1_024)
      worker.answer()
    }
    view.update()
    expect([view.isSearched, view.matchCount, found]).toEqual([true, 29, 3])
  })

  it('goes on with the lines that have come since', () => {
    searcher.search(view)
    worker.say({ ready: true })
    while (worker.tasks.length) worker.answer()
    store.add([{ time: LINES, text: 'line 4500', source: 0, severity: 'none' }])
    searcher.search(view)
    expect(worker.tasks[0]!.texts).toEqual(['line 4500'])
    worker.answer()
    view.update()
    expect(view.matchCount).toBe(30)
  })

  it('goes on behind an answer that was not about all', () => {
    searcher.search(view)
    worker.say({ ready: true })
    const [first] = worker.tasks.splice(0)
    worker.say({ isMatch: Uint8Array.of(1) })
    expect(worker.tasks[0]!.texts[0]).toBe(first!.texts[1])
  })

  it.each<[string, (worker: PlayedWorker) => void, string]>([
    ['a line that takes too long', worker => worker.say({ slow: 'aaa' }), 'slow'],
    ['a silence', () => vi.advanceTimersByTime(3_001), 'slow'],
    ['a worker that breaks', worker => worker.onerror!(new Error('it broke')), 'broken'],
  ])('ends with its worker after %s', (_, happens, why) => {
    searcher.search(view)
    worker.say({ ready: true })
    happens(worker)
    searcher.search(view)
    expect([failures, worker.isEnded, worker.tasks.length]).toEqual([[why], true, 1])
  })

  it('waits for its worker to be there as long as it takes, and is no more when it is over', () => {
    searcher.search(view)
    vi.advanceTimersByTime(60_000)
    expect(failures).toEqual([])
    searcher.dispose()
    worker.say({ ready: true })
    expect([worker.isEnded, worker.tasks.length]).toEqual([true, 0])
  })
})
