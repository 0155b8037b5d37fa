/* global document, window */
// Shown until the lab is up: what it is doing, and what to do when it failed. The shell loads the interface by itself.

const { kubarium } = window
const element = id => document.getElementById(id)

/** @param {import('../lab-link.ts').LabState} state */
function show(state) {
  const waits = state.phase === 'starting' || state.phase === 'stopping' || state.phase === 'up'
  element('title').textContent = {
    down: `The lab ${state.lab} is down`,
    starting: `Starting the lab ${state.lab}`,
    stopping: `Stopping the lab ${state.lab}`,
    up: `The lab ${state.lab} is up`,
    failed: `The lab ${state.lab} did not come up`,
  }[state.phase]
  element('step').textContent = stepOf(state)
  element('advice').textContent = state.phase === 'failed' ? state.advice : ''
  element('advice').hidden = state.phase !== 'failed'
  element('bar').hidden = !waits
  element('buttons').hidden = waits
  element('log').hidden = state.phase !== 'failed'
}

function stepOf(state) {
  if (state.phase === 'starting') return `${state.step} · ${(state.elapsedMs / 1000).toFixed(1)} s`
  if (state.phase === 'failed') return state.message
  return state.phase === 'down' ? 'It keeps all its state.' : '\u00a0'
}

element('start').addEventListener('click', () => kubarium.startLab())
element('log').addEventListener('click', () => kubarium.showLog())
kubarium.onLab(show)
show(await kubarium.labState())
