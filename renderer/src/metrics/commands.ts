import { connection } from '../cluster/connection.svelte.ts'
import type { Command } from '../palette/rank.ts'
import { router } from '../shell/router.svelte.ts'
import { say } from '../text/say.svelte.ts'
import { metricsTexts } from './text.ts'

const t = say(metricsTexts)
const PARTS = ['machines', 'control', 'store', 'workloads', 'autoscalers'] as const

/** Charts that can be opened from everywhere. */
export function metricsCommands(): readonly Command[] {
  if (!connection.isLab) return []
  return PARTS.map(part => ({
    ...{ id: `metrics/${part}`, title: t.command(t[part]), hint: t.commandHint, words: `metrics charts ${part}` },
    run: () => router.go(`/metrics/${part}`),
  }))
}
