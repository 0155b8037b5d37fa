import type { Locator, Page } from 'playwright-core'
import { expect } from 'vitest'
import { WITHIN } from './desk.ts'

/** Somebody with a mouse and no keyboard: points at what can be seen, and clicks. */
export class Mouse {
  readonly #page: Page

  constructor(page: Page) {
    this.#page = page
  }

  async click(target: Locator): Promise<void> {
    // Not before it has come to rest, and not what lies over it.
    await target.first().click(WITHIN)
  }

  /** Opens a field with a list, and picks from it. */
  async pick(field: Locator, option: string | RegExp): Promise<void> {
    await this.click(field)
    await this.click(this.#page.getByRole('option', { name: option }))
  }
}

/** Somebody with a keyboard and no mouse. */
export class Keys {
  readonly #page: Page
  /** How often a key was pressed to get somewhere: what is far away is not within reach. */
  pressed = 0

  constructor(page: Page) {
    this.#page = page
  }

  async press(...keys: string[]): Promise<void> {
    for (const key of keys) {
      this.pressed++
      await this.#page.keyboard.press(key)
    }
  }

  type(text: string): Promise<void> {
    return this.#page.keyboard.type(text)
  }

  /** Finds a command or an object by its name, and does or opens it. */
  async find(text: string, title: string | RegExp): Promise<void> {
    await this.press('Control+k')
    await this.#page.locator('dialog[open] [role=combobox]:focus').waitFor(WITHIN)
    await this.type(text)
    const active = this.#page.locator('dialog [role=option][aria-selected=true], dialog [role=option].active')
    await expect.poll(() => active.first().innerText(), WITHIN).toMatch(title)
    await this.press('Enter')
  }

  /** The focus comes by itself to what is to be used next. */
  have(target: Locator): Promise<void> {
    return expect.poll(() => hasFocus(target.first()), WITHIN).toBe(true)
  }

  /** Walks until something has the focus. @throws Error if it is further away than `most` */
  async reach(target: Locator, key = 'Tab', most = 12): Promise<void> {
    await target.first().waitFor(WITHIN)
    for (let steps = 0; !(await hasFocus(target.first())); steps++) {
      if (steps >= most)
        throw new Error(`${String(target)} is not within ${most} × ${key}; ${await focused(this.#page)} has it`)
      await this.press(key)
    }
  }

  async activate(target: Locator, key = 'Tab', most = 12): Promise<void> {
    await this.reach(target, key, most)
    await this.press('Enter')
  }
}

function hasFocus(target: Locator): Promise<boolean> {
  return target.evaluate(element => element === element.ownerDocument.activeElement)
}

function focused(page: Page): Promise<string> {
  return page
    .locator(':focus')
    .first()
    .evaluate(element => element.outerHTML.slice(0, 200))
    .catch(() => 'nothing')
}
