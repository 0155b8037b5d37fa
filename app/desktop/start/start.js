/* global document, window */
// Shown until the lab is up: what it is doing, and what to do when it failed. The shell loads the interface by itself.

import { STEPS } from '../steps.ts'
import { startTexts } from '../texts/start.ts'

const { kubarium } = window
const t = startTexts[kubarium.language]
const element = id => document.getElementById(id)

/** @param {import('../lab-link.ts').LabState} state */
function show(state) {
  const waits = state.phase === 'starting' || state.phase === 'stopping' || state.phase === 'up'
  element('title').textContent = t[state.phase](state.lab)
  element('step').textContent = stepOf(state)
  element('advice').textContent = state.phase === 'failed' ? t.fromEngine(state.advice) : ''
  element('advice').hidden = state.phase !== 'failed'
  element('mark').dataset.phase = state.phase
  element('bar').hidden = !waits
  element('buttons').hidden = waits
  element('log').hidden = state.phase !== 'failed' && state.phase !== 'ended'
}

function stepOf(state) {
  if (state.phase === 'starting') return t.step(wordsOf(state.step), (state.elapsedMs / 1000).toFixed(1))
  if (state.phase === 'failed') return t.fromEngine(state.message)
  return state.phase === 'down' || state.phase === 'ended' ? t.kept : '\u00a0'
}

/** The lab's own steps, in the user's words; names of machines and their parts are the same in every language. */
function wordsOf(step) {
  const known = {
    [STEPS.looking]: t.looking,
    [STEPS.coming]: t.coming,
    certificates: t.certificates,
    machines: t.machines,
  }
  const [, up, all, waiting] = /^(\d+) of (\d+) machines ready(?:; waiting for (.+))?$/.exec(step) ?? []
  if (up === undefined) return known[step] ?? step
  return waiting ? t.waiting(t.ready(up, all), waiting) : t.ready(up, all)
}

document.documentElement.lang = kubarium.language
element('start').textContent = t.start
element('log').textContent = t.showLog
element('start').addEventListener('click', () => kubarium.startLab())
element('log').addEventListener('click', () => kubarium.showLog())
kubarium.onLab(show)
show(await kubarium.labState())
