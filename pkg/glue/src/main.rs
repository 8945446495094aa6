//! Writes the JavaScript glue of a module: `gatewright-glue <module.wasm> <folder> <name>`.
//!
//! One output serves every runtime. Its entry files, one per runtime, are written by hand and
//! lie in `pkg/`; they hand the compiled module over, so the glue never looks for it itself.

use std::path::{Path, PathBuf};
use std::{env, fs, process::ExitCode};

use anyhow::{Context, Result, bail};
use wasm_bindgen_cli_support::Bindgen;

/// What wasm-bindgen asks to tell a compiled module from bytes.
const ASKED_OF_THE_CLASS: &str = "!(module instanceof WebAssembly.Module)";

/// The same question, true also of a module from another realm, such as the one a Next.js
/// edge build hands over.
const ASKED_OF_THE_VALUE: &str =
    r#"Object.prototype.toString.call(module) !== "[object WebAssembly.Module]""#;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("gatewright-glue: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let arguments: Vec<PathBuf> = env::args_os().skip(1).map(PathBuf::from).collect();
    let [module, folder, name] = arguments.as_slice() else {
        bail!("expected three arguments: the module, the folder to write to, and the name there");
    };
    let name = name.to_str().context("the name is not UTF-8")?;
    generate(module, folder, name)
        .with_context(|| format!("cannot make glue for `{}`", module.display()))?;
    accept_modules_of_other_realms(&folder.join(name).with_extension("js"))
}

fn generate(module: &Path, folder: &Path, name: &str) -> Result<()> {
    Bindgen::new()
        .input_path(module)
        .out_name(name)
        .web(true)?
        .typescript(true)
        .omit_default_module_path(true)
        .remove_name_section(true)
        .remove_producers_section(true)
        // After a trap the instance is replaced at once: a poisoned one never answers again.
        .reset_state_function(true)
        .generate(folder)
}

fn accept_modules_of_other_realms(glue: &Path) -> Result<()> {
    let text = fs::read_to_string(glue)
        .with_context(|| format!("cannot read the glue at `{}`", glue.display()))?;
    let found = text.matches(ASKED_OF_THE_CLASS).count();
    if found != 1 {
        bail!(
            "the glue holds `{ASKED_OF_THE_CLASS}` {found} times, not once: \
             wasm-bindgen has changed, and this patch must be looked at again"
        );
    }
    fs::write(glue, text.replace(ASKED_OF_THE_CLASS, ASKED_OF_THE_VALUE))
        .with_context(|| format!("cannot write the glue at `{}`", glue.display()))
}
