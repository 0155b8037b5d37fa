/**
 * Shows a dialog over everything else, and gives the focus back when it goes. The browser does so by itself only for a dialog that
 * is closed while it stands in the page.
 */
export function modal(element: HTMLDialogElement): () => void {
  const before = document.activeElement as HTMLElement | null
  element.showModal()
  return () => {
    element.close()
    if (document.activeElement === document.body) before?.focus({ preventScroll: true })
  }
}
