/** Browsers give no canvas with longer sides. */
const MOST_PIXELS = 16_000
const SCALE = 2

/** An SVG document as the bytes of a PNG, twice as fine; undefined if it is larger than browsers can draw. */
export async function toPng({ svg, w, h }: { svg: string; w: number; h: number }): Promise<Blob | undefined> {
  const scale = Math.min(SCALE, MOST_PIXELS / Math.max(w, h))
  if (scale < 0.5) return undefined
  const image = new Image()
  image.src = `data:image/svg+xml;utf8,${encodeURIComponent(svg)}`
  await image.decode()
  const canvas = document.createElement('canvas')
  canvas.width = Math.ceil(w * scale)
  canvas.height = Math.ceil(h * scale)
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height)
  const blob = await new Promise<Blob | null>(resolve => canvas.toBlob(resolve, 'image/png'))
  return blob ?? undefined
}

/** Lets the browser save a file. */
export function download(name: string, content: Blob): void {
  const url = URL.createObjectURL(content)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  URL.revokeObjectURL(url)
}
