/** What the import of a `.wasm` file is, the runtime or bundler says: a `WebAssembly.Module`, bytes, or a URL. */
declare const module: any
export default module
