import { explain, requestJSON } from '../cluster/rest.ts'
import { say } from '../text/say.svelte.ts'
import { applyOne, type Result } from '../yaml/apply/run.ts'
import { parseManifests } from '../yaml/documents.ts'
import { yamlTexts } from '../yaml/text.ts'
import { manifestOf, type Example } from './examples.ts'
import { welcomeTexts } from './text.ts'

const t = say(welcomeTexts)
const yaml = say(yamlTexts)

/** Makes what was chosen, step by step, and says how far it is. What failed can be begun again: the rest is then made. */
export class Beginning {
  state: 'choosing' | 'busy' | 'failed' | 'done' = $state('choosing')
  /** What is being done. */
  step = $state('')
  problem: { title: string; text?: string } | undefined = $state.raw()
  results: readonly Result[] = $state.raw([])
  added = $state(0)
  #stopped = false

  async run(workers: number, example: Example): Promise<void> {
    this.state = 'busy'
    this.problem = undefined
    this.results = []
    const ok = (await this.#addWorkers(workers)) && (await this.#apply(example))
    this.state = ok ? 'done' : 'failed'
  }

  /** What has not been begun is left. */
  stop(): void {
    this.#stopped = true
  }

  async #addWorkers(workers: number): Promise<boolean> {
    while (this.added < workers && !this.#stopped) {
      this.step = t.adding(this.added + 1, workers)
      try {
        await requestJSON('/lab/v1/machines', { method: 'POST' })
      } catch (error) {
        return this.#fail(t.addFailed, error)
      }
      this.added++
    }
    return true
  }

  async #apply(example: Example): Promise<boolean> {
    let objects
    try {
      objects = parseManifests(await manifestOf(example), yaml).objects
    } catch (error) {
      return this.#fail(t.readFailed, error)
    }
    // One after the other, so that a namespace exists before what lies in it.
    for (const [i, { object }] of objects.entries()) {
      if (this.#stopped) return true
      this.step = t.applying(i + 1, objects.length)
      this.results = [...this.results, await applyOne(object, 'default', {})]
    }
    if (this.results.every(({ state }) => state === 'applied')) return true
    this.problem = { title: t.notAll, text: t.notAllText }
    return false
  }

  #fail(title: string, error: unknown): false {
    const why = explain(error)
    this.problem = { title, text: why.text ? `${why.title}\n${why.text}` : why.title }
    return false
  }
}
