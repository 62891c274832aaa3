//! Replayed paths: what they name exists and has a value of its own, and nothing else moves it meanwhile.

use super::Look;

pub fn check(look: &mut Look<'_>) {
    let file = look.file;
    crate::replay::check(file, look.findings);
    for (index, replay) in file.replay.iter().enumerate() {
        let name = &replay.instrument;
        let path = format!("replay[{index}].instrument");
        if look.instruments.has(name, &path, look.findings)
            && let Some(about) = file.instruments.get(name)
            && let Some(of) = about.follows()
        {
            look.findings.add(&path, format!("\"{name}\" is {}", about.what()), format!("replay \"{of}\""));
        }
        for (shock, about) in file.shocks.iter().enumerate() {
            if about.at < replay.until && about.what.tells_value_of(name) {
                look.findings.add(
                    format_args!("{}.{name}", about.what.path(shock)),
                    format!("until {} the value of \"{name}\" is that of its path, replay[{index}]", replay.until),
                    "leave the news out, which the path has already, or end the replay before it",
                );
            }
        }
    }
}
