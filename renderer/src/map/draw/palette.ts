import type { Tone } from '../../ui/tone.ts'

export const NAMES = [
  'bg',
  'surface',
  'surface-2',
  'surface-3',
  'line',
  'line-strong',
  'text',
  'text-2',
  'text-3',
  'accent',
  'accent-soft',
  'on-accent',
] as const
export const TONES: readonly Tone[] = ['ok', 'warn', 'bad', 'info', 'idle']

/** The design's colours as the canvas needs them: resolved for the theme on the screen. */
export interface Palette {
  colour: Record<(typeof NAMES)[number], string>
  tone: Record<Tone, { ink: string; soft: string }>
  font: string
  /** How wide a text is in that font, in pixels. */
  widthOf(content: string, size: number, weight?: number): number
}
