// The link in the address bar: made when somebody asks for it, and opened when somebody comes with one.
import { byId } from './dom.js'
import { packed, unpacked } from './share.js'

/** So long the button says what came of it, in milliseconds. */
const SAYS = 2500

/**
 * @param {object} options
 * @param {() => import('./share.js').Shared | undefined} options.current what there is to share
 * @param {(shared: import('./share.js').Shared) => Promise<void>} options.onOpen
 */
export function createLink({ current, onOpen }) {
  const button = byId('share')
  const label = button.textContent
  /** The fragment in the address that this page has written or opened. */
  let known = ''

  /** @param {string} words */
  function say(words) {
    button.textContent = words
    setTimeout(() => { button.textContent = label }, SAYS)
  }

  button.addEventListener('click', async () => {
    const shared = current()
    if (shared === undefined) return say('No policy to share')
    const link = await packed(shared)
    if ('refused' in link) return say(`Not shared: ${link.refused}`)
    const { origin, pathname, search } = location
    try {
      await navigator.clipboard.writeText(`${origin}${pathname}${search}#${link.fragment}`)
      say('Copied')
    } catch {
      known = link.fragment
      address(`#${known}`)
      say('It is in the address bar')
    }
  })
  addEventListener('hashchange', () => void open())

  /** Opens what the address names. @returns {Promise<boolean>} whether it named anything */
  async function open() {
    const fragment = location.hash.slice(1)
    if (fragment === '' || fragment === known) return fragment !== ''
    const shared = await unpacked(fragment)
    byId('shared').textContent = shared === undefined ? 'The link that was opened is none of this page, or not whole.' : ''
    if (shared === undefined) {
      address('')
      return false
    }
    known = fragment
    await onOpen(shared)
    return true
  }

  return {
    open,
    /** Takes the fragment out of the address: the page shows something else now. */
    forget() {
      known = ''
      byId('shared').textContent = ''
      address('')
    },
  }
}

/** Writes a fragment into the address, and goes nowhere. @param {string} fragment */
const address = (fragment) => {
  if (location.hash !== fragment) history.replaceState(null, '', location.pathname + location.search + fragment)
}
