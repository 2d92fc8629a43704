//! Whose envelope is it? Documents x packs, ranked, with the evidence.
//!
//! In: a response, its document, the catalog. Out: a [`Ranking`]. Scores are computed from the kind of test that held,
//! never tuned by hand; what a score means for people is a [`Confidence`]. Nothing is read from the body here.

mod condition;
mod corroborate;
mod facts;
mod index;
mod memory;

use std::cell::OnceCell;

use crate::document::{Format, Nodes};
use crate::input::Response;
use crate::pack::gate::{Facts, Way};
use crate::pack::model::{BodyFormat, Clause, Condition, Place, Shape, Test};
use crate::pack::{Catalog, Pack, Rank};
use crate::text::Untrusted;

pub(crate) use condition::equals;
pub use condition::{Held, Scene};
use facts::facts;
pub use index::Index;
pub use memory::{Memory, Mixer, Recognised, proof};

/// How sure a claim is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// Weak or generic marks only.
    LooksLike,
    /// Two or more independent marks.
    Likely,
    /// A literal or header that only this vendor sends, or the user says so.
    Certain,
}

impl Confidence {
    /// The word for reports.
    pub fn id(self) -> &'static str {
        match self {
            Self::LooksLike => "looks-like",
            Self::Likely => "likely",
            Self::Certain => "certain",
        }
    }
}

/// A pack that claims a body.
#[derive(Clone, Debug)]
pub struct Claim<'c> {
    /// The pack.
    pub pack: &'c Pack,
    /// The form that it recognises; `None` where only the host or the user speaks for the pack.
    pub shape: Option<&'c Shape>,
    /// How specific the conditions are that held.
    pub score: u32,
    /// What the score means.
    pub confidence: Confidence,
    /// The conditions that held.
    pub evidence: Vec<Held>,
}

/// A pack that would claim a body if one more clause held.
#[derive(Clone, Debug)]
pub struct NearMiss<'c> {
    /// The pack.
    pub pack: &'c Pack,
    /// The form.
    pub shape: &'c Shape,
    /// How specific the conditions are that held.
    pub score: u32,
    /// The conditions that held.
    pub evidence: Vec<Held>,
    /// The clause that did not, or the corroboration that a weak form wants.
    pub lacking: Vec<Held>,
}

/// Who claims a body, best first.
#[derive(Clone, Debug, Default)]
pub struct Ranking<'c> {
    /// The claims; generic packs come last.
    pub claims: Vec<Claim<'c>>,
    /// Packs that miss one clause, best first: what a pack's author needs.
    pub near: Vec<NearMiss<'c>>,
}

/// Scores closer than this are a tie.
pub const MARGIN: u32 = 4;

/// Near misses that are worth telling.
const NEAR_MISSES: usize = 5;

impl<'c> Ranking<'c> {
    /// Whether the best two claims are so close that neither may be chosen in silence.
    pub fn is_tie(&self) -> bool {
        match self.claims.as_slice() {
            [first, second, ..] => {
                first.pack.tag().rank == second.pack.tag().rank
                    && first.confidence == second.confidence
                    && !refines(first.pack, second.pack)
                    && first.score.abs_diff(second.score) < MARGIN
            }
            _ => false,
        }
    }
}

/// What a ranking asks about a response.
trait Witness<'c> {
    /// What its body is.
    fn format(&self) -> Format;
    /// The host that the request went to.
    fn host(&self) -> Option<String>;
    /// How near the body may come to what each form of a pack asks for, as far as that is cheap to know.
    fn ways(&self, pack: &Pack) -> impl Iterator<Item = Way>;
    /// Whether a condition holds.
    fn held(&self, condition: &Condition) -> Option<Held>;
    /// Whether the root has no names but these.
    fn is_closed(&self, only: &[String]) -> bool;
    /// What speaks for a weak form.
    fn support(&self, pack: &'c Pack, shape: &'c Shape) -> Vec<Held>;
}

