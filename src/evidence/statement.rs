//! The in-toto statement of a package: which reports came of which inputs, for those who sign such statements and
//! hold them to policies. It follows from the manifest alone, so that the two cannot disagree unseen.

use serde_json::{Value, json};

use super::manifest::{MANIFEST, Manifest, written};
use super::recorded::RecordedFile;
use super::sha256;

/// What the predicate is. A name and no address: nothing is to be fetched.
const PREDICATE: &str = "urn:rolecall:evidence:1";

/// The statement as it is packed.
pub(super) fn bytes(manifest: &Manifest, manifest_bytes: &[u8]) -> Vec<u8> {
    let subject = |name: String, sha256: &str| json!({ "name": name, "digest": { "sha256": sha256 } });
    let mut subjects = vec![subject(format!("package:{MANIFEST}"), &sha256(manifest_bytes))];
    subjects.extend(manifest.parts.iter().map(|part| subject(format!("package:{}", part.part), &part.sha256)));
    for (what, RecordedFile { file, sha256, .. }) in manifest.files() {
        let one = sha256.as_ref().map(|sha256| subject(format!("{what}:{file}"), sha256));
        // A file that was named twice is one subject.
        subjects.extend(one.filter(|one| !subjects.contains(one)));
    }
    let statement: Value = json!({
        "_type": "https://in-toto.io/Statement/v1",
        "subject": subjects,
        "predicateType": PREDICATE,
        "predicate": {
            "tool": manifest.tool,
            "product": manifest.product,
            "asOf": manifest.as_of,
            "verdict": manifest.verdict,
            "rules": manifest.rules,
            "manifest": MANIFEST,
        },
    });
    written(&statement)
}
