import type { Direction } from './layout.ts'

/** What keys do in a terminal, beside what its program makes of them. */
export type KeyAction =
  | { do: 'new' | 'close' | 'find' | 'copy' | 'paste' | 'next' | 'previous' }
  | { do: 'split'; direction: 'row' | 'column' }
  | { do: 'focus' | 'resize'; direction: Direction }
  /** The page's, not the program's. */
  | { do: 'leave' }

export type Pressed = Pick<KeyboardEvent, 'code' | 'altKey' | 'shiftKey' | 'ctrlKey' | 'metaKey'>

const ARROWS: Record<string, Direction> = { ArrowLeft: 'left', ArrowRight: 'right', ArrowUp: 'up', ArrowDown: 'down' }

/** By the place of the key: with Alt held, layouts make other characters of it. */
export function keyAction({ code, altKey, shiftKey, ctrlKey, metaKey }: Pressed): KeyAction | undefined {
  if (ctrlKey && shiftKey && !altKey) {
    if (code === 'KeyF') return { do: 'find' }
    if (code === 'KeyC') return { do: 'copy' }
    if (code === 'KeyV') return { do: 'paste' }
    // The palette: with Ctrl alone the key is the shell's.
    if (code === 'KeyK') return { do: 'leave' }
  }
  if (metaKey && !altKey && !ctrlKey && code === 'KeyK') return { do: 'leave' }
  if (!altKey || ctrlKey || metaKey) return undefined
  const direction = ARROWS[code]
  if (direction) return { do: shiftKey ? 'resize' : 'focus', direction }
  if (!shiftKey) {
    if (code === 'PageDown') return { do: 'next' }
    if (code === 'PageUp') return { do: 'previous' }
    return /^Digit[1-9]$/.test(code) ? { do: 'leave' } : undefined
  }
  if (code === 'Equal' || code === 'NumpadAdd') return { do: 'split', direction: 'row' }
  if (code === 'Minus' || code === 'NumpadSubtract') return { do: 'split', direction: 'column' }
  if (code === 'KeyT') return { do: 'new' }
  return code === 'KeyW' ? { do: 'close' } : undefined
}