/// One who looks at the response itself.
struct Eye<'a> {
    catalog: &'a Catalog,
    scene: Scene<'a>,
    facts: OnceCell<Facts>,
}

impl<'a> Eye<'a> {
    fn new(catalog: &'a Catalog, response: &'a Response, document: &'a dyn Nodes) -> Self {
        Self { catalog, scene: Scene { response, document }, facts: OnceCell::new() }
    }
}

impl<'c> Witness<'c> for Eye<'_> {
    fn format(&self) -> Format {
        self.scene.document.format()
    }

    fn host(&self) -> Option<String> {
        host_of(self.scene.response)
    }

    fn ways(&self, pack: &Pack) -> impl Iterator<Item = Way> {
        let facts = self.facts.get_or_init(|| facts(self.scene.response, self.scene.document));
        pack.tag().gate.ways(facts)
    }

    fn held(&self, condition: &Condition) -> Option<Held> {
        self.scene.check(self.scene.document.root(), condition)
    }

    fn is_closed(&self, only: &[String]) -> bool {
        self.scene.is_closed(only)
    }

    fn support(&self, pack: &'c Pack, shape: &'c Shape) -> Vec<Held> {
        corroborate::support(self.catalog, &self.scene, pack, shape)
    }
}

/// Ranks the packs that claim a body. `vendor` is the user's word (`--vendor`) and beats everything.
pub fn rank<'c>(catalog: &'c Catalog, response: &Response, document: &dyn Nodes, vendor: Option<&str>) -> Ranking<'c> {
    rank_by(catalog, &Eye::new(catalog, response, document), vendor)
}

fn rank_by<'c>(catalog: &'c Catalog, witness: &impl Witness<'c>, vendor: Option<&str>) -> Ranking<'c> {
    let mut ranking = Ranking::default();
    let named = vendor.and_then(|name| catalog.pack(name)).map(Pack::id);
    let host = witness.host();
    let mut missed = Vec::new();
    for pack in catalog.packs() {
        // They come last, and are read only where nobody else told how.
        let read =
            ranking.claims.iter().any(|claim| claim.shape.is_some() && claim.confidence != Confidence::LooksLike);
        if read && pack.tag().rank == Rank::Generic {
            continue;
        }
        let forced = named == Some(pack.id());
        let host = is_at_host(pack, host.as_deref());
        let way = best_way(witness, pack);
        if !forced && !host && way != Way::Open {
            missed.extend((way == Way::Near).then_some(pack));
            continue;
        }
        match judge(witness, pack, host, forced, &mut ranking.near) {
            Some(claim) => ranking.claims.push(claim),
            None if forced => ranking.claims.push(Claim {
                pack,
                shape: None,
                score: 0,
                confidence: Confidence::Certain,
                evidence: Vec::new(),
            }),
            None => {}
        }
    }
    // Packs that cannot claim the body may still miss it by a hair, which is worth knowing where nobody claims it.
    if ranking.claims.iter().all(|claim| claim.pack.tag().rank == Rank::Generic) {
        for pack in missed {
            let _ = judge(witness, pack, false, false, &mut ranking.near);
        }
    }
    sort(&mut ranking.claims, named);
    ranking.near.sort_by(|a, b| b.score.cmp(&a.score).then_with(|| a.pack.id().cmp(b.pack.id())));
    ranking.near.truncate(NEAR_MISSES);
    ranking
}

/// The way of the form that the body comes nearest to.
fn best_way<'c>(witness: &impl Witness<'c>, pack: &Pack) -> Way {
    let mut best = Way::Shut;
    for way in witness.ways(pack) {
        if way == Way::Open {
            return way;
        }
        best = best.max(way);
    }
    best
}

