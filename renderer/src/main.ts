import { mount } from 'svelte'
// Before all else: it takes the token out of the address.
import './lab/session.svelte.ts'
import './style/tokens.css'
import './style/base.css'
import App from './App.svelte'

const target = document.getElementById('app')
if (!target) throw new Error('index.html has no element with the id "app"')
mount(App, { target })
