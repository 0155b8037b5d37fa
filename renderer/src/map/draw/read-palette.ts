import { NAMES, TONES, type Palette } from './palette.ts'

/** The palette of the theme that is on the screen now. */
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