/// The evidence of a claim, once more and in full.
fn evidence<'c>(witness: &impl Witness<'c>, claim: &Claim<'c>, forced: bool) -> Vec<Held> {
    let host = is_at_host(claim.pack, witness.host().as_deref());
    let held = claim.shape.map(|shape| (try_shape(witness, shape), shape));
    let mut evidence = match held {
        Some((Attempt::Held(found), shape)) => {
            let support = if shape.weak { witness.support(claim.pack, shape) } else { Vec::new() };
            [found.evidence, support].concat()
        }
        _ => Vec::new(),
    };
    // A pack that is only named, and shows no form and no host, has nothing to show.
    evidence.extend(remarks(host, forced && claim.shape.is_some()));
    evidence
}

/// What else speaks for a pack.
fn remarks(host: bool, forced: bool) -> impl Iterator<Item = Held> {
    let host = host.then(|| Held::note(Untrusted::new("the request went to a host of this vendor")));
    host.into_iter().chain(forced.then(|| Held::note(Untrusted::new("you named this vendor"))))
}

fn is_at_host(pack: &Pack, host: Option<&str>) -> bool {
    host.is_some_and(|host| pack.tag().hosts.iter().any(|known| is_host(known, host)))
}

fn sort(claims: &mut [Claim<'_>], named: Option<&str>) {
    claims.sort_by_cached_key(|claim| {
        let rank = claim.pack.tag().rank;
        (
            Some(claim.pack.id()) != named,
            rank == Rank::Generic,
            claim.confidence == Confidence::LooksLike,
            std::cmp::Reverse(claim.score),
            std::cmp::Reverse(rank),
            claim.pack.id().to_owned(),
        )
    });
    // A refinement beats what it refines, whatever their scores.
    let refined = |(place, claim): (usize, &Claim<'_>)| {
        let parent = claim.pack.tag().extends.as_deref()?;
        let parent = claims.iter().position(|other| other.pack.id() == parent)?;
        (parent < place && claim.confidence != Confidence::LooksLike).then_some((parent, place))
    };
    if let Some((parent, child)) = claims.iter().enumerate().find_map(refined) {
        claims[parent..=child].rotate_right(1);
    }
}

fn refines(child: &Pack, parent: &Pack) -> bool {
    child.tag().extends.as_deref() == Some(parent.id())
}

/// The best claim of one pack: the first of its forms that holds.
fn judge<'c>(
    witness: &impl Witness<'c>,
    pack: &'c Pack,
    host: bool,
    forced: bool,
    near: &mut Vec<NearMiss<'c>>,
) -> Option<Claim<'c>> {
    let possible = pack.head().shapes.iter().zip(witness.ways(pack)).filter(|(_, way)| *way != Way::Shut);
    for shape in possible.map(|(shape, _)| &**shape) {
        if !fits_format(shape, witness.format()) {
            continue;
        }
        let match_ = match try_shape(witness, shape) {
            Attempt::Held(found) => found,
            Attempt::Missed(found, lacking) => {
                if let Some(clause) = lacking.filter(|_| is_worth_naming(pack, &found)) {
                    let lacking = clause.iter().map(Held::wanted).collect();
                    near.push(NearMiss { pack, shape, score: found.score, evidence: found.evidence, lacking });
                }
                continue;
            }
        };
        let support = if shape.weak { witness.support(pack, shape) } else { Vec::new() };
        let Some(confidence) = confidence(pack, shape, &match_, support.len(), host, forced) else {
            let lacking = vec![Held::note(Untrusted::new("a message or code that this vendor is known for"))];
            near.push(NearMiss { pack, shape, score: match_.score, evidence: match_.evidence, lacking });
            continue;
        };
        let mut evidence = match_.evidence;
        evidence.extend(support);
        evidence.extend(remarks(host, forced));
        return Some(Claim { pack, shape: Some(shape), score: match_.score, confidence, evidence });
    }
    // The host alone tells whose tables apply, though not what the body is.
    host.then(|| Claim {
        pack,
        shape: None,
        score: 0,
        confidence: Confidence::Likely,
        evidence: remarks(true, false).collect(),
    })
}

/// Whether a near miss is worth a word: one member of a common kind, as a `message` that is a text, is nobody's mark.
fn is_worth_naming(pack: &Pack, found: &Match) -> bool {
    pack.tag().rank != Rank::Generic && (found.marks > 1 || found.literals > 0)
}

