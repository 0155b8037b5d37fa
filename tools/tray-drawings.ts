/** The mark as the tray shows it, in a few pixels: the vessel, and by what is in it how the lab is. */

const VESSEL = 'M16 2.5 28 9.2v13.6L16 29.5 4 22.8V9.2z'
const ACCENT = '#12a0b5'
const BAD = '#e5484d'

function vessel(color: string, inside: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><g fill="none" stroke="${color}" stroke-width="3.2" stroke-linejoin="round" stroke-linecap="round"><path d="${VESSEL}"/></g>${inside}</svg>`
}

function drawings(ink: string, bad: string): Record<string, string> {
  const clip = `<clipPath id="v"><path d="${VESSEL}"/></clipPath>`
  return {
    // Full, half full, empty, and empty with a sign.
    up: vessel(ink, `<path d="${VESSEL}" fill="${ink}"/>`),
    busy: vessel(ink, `${clip}<rect clip-path="url(#v)" y="16" width="32" height="16" fill="${ink}"/>`),
    down: vessel(ink, ''),
    failed: vessel(
      bad,
      `<path d="M16 10v7" stroke="${bad}" stroke-width="3.6" stroke-linecap="round"/><circle cx="16" cy="22" r="2.2" fill="${bad}"/>`,
    ),
  }
}

/** By file name. The ending `Template` makes macOS take the image as a mask. */
export const TRAY: Record<string, string> = {
  ...drawings(ACCENT, BAD),
  ...Object.fromEntries(Object.entries(drawings('#000', '#000')).map(([name, svg]) => [`${name}Template`, svg])),
  unseen: `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><circle cx="16" cy="16" r="12" fill="${BAD}" stroke="#fff" stroke-width="3"/></svg>`,
}
