// The modules as text, for the entries of the package that have them inside.
import { existsSync } from 'node:fs'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Writes `NAME_inline.js`, with its type, beside `NAME_bg.wasm`. What is there already stays.
 *
 * @param {string} folder
 * @param {string} name
 */
export async function inline(folder, name) {
  const module = await readFile(join(folder, `${name}_bg.wasm`))
  await replace(join(folder, `${name}_inline.js`), `export default '${module.toString('base64')}'\n`)
  await replace(join(folder, `${name}_inline.d.ts`), 'declare const base64: string\nexport default base64\n')
}

/**
 * In one go: whoever imports the file meanwhile never sees half of it.
 *
 * @param {string} file
 * @param {string} text
 */
async function replace(file, text) {
  if (existsSync(file) && (await readFile(file, 'utf8')) === text) return
  await writeFile(`${file}.new`, text)
  await rename(`${file}.new`, file)
}
