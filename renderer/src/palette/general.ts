import { groupKinds, objectsAddress } from '../cluster/discovery.ts'
import { kinds } from '../cluster/kinds.svelte.ts'
import { connection } from '../cluster/connection.svelte.ts'
import { addWorker } from '../lab/actions.ts'
import { desktop } from '../shell/desktop.ts'
import { router } from '../shell/router.svelte.ts'
import { settings } from '../shell/settings.svelte.ts'
import { shellTexts } from '../shell/text.ts'
import { isLabOnly, NUMBERED, VIEWS } from '../shell/views.ts'
import { LANGUAGE_NAMES, LANGUAGES } from '../text/define.ts'
import { say } from '../text/say.svelte.ts'
import { palette } from './palette.svelte.ts'
import type { Command } from './rank.ts'
import { paletteTexts } from './text.ts'

const shell = say(shellTexts)
const t = say(paletteTexts)

/** What can be reached and done from everywhere. `apply` opens the dialog for manifests. */
export function generalCommands(apply: () => void): readonly Command[] {
  const views = VIEWS.filter(view => connection.isLab || !isLabOnly(view)).map((view): Command => {
    const number = NUMBERED.indexOf(view) + 1
    const run = () => router.go(`/${view}`)
    return {
      id: `view/${view}`,
      title: shell[view],
      hint: t.goTo,
      words: view,
      run,
      ...(number && { keys: `Alt ${number}` }),
    }
  })
  const action = (id: string, title: string, words: string, run: () => void): Command => ({
    ...{ id: `action/${id}`, title, hint: t.action, words, run },
  })
  const all = groupKinds(kinds.list).flatMap(group => group.kinds)
  return [
    ...views,
    action('apply', t.applyYaml, 'create manifest file kubectl', apply),
    ...(connection.isLab ? [action('worker', t.addWorker, 'machine node add', () => void addWorker())] : []),
    ...(desktop
      ? [
          action('save-lab', t.saveLab, 'save export archive file kubarium', () => void desktop!.saveLab()),
          action(
            'open-lab',
            t.openSavedLab,
            'open load import archive file kubarium',
            () => void desktop!.chooseArchive(),
          ),
        ]
      : []),
    action('shortcuts', t.shortcuts, 'keys help ?', () => (palette.shortcuts = true)),
    action('light', t.themeLight, 'theme light', () => (settings.theme = 'light')),
    action('dark', t.themeDark, 'theme dark', () => (settings.theme = 'dark')),
    action('system', t.themeSystem, 'theme system', () => (settings.theme = 'system')),
    ...LANGUAGES.map(language =>
      action(`language/${language}`, t.language(LANGUAGE_NAMES[language]), `language ${language}`, () => {
        settings.language = language
      }),
    ),
    ...all.map((kind): Command => {
      const words = `${kind.resource} ${kind.shortNames.join(' ')} ${kind.group}`
      const run = () => router.go(objectsAddress(kind))
      return { id: `kind/${kind.group}/${kind.resource}`, title: kind.kind, hint: t.kind, words, run }
    }),
  ]
}
