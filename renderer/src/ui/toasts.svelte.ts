export interface Toast {
  id: number
  tone: 'ok' | 'bad'
  title: string
  text?: string
}

const STAYS_MS = { ok: 4_000, bad: 12_000 }
const MOST = 4

class Toasts {
  list: readonly Toast[] = $state.raw([])
  #next = 1

  show(tone: Toast['tone'], title: string, text?: string): void {
    const toast = { id: this.#next++, tone, title, text }
    this.list = [...this.list, toast].slice(-MOST)
    setTimeout(() => this.dismiss(toast.id), STAYS_MS[tone])
  }

  dismiss(id: number): void {
    this.list = this.list.filter(toast => toast.id !== id)
  }
}

export const toasts = new Toasts()
