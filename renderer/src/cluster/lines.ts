/** Splits a stream of bytes into lines; the last one is given even if nothing ends it. */
export async function* linesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string[]> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = lines.pop()!
    if (lines.length) yield lines
  }
  rest += decoder.decode()
  if (rest) yield [rest]
}