/// What held of a form.
#[derive(Default)]
struct Match {
    score: u32,
    /// Independent marks.
    marks: usize,
    /// Marks that are a text, a pattern or a header: what only one vendor would send.
    literals: usize,
    evidence: Vec<Held>,
}

enum Attempt<'s> {
    Held(Match),
    /// What held, and the one clause that did not, if it was only one.
    Missed(Match, Option<&'s Clause>),
}

fn try_shape<'c, 's>(witness: &impl Witness<'c>, shape: &'s Shape) -> Attempt<'s> {
    let mut found = Match::default();
    let mut lacking = Vec::new();
    for clause in &shape.require {
        match best(witness, clause) {
            Some((held, condition_score, literal)) => {
                found.score += condition_score;
                found.marks += 1;
                found.literals += usize::from(literal);
                add(&mut found.evidence, held);
            }
            None => lacking.push(clause),
        }
        if lacking.len() > 1 {
            return Attempt::Missed(found, None);
        }
    }
    if let [clause] = lacking.as_slice() {
        return Attempt::Missed(found, Some(clause));
    }
    if shape.forbid.iter().any(|clause| best(witness, clause).is_some()) || !witness.is_closed(&shape.only) {
        return Attempt::Missed(found, None);
    }
    if !shape.only.is_empty() {
        found.score += 6;
        found.marks += 1;
    }
    for clause in &shape.hint {
        if let Some((held, condition_score, _)) = best(witness, clause) {
            found.score += condition_score / 2;
            found.marks += 1;
            add(&mut found.evidence, held);
        }
    }
    Attempt::Held(found)
}

/// Adds evidence that is not there yet: one header may answer several clauses.
fn add(evidence: &mut Vec<Held>, held: Held) {
    if !evidence.contains(&held) {
        evidence.push(held);
    }
}

/// The member of a clause that holds and weighs most; of several the last one. To say why takes as long as to look, so only
/// one is asked that would be taken.
fn best<'c>(witness: &impl Witness<'c>, clause: &Clause) -> Option<(Held, u32, bool)> {
    let mut found: Option<(Held, u32, bool)> = None;
    for condition in clause.iter().rev() {
        let weight = weight(&condition.place, &condition.test);
        if found.as_ref().is_some_and(|(_, known, _)| *known >= weight) {
            continue;
        }
        let Some(held) = witness.held(condition) else { continue };
        let header = matches!(condition.place, Place::Header(_) | Place::Parameter(..));
        found = Some((held, weight, header || condition::is_literal(&condition.test)));
    }
    found
}

fn weight(place: &Place, test: &Test) -> u32 {
    let kind = match test {
        Test::Is(_) => 16,
        Test::Matches(_) => 14,
        Test::In(_) => 12,
        Test::Type(_) => 6,
        Test::Exists => 4,
    };
    let depth = match place {
        Place::Body(path) => (2 * path.steps.len().saturating_sub(1)).min(6) as u32,
        Place::Header(_) | Place::Parameter(..) => 6,
    };
    kind + depth
}

/// What a match means for people; `None` where a weak form has nothing to stand on.
fn confidence(
    pack: &Pack,
    shape: &Shape,
    found: &Match,
    support: usize,
    host: bool,
    forced: bool,
) -> Option<Confidence> {
    use Confidence::{Certain, Likely, LooksLike};
    let rank = pack.tag().rank;
    if forced {
        return Some(Certain);
    }
    if rank == Rank::Generic {
        return Some(LooksLike);
    }
    if shape.weak {
        let support = support + usize::from(host) * 2;
        // A vendor's weak form is everybody's form: without a word that only this vendor uses it is no claim at all.
        return match (rank, support) {
            (Rank::Vendor, 0) => None,
            (Rank::Vendor, 1) => Some(LooksLike),
            (Rank::Vendor, _) => Some(Likely),
            (_, 0) => Some(LooksLike),
            _ => Some(Likely),
        };
    }
    Some(match (found.literals, found.marks) {
        (1.., 2..) => Certain,
        (1.., _) | (_, 2..) => Likely,
        _ if host => Likely,
        _ => LooksLike,
    })
}

