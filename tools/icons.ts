/**
 * Draws the icons of all platforms from `resources/icons/icon.svg`, and those of the tray. Run by hand after a drawing changed;
 * needs a Chromium.
 */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { root } from './sources.ts'
import { TRAY } from './tray-drawings.ts'

const folder = join(root, 'resources', 'icons')
const SIZES = [16, 24, 32, 48, 64, 128, 256, 512, 1024]
/** Sizes that Windows picks from. */
const ICO = [16, 24, 32, 48, 64, 128, 256]
/** Apple's icon types that hold PNG, by size in pixels. */
const ICNS: [type: string, size: number][] = [
  ['icp4', 16],
  ['icp5', 32],
  ['icp6', 64],
  ['ic07', 128],
  ['ic08', 256],
  ['ic09', 512],
  ['ic10', 1024],
]

/** Of the tray, in points; screens of twice the density get the second. */
const TRAY_SIZES = [
  [16, ''],
  [32, '@2x'],
] as const

const images = await draw(readFileSync(join(folder, 'icon.svg'), 'utf8'), SIZES)
for (const [size, png] of images) writeFileSync(join(folder, `${size}x${size}.png`), png)
writeFileSync(join(folder, 'icon.ico'), ico(ICO.map(size => [size, images.get(size)!])))
writeFileSync(join(folder, 'icon.icns'), icns(ICNS.map(([type, size]) => [type, images.get(size)!])))
mkdirSync(join(folder, 'tray'), { recursive: true })
for (const [name, svg] of Object.entries(TRAY)) {
  const drawn = await draw(svg, [16, 32])
  for (const [size, suffix] of TRAY_SIZES) writeFileSync(join(folder, 'tray', `${name}${suffix}.png`), drawn.get(size)!)
}

async function draw(svg: string, sizes: readonly number[]): Promise<Map<number, Buffer>> {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  })
  try {
    const page = await browser.newPage()
    const drawn = new Map<number, Buffer>()
    for (const size of sizes) {
      await page.setViewportSize({ width: size, height: size })
      await page.setContent(
        `<style>html,body{margin:0}svg{display:block;width:${size}px;height:${size}px}</style>${svg}`,
      )
      drawn.set(size, await page.screenshot({ omitBackground: true }))
    }
    return drawn
  } finally {
    await browser.close()
  }
}

/** ICO: a directory of 16 bytes for each image, and the images as PNG, which Windows reads since Vista. 0 stands for 256. */
function ico(entries: [size: number, png: Buffer][]): Buffer {
  const head = Buffer.alloc(6 + 16 * entries.length)
  head.writeUInt16LE(1, 2)
  head.writeUInt16LE(entries.length, 4)
  let offset = head.length
  entries.forEach(([size, png], index) => {
    const at = 6 + 16 * index
    head.writeUInt8(size % 256, at)
    head.writeUInt8(size % 256, at + 1)
    head.writeUInt16LE(1, at + 4)
    head.writeUInt16LE(32, at + 6)
    head.writeUInt32LE(png.length, at + 8)
    head.writeUInt32LE(offset, at + 12)
    offset += png.length
  })
  return Buffer.concat([head, ...entries.map(([, png]) => png)])
}

/** ICNS: a magic word and the whole length, then type, length and data of each image; lengths count their own header. */
function icns(entries: [type: string, png: Buffer][]): Buffer {
  const chunks = entries.map(([type, png]) => Buffer.concat([Buffer.from(type, 'ascii'), length(png.length + 8), png]))
  const body = Buffer.concat(chunks)
  return Buffer.concat([Buffer.from('icns', 'ascii'), length(body.length + 8), body])
}

function length(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}
