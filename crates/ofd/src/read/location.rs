//! Where a part is that another one names (GB/T 33190, 7.2: `ST_Loc`).

use super::archive::Archive;

/// The path that `location`, written in the part `from`, leads to: from the root where it begins with a stroke,
/// else from the folder of that part. Vendors also write paths from the root, or from the document's folder,
/// without the stroke: these count where the right one leads to nothing. Where all lead to nothing, the right one.
pub(super) fn locate(archive: &Archive, from: &str, location: &str) -> String {
    let location = location.trim();
    let Some(right) = resolve(from, location) else { return location.to_owned() };
    if location.starts_with('/') || archive.has(&right) {
        return right;
    }
    let root = resolve("/", location);
    let document = from.get(1..).and_then(|rest| rest.find('/')).and_then(|at| from.get(..at + 2));
    let document = document.and_then(|folder| resolve(folder, location));
    root.into_iter().chain(document).find(|path| archive.has(path)).unwrap_or(right)
}

/// `None` where the steps lead out of the package.
pub(super) fn resolve(from: &str, location: &str) -> Option<String> {
    let folder = from.rfind('/').and_then(|at| from.get(..at)).unwrap_or_default();
    let folder = if location.starts_with('/') { "" } else { folder };
    let mut steps: Vec<&str> = Vec::new();
    for step in folder.split('/').chain(location.split('/')) {
        match step {
            "" | "." => {}
            ".." => {
                steps.pop()?;
            }
            step => steps.push(step),
        }
    }
    Some(steps.iter().flat_map(|step| ["/", step]).collect())
}
