import { expect, expectTypeOf, test } from 'vitest'
import type { Bridge } from '../../app/desktop/contract.ts'
import { LINKED_VIEWS } from '../../app/desktop/routes.ts'
import { LANGUAGES } from '../../app/desktop/texts/define.ts'
import type { DesktopBridge, PreferenceChange } from '../../renderer/src/shell/desktop-bridge.ts'
import { VIEWS } from '../../renderer/src/shell/views.ts'
import { LANGUAGES as OF_PAGE } from '../../renderer/src/text/define.ts'

/** What is checked of types here fails in the type check of the project. */
test('the contract gives what the interface uses of it', () => {
  expectTypeOf<Bridge>().toExtend<DesktopBridge>()
  expectTypeOf<PreferenceChange>().toExtend<Parameters<Bridge['changePreferences']>[0]>()
})

test('links lead to every view but the one that starts programs', () => {
  expect(VIEWS.filter(view => !LINKED_VIEWS.includes(view))).toEqual(['terminal'])
  expect(VIEWS).toEqual(expect.arrayContaining([...LINKED_VIEWS]))
})

test('the shell speaks the languages of the interface', () => {
  expect(LANGUAGES).toEqual(OF_PAGE)
})
