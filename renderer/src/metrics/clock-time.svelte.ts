import { settings } from '../shell/settings.svelte.ts'

/** The time of day of a moment, to the second or to the minute. */
export function clockTime(time: number, seconds = true): string {
  const second = seconds ? '2-digit' : undefined
  return new Date(time).toLocaleTimeString(settings.language, {
    ...{ hourCycle: 'h23', hour: '2-digit', minute: '2-digit', second },
  })
}
