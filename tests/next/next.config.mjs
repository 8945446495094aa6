import { join } from 'node:path'

/** @type {import('next').NextConfig} */
export default {
  // Next lies above the project.
  turbopack: { root: join(import.meta.dirname, '..', '..') },
  // A rewrite comes after the gate, and its source is taken in any case.
  rewrites: async () => [{ source: '/safe', destination: '/vault' }],
}
