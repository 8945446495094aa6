/** @type {import('next').NextConfig} */
export default {
  // A rewrite comes after the gate, and its source is taken in any case.
  rewrites: async () => [{ source: '/safe', destination: '/vault' }],
}
