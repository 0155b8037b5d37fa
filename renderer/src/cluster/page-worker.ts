/** What pages ask of a worker of the browser; tests play one. */
export interface PageWorker<Task, Answer> {
  onmessage: ((event: { data: Answer }) => void) | null
  /** Its program could not be loaded, or broke. */
  onerror: ((event: unknown) => void) | null
  postMessage(task: Task): void
  terminate(): void
}
