import { describe, expect, it } from 'vitest'
import { engineWordsInKorean } from '../../app/desktop/texts/engine-words.ts'
import { shellTexts } from '../../app/desktop/texts/shell.ts'
import { sayWhy } from '../../app/desktop/why.ts'
import { damagedArchive } from '../../engine/lab/archive/manifest.ts'
import { refusals, variablesOf } from '../said-by-engine.ts'

describe('words of the engine in the shell', () => {
  const all = refusals('shell')

  it('are found where they are said', () => {
    expect(all.length).toBeGreaterThan(70)
    expect(all).toContain('There is no lab X0 in X1.')
    expect(all).toContain('its end is missing')
    expect(all).toContain('The lab does not end.')
    expect(all).toContain('its list of files is none')
  })

  it.each(all)('are there in Korean, with all that varies: %s', words => {
    const korean = engineWordsInKorean(words)
    expect(korean).toMatch(/[가-힣]/)
    expect(variablesOf(korean)).toEqual(variablesOf(words))
  })

  it('are said whole: what is wrong, why, and what to do', () => {
    const error = damagedArchive('shop.kubarium', 'it ends before store.db')
    expect(sayWhy(error, shellTexts.ko)).toBe(
      'shop.kubarium이(가) 손상되었습니다: store.db 앞에서 끝납니다.\n\n다시 복사하거나 랩을 새로 저장하세요. 이것으로 만들어진 것은 없습니다.',
    )
    expect(sayWhy(error, shellTexts.en)).toBe(`${error.message}\n\n${error.advice}`)
    expect(sayWhy(new Error('EACCES'), shellTexts.ko)).toBe('EACCES')
  })
})
