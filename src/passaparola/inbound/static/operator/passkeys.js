// Shows what needs passkeys where the browser has them, and says when one did not work.
(function () {
  const show = selector => document.querySelectorAll(selector).forEach(element => element.classList.remove('hidden'))
  document.addEventListener('DOMContentLoaded', () => show(window.PublicKeyCredential ? '[data-passkeys]' : '[data-no-passkeys]'))
  document.addEventListener('allauth.error', event => {
    event.preventDefault()
    show('[data-passkey-trouble]')
  })
})()
