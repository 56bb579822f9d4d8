// Shows what would come of the answers of a set-up while they are typed. Without it the button "Refresh preview" does the same.
const PAUSE = 300 // milliseconds in which nothing more is typed
const form = document.querySelector('form[data-preview]')
const place = document.getElementById('preview')
let pause = 0
let asked = new AbortController()

async function refresh () {
  asked.abort()
  asked = new AbortController()
  try {
    const answer = await fetch(form.dataset.preview, { method: 'POST', body: new FormData(form), signal: asked.signal })
    if (answer.ok && !answer.redirected) place.innerHTML = await answer.text()
  } catch {
    // Something else was typed, the page was left, or there is no network: what was shown stays.
  }
}

function soon () {
  clearTimeout(pause)
  pause = setTimeout(refresh, PAUSE)
}

for (const kind of ['input', 'change']) form.addEventListener(kind, soon)
form.addEventListener('submit', () => clearTimeout(pause))
