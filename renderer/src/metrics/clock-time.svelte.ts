import { settings } from '../shell/settings.svelte.ts'

/** The time of day of a moment, with seconds. */
export function clockTime(time: number): string {
  return new Date(time).toLocaleTimeString(settings.language, { hourCycle: 'h23' })
}
