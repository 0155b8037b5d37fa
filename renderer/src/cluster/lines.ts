/** Splits text that comes in pieces into lines; the last one is given even if nothing ends it. */
export async function* linesOf(pieces: AsyncIterable<string>): AsyncGenerator<string[]> {
  let rest = ''
  for await (const piece of pieces) {
    const lines = (rest + piece).split('\n')
    rest = lines.pop()!
    if (lines.length) yield lines
  }
  if (rest) yield [rest]
}
