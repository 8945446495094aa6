// What a consumer's own code is: a few lines that import a subject and tell what came of it.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { project } from './project.mjs'

/**
 * @typedef {{ results: { name: string, expected: unknown, got: unknown }[] } | { error: string }} Outcome
 */

/** How far an entry is from the files in `app/`. */
const APP = '../../../app'

/** The entry of each kind of consumer, for a module of `app/`. */
const TEXTS = {
  /** A process, which prints. */
  process: (/** @type {string} */ subject) =>
    `${imports(subject)}outcome(run).then((found) => console.log('outcome ' + JSON.stringify(found)))\n`,
  /** The same in CommonJS. */
  require: (/** @type {string} */ subject) =>
    `const run = require('${APP}/${subject}.cjs')\nconst { outcome } = require('${APP}/outcome.js')\n` +
    "outcome(run).then((found) => console.log('outcome ' + JSON.stringify(found)))\n",
  /** A page, where a global holds it. */
  page: (/** @type {string} */ subject) => `${imports(subject)}outcome(run).then((found) => { globalThis.outcome = found })\n`,
  /** A web worker, which posts it. */
  webWorker: (/** @type {string} */ subject) => `${imports(subject)}outcome(run).then((found) => postMessage(found))\n`,
  /** A Cloudflare Worker, which answers. */
  worker: (/** @type {string} */ subject) => `${imports(subject)}export default { fetch: async () => Response.json(await outcome(run)) }\n`,
  /** A route of Next. */
  route: (/** @type {string} */ subject) =>
    `${imports(subject).replaceAll(APP, `../../../${APP}`)}export const dynamic = 'force-dynamic'\n` +
    'export const GET = async () => Response.json(await outcome(run))\n',
}

/** @param {string} subject */
const imports = (subject) => `import run from '${APP}/${subject}.js'\nimport { outcome } from '${APP}/outcome.js'\n\n`

/** @param {keyof typeof TEXTS} kind @param {string} subject */
export const entryText = (kind, subject) => TEXTS[kind](subject)

/**
 * A folder of its own in the project, with these files.
 *
 * @param {string} place
 * @param {string} subject
 * @param {Record<string, string>} files
 */
export async function folderOf(place, subject, files) {
  const folder = join(project, 'out', place.toLowerCase().replace(/[^a-z0-9]+/g, '-'), subject)
  await mkdir(folder, { recursive: true })
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(folder, name, '..'), { recursive: true })
    await writeFile(join(folder, name), text)
  }
  return folder
}
