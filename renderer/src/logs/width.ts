/** So many columns a tab may take; as `tab-size` says. */
export const TAB = 4

const PLAIN = /^[\u0020-\u00ff]*$/

/** Whether each character of a text is one column wide. */
export function isPlain(text: string): boolean {
  return PLAIN.test(text)
}

/** Columns that a text takes in a fixed-width font, at most: characters of East Asia are two wide. */
export function widthOf(text: string): number {
  if (PLAIN.test(text)) return text.length
  let width = 0
  for (const character of text) width += columnsOf(character.codePointAt(0)!)
  return width
}

/** Where rows of at most `columns` columns begin; the first at 0. */
export function cutsOf(text: string, columns: number): number[] {
  const cuts = [0]
  if (columns <= 0 || text.length === 0) return cuts
  if (PLAIN.test(text)) {
    for (let at = columns; at < text.length; at += columns) cuts.push(at)
    return cuts
  }
  let width = 0
  let at = 0
  for (const character of text) {
    const own = columnsOf(character.codePointAt(0)!)
    if (width + own > columns && width > 0) {
      cuts.push(at)
      width = 0
    }
    width += own
    at += character.length
  }
  return cuts
}

function columnsOf(code: number): number {
  if (code === 9) return TAB
  if (code < 0x1100) return code >= 0x300 && code < 0x370 ? 0 : 1
  const isWide =
    code <= 0x115f ||
    (code >= 0x2e80 && code <= 0xa4cf) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0xff00 && code <= 0xff60) ||
    (code >= 0xffe0 && code <= 0xffe6) ||
    (code >= 0x1f300 && code <= 0x1faff) ||
    (code >= 0x20000 && code <= 0x3fffd)
  return isWide ? 2 : 1
}
