import { lab } from '../lab/status.svelte.ts'
import { connection } from '../cluster/connection.svelte.ts'
import type { Command } from '../palette/rank.ts'
import { router } from '../shell/router.svelte.ts'
import { settings } from '../shell/settings.svelte.ts'
import { say } from '../text/say.svelte.ts'
import type { LogDesk } from './desk.svelte.ts'
import { encodeTarget, type Target } from './targets.ts'
import { logsTexts } from './text.ts'

const t = say(logsTexts)

/** Address of the page with the logs of something. */
export function logsAddress(...targets: Target[]): string {
  return `/logs?${new URLSearchParams(targets.map(target => ['of', encodeTarget(target)]))}`
}

/** Logs that can be opened from everywhere. */
export function logsCommands(): readonly Command[] {
  const open = (name: string, words: string, target: Target): Command => ({
    ...{ id: `logs/${encodeTarget(target)}`, title: t.commandLogs(name), hint: t.commandHint, words: `log ${words}` },
    run: () => router.go(logsAddress(target)),
  })
  const machines = connection.isLab ? (lab.status?.machines ?? []) : []
  const { namespace } = settings
  return [
    ...(namespace
      ? [open(t.namespacePods(namespace), 'all pods namespace', { kind: 'Namespace', namespace, name: '' })]
      : []),
    ...(machines.length ? [open(t.allMachines, 'machines lab', { kind: 'Machine', namespace: '', name: '' })] : []),
    ...machines.map(({ name }) => open(name, 'machine node lab', { kind: 'Machine', namespace: '', name })),
  ]
}

/** What can be done with the logs that are shown. */
export function logCommands(desk: LogDesk, save: () => void): readonly Command[] {
  const command = (id: string, title: string, words: string, run: () => void): Command => ({
    ...{ id: `log/${id}`, title: t.commandLogs(title), hint: t.commandHint, words, run },
  })
  return [
    command('follow', t.follow, 'follow tail end', () => desk.setFollow(!desk.follow)),
    command('wrap', t.wrap, 'wrap', () => (desk.wrap = !desk.wrap)),
    command('times', t.times, 'time stamps', () => (desk.times = !desk.times)),
    command('regex', t.regex, 'regex regular expression', () => (desk.regex = !desk.regex)),
    command('reload', t.readAgain, 'reload refresh', () => desk.reload()),
    command('save', t.save, 'download save file', save),
  ]
}
