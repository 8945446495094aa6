// Files that are chosen, or dropped anywhere on the page: policies and tokens.
import { byId } from './dom.js'
import { takenApart } from './token.js'

/** Larger ones are neither. */
const MOST = 8 << 20

/**
 * @param {{ onPolicy: (text: string) => void, onToken: (text: string) => void, onRefused: (why: string) => void }} options
 */
export function listenToFiles({ onPolicy, onToken, onRefused }) {
  /** @param {Iterable<File>} files */
  async function take(files) {
    for (const file of files) {
      if (file.size > MOST) {
        onRefused(`${file.name} is larger than a policy or a token can be.`)
        continue
      }
      const text = await file.text()
      if (takenApart(text)) onToken(text.trim())
      else onPolicy(text)
    }
  }

  const input = /** @type {HTMLInputElement} */ (byId('file'))
  input.addEventListener('change', async () => {
    await take([...input.files ?? []])
    // So that the same file can be opened again.
    input.value = ''
  })

  const mark = (/** @type {boolean} */ isOver) => byId('main').classList.toggle('dropping', isOver)
  /** Text that is dragged is the text fields' business. @param {DragEvent} event */
  const hasFiles = ({ dataTransfer }) => dataTransfer?.types.includes('Files') === true
  document.addEventListener('dragover', (event) => {
    if (!hasFiles(event)) return
    event.preventDefault()
    mark(true)
  })
  document.addEventListener('dragleave', (event) => {
    if (event.relatedTarget === null) mark(false)
  })
  document.addEventListener('drop', (event) => {
    mark(false)
    if (!hasFiles(event)) return
    event.preventDefault()
    void take(event.dataTransfer?.files ?? [])
  })
}
