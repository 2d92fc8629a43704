//! Every pack's samples, run; and every sample against every other pack.

use errview::decode::sample;
use errview::detect::{self, Confidence};
use errview::document::Document;
use errview::pack::{Catalog, Rank};

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
    for pack in catalog.packs().iter().filter(|pack| pack.head().rank != Rank::Generic) {
        for (number, one) in pack.samples().iter().enumerate() {
            let response = sample::response(one);
            let document = Document::parse(response.body.clone());
            let ranking = detect::rank(&catalog, &response, &document, None);
            let Some(own) = ranking.claims.iter().find(|claim| claim.pack.id() == pack.id()) else { continue };
            for other in &ranking.claims {
                let (id, head) = (other.pack.id(), other.pack.head());
                let related = pack.head().extends.as_deref() == Some(id) || head.extends.as_deref() == Some(pack.id());
                let allowed = ALLOWED.iter().any(|(first, second, _)| *first == pack.id() && *second == id);
                let weaker = other.confidence < own.confidence || head.rank == Rank::Generic;
                if id != pack.id() && !related && !allowed && !weaker {
                    let words = format!("{:?} against {:?}", other.confidence, own.confidence);
                    wrong.push(format!("{} sample {}: also {id} ({words})", pack.id(), number + 1));
                }
            }
            assert!(own.confidence >= Confidence::LooksLike);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
