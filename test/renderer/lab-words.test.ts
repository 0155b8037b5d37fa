import { describe, expect, it } from 'vitest'
import { labWords } from '../../renderer/src/text/lab-words.ts'
import { refusals, variablesOf } from '../said-by-engine.ts'

describe('words of the lab server', () => {
  const all = refusals('server')

  it('are found where they are said', () => {
    expect(all.length).toBeGreaterThan(30)
    expect(all).toContain('Machine X0 does not run.')
  })

  it.each(all)('are there in Korean, with all that varies: %s', words => {
    const korean = labWords(words, 'ko')
    expect(korean).toMatch(/[가-힣]/)
    expect(variablesOf(korean)).toEqual(variablesOf(words))
    expect(labWords(words, 'en')).toBe(words)
  })

  it('stay as they are where nobody knows them, as those of Kubernetes', () => {
    const words = 'pods "web" is forbidden: exceeded quota: small'
    expect(labWords(words, 'ko')).toBe(words)
  })

  it('take the nearest meaning', () => {
    expect(labWords('Machine worker-1 did not come up: no disk', 'ko')).toBe(
      '머신 worker-1이(가) 뜨지 못했습니다: no disk',
    )
    expect(labWords('master-4 did not come up: no disk', 'ko')).toBe('master-4이(가) 뜨지 못했습니다: no disk')
  })
})
