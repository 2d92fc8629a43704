//! Every pack's samples, run; and every sample against every other pack.

use errview::decode::sample;
use errview::pack::Catalog;

#[test]
fn every_sample_decodes_as_its_pack_says() {
    let catalog = Catalog::builtin();
    let mut wrong = Vec::new();
    let mut count = 0;
    for pack in catalog.packs() {
        assert!(!pack.samples().is_empty(), "{} has no sample", pack.id());
        for (number, one) in pack.samples().iter().enumerate() {
            count += 1;
            let body: String = one.body.chars().take(70).collect();
            let found = sample::check(&catalog, pack, one);
            wrong.extend(
                found.into_iter().map(|what| format!("{} sample {}: {what}\n    {body}", pack.id(), number + 1)),
            );
        }
    }
    assert!(count > 20, "samples were found");
    assert!(wrong.is_empty(), "{} of {count} samples:\n{}", wrong.len(), wrong.join("\n"));
}

/// Pairs in which a sample of the first is rightly claimed by the second as well, at equal or higher confidence, and why.
const ALLOWED: [(&str, &str, &str); 0] = [];

#[test]
fn no_sample_is_claimed_by_another_pack() {
    let catalog = Catalog::builtin();
    let mut wrong = Vec::new();
    for pack in catalog.packs() {
        for (number, one) in pack.samples().iter().enumerate() {
            for rival in sample::rivals(&catalog, pack, one) {
                let allowed = ALLOWED.iter().any(|(first, second, _)| *first == pack.id() && *second == rival.pack);
                if !allowed {
                    wrong.push(format!("{} sample {}: {rival:?}", pack.id(), number + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
