//! `replsim schema`: what an editor needs to help with a file.

use super::{End, print};
use crate::{spec, validate};
use std::error::Error;

/// Arguments of `schema`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The kind of file: experiment, model, lesson or measurements
    of: String,
}

/// Prints a JSON Schema.
pub fn schema(arguments: &Arguments) -> Result<End, Box<dyn Error>> {
    let schema = match arguments.of.as_str() {
        "measurements" => validate::schema(),
        of => spec::schema_of(of)?,
    };
    print(&format!("{schema:#}\n"))?;
    Ok(End::Done)
}
