// From www/ to www/dist/: the pages as they are served, each with all it needs beside it.
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { copyFile, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Trouble, root } from './run.mjs'

const PAGES = join(root, 'www', 'dist')

/**
 * What a page may weigh on the wire when it has loaded, in bytes after `gzip -9`: 250 kB, and as much again as
 * a standard library that is built along makes its module larger.
 */
const BUDGET = 250_000 + 4_500

/** What comes when somebody asks for it, and not with the page. */
const LATER = 'gatewright_guards_bg.wasm'

const COPIED = [
  'www/preview/index.html', 'www/preview/icon.svg', 'pkg/wasm/gatewright_preview_bg.wasm', `pkg/wasm/${LATER}`,
]

/** The page has a module of its own, so whoever asks for the core's gets the glue of that. */
const MODULE = {
  name: 'module',
  setup: (/** @type {import('esbuild').PluginBuild} */ build) =>
    build.onResolve({ filter: /wasm\/gatewright\.js$/ }, () => ({ path: join(root, 'pkg', 'wasm', 'gatewright_preview.js') })),
}

/** Bundles the pages. It takes little more time than finding out whether it has to be done. */
export async function buildPages() {
  // Not before set-up has installed them.
  const { build } = await import('esbuild')
  const [from, to] = [join(root, 'www', 'preview'), join(PAGES, 'preview')]
  await rm(PAGES, { recursive: true, force: true })
  await mkdir(to, { recursive: true })
  await build({
    entryPoints: { app: join(from, 'main.js'), style: join(from, 'style.css') }, outdir: to, bundle: true, minify: true, format: 'esm',
    target: 'es2022', charset: 'utf8', legalComments: 'none', logLevel: 'warning', external: ['icon.svg'], plugins: [MODULE],
  })
  await shrink(join(to, 'app.js'))
  for (const file of COPIED) await copyFile(join(root, file), join(to, file.slice(file.lastIndexOf('/') + 1)))
}

/** What esbuild leaves is a fifteenth smaller, gzipped, when other names are chosen. @param {string} file */
async function shrink(file) {
  const { minify } = await import('terser')
  const { code = '' } = await minify(await readFile(file, 'utf8'), { module: true, ecma: 2020, compress: { passes: 2 } })
  await writeFile(file, code)
}

/** Fails when the preview is too big for the wire, and says what it weighs. */
export async function checkPages() {
  const entries = await readdir(join(PAGES, 'preview'), { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile() && entry.name !== LATER)
  const texts = await Promise.all(files.map((entry) => readFile(join(entry.parentPath, entry.name))))
  const sum = (/** @type {(text: Buffer) => number} */ weigh) => texts.reduce((all, text) => all + weigh(text), 0)
  const packed = sum((text) => gzipSync(text, { level: 9 }).length)
  const figure = `the preview ${(packed / 1000).toFixed(1)} kB gzipped, ${(sum((text) => brotliCompressSync(text).length) / 1000).toFixed(1)} kB with Brotli`
  if (packed >= BUDGET) throw new Trouble(`the preview is too big: ${figure}; it may not weigh ${BUDGET / 1000} kB gzipped`)
  return figure
}
