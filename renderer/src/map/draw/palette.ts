import type { Tone } from '../../ui/tone.ts'

const NAMES = [
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
const TONES: readonly Tone[] = ['ok', 'warn', 'bad', 'info', 'idle']

/** The design's colours as the canvas needs them: resolved for the theme on the screen. */
export interface Palette {
  colour: Record<(typeof NAMES)[number], string>
  tone: Record<Tone, { ink: string; soft: string }>
  font: string
  /** How wide a text is in that font, in pixels. */
  widthOf(content: string, size: number, weight?: number): number
}

export function readPalette(): Palette {
  const probe = document.createElement('span')
  document.body.append(probe)
  const resolve = (name: string) => {
    probe.style.color = `var(--${name})`
    return getComputedStyle(probe).color
  }
  const font = getComputedStyle(document.body).fontFamily
  const context = document.createElement('canvas').getContext('2d')
  const palette: Palette = {
    colour: Object.fromEntries(NAMES.map(name => [name, resolve(name)])) as Palette['colour'],
    tone: Object.fromEntries(
      TONES.map(tone => [tone, { ink: resolve(tone), soft: resolve(`${tone}-soft`) }]),
    ) as Palette['tone'],
    font,
    widthOf(content, size, weight = 400) {
      if (context) context.font = `${weight} ${size}px ${font}`
      return context?.measureText(content).width ?? 0
    },
  }
  probe.remove()
  return palette
}