fn fits_format(shape: &Shape, format: Format) -> bool {
    let wanted = facts::format_of(format);
    match shape.formats.as_slice() {
        [] => wanted != BodyFormat::Text,
        formats => formats.contains(&wanted),
    }
}

/// The host that the request went to.
fn host_of(response: &Response) -> Option<String> {
    let url = response.request.url.as_ref()?.source();
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?.split(':').next()?;
    (!host.is_empty()).then(|| host.to_ascii_lowercase())
}

fn is_host(known: &str, host: &str) -> bool {
    match known.strip_prefix("*.") {
        Some(domain) => host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.')) || host == domain,
        None => host == known,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::sample;
    use crate::document::Document;

    /// One for whom every gate is open.
    struct Open<'a>(Eye<'a>);

    impl<'c> Witness<'c> for Open<'_> {
        fn format(&self) -> Format {
            self.0.format()
        }

        fn host(&self) -> Option<String> {
            self.0.host()
        }

        fn ways(&self, _: &Pack) -> impl Iterator<Item = Way> {
            std::iter::repeat(Way::Open)
        }

        fn held(&self, condition: &Condition) -> Option<Held> {
            self.0.held(condition)
        }

        fn is_closed(&self, only: &[String]) -> bool {
            self.0.is_closed(only)
        }

        fn support(&self, pack: &'c Pack, shape: &'c Shape) -> Vec<Held> {
            self.0.support(pack, shape)
        }
    }

    fn claims(ranking: &Ranking<'_>) -> Vec<String> {
        let words = |claim: &Claim<'_>| {
            let shape = claim.shape.map(|shape| shape.name.as_str());
            format!("{} {shape:?} {} {:?} {:?}", claim.pack.id(), claim.score, claim.confidence, claim.evidence)
        };
        ranking.claims.iter().map(words).collect()
    }

    fn near(ranking: &Ranking<'_>) -> Vec<String> {
        let words = |near: &NearMiss<'_>| format!("{} {} {:?}", near.pack.id(), near.shape.name, near.lacking);
        ranking.near.iter().map(words).collect()
    }

    #[test]
    fn gates_change_nothing() {
        let catalog = Catalog::builtin();
        let (mut bodies, mut shut, mut ways) = (0, 0, 0);
        for sample in catalog.packs().iter().flat_map(Pack::samples) {
            // As it is, and with its end or its start gone: what nobody claims may miss by a hair.
            let half = sample.body.len() / 2;
            let ends = [sample.body.get(..half), sample.body.get(half..)].map(Option::unwrap_or_default);
            for body in [sample.body.as_str(), ends[0], &format!("{{\"x\":0,{}", ends[1])] {
                let response =
                    sample::response(&crate::pack::model::Sample { body: body.to_owned(), ..sample.clone() });
                let document = Document::parse(response.body.clone());
                let eye = || Eye::new(&catalog, &response, &document);
                let (gated, open) = (rank_by(&catalog, &eye(), None), rank_by(&catalog, &Open(eye()), None));
                assert_eq!(claims(&gated), claims(&open), "{body}");
                if gated.claims.iter().all(|claim| claim.pack.tag().rank == Rank::Generic) {
                    assert_eq!(near(&gated), near(&open), "{body}");
                }
                let eye = eye();
                for way in catalog.packs().iter().flat_map(|pack| eye.ways(pack).collect::<Vec<_>>()) {
                    shut += usize::from(way == Way::Shut);
                    ways += 1;
                }
                bodies += 1;
            }
        }
        assert!(bodies > 600, "{bodies} bodies");
        assert!(shut * 10 > ways * 8, "{shut} of {ways} ways are shut: gates are good for something");
    }
}
