/**
 * Gives the focus to the first button of an element when the one in it that had the focus goes, as when what can be done changes
 * with a state: whoever walks with the keys stays where he was.
 */
export function keepFocus(element: HTMLElement): () => void {
  let last: HTMLElement | undefined
  const follow = ({ target }: FocusEvent) => {
    const to = target as HTMLElement
    if (element.contains(to)) last = to
    // A dialog gives the focus back, unless what had it went meanwhile.
    else if (!to.closest('dialog')) last = undefined
  }
  const observer = new MutationObserver(() => {
    if (last && !last.isConnected && document.activeElement === document.body)
      element.querySelector<HTMLElement>('button:enabled')?.focus()
  })
  document.addEventListener('focusin', follow)
  observer.observe(element, { childList: true, subtree: true })
  return () => {
    document.removeEventListener('focusin', follow)
    observer.disconnect()
  }
}
