//! How alike two names are, for "did you mean". Also compiled into the build script.

/// Names longer than this are not compared; nobody mistypes that much.
const LONGEST: usize = 64;

/// How many letters must be added, dropped, changed or swapped with their neighbour to get from one to the other,
/// without regard to case.
pub fn distance(left: &str, right: &str) -> usize {
    let left: Vec<char> = left.chars().flat_map(char::to_lowercase).take(LONGEST).collect();
    let right: Vec<char> = right.chars().flat_map(char::to_lowercase).take(LONGEST).collect();
    let mut before = Vec::new();
    let mut above: Vec<usize> = (0..=right.len()).collect();
    for (row, &a) in left.iter().enumerate() {
        let mut current = vec![row + 1];
        for (column, &b) in right.iter().enumerate() {
            let mut cost = (above[column] + usize::from(a != b)).min(above[column + 1] + 1).min(current[column] + 1);
            let swapped = row > 0 && column > 0 && a == right[column - 1] && left[row - 1] == b;
            if swapped {
                let earlier: &Vec<usize> = &before;
                cost = cost.min(earlier[column - 1] + 1);
            }
            current.push(cost);
        }
        before = std::mem::replace(&mut above, current);
    }
    above.last().copied().unwrap_or(0)
}

/// The candidate that was most likely meant, if any is near enough: a third of the letters may differ.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let near = (name.chars().count() / 3).min(4);
    let scored = candidates.into_iter().map(|candidate| (distance(name, candidate), candidate));
    scored.filter(|(distance, _)| *distance <= near).min_by_key(|(distance, _)| *distance).map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_slips() {
        let cases = [("", "", 0), ("acme", "ACME", 0), ("acme", "amce", 1), ("acme", "acm", 1), ("acme", "xyz", 4)];
        for (left, right, wanted) in cases {
            assert_eq!(distance(left, right), wanted, "{left} {right}");
        }
    }

    #[test]
    fn offers_only_what_is_near() {
        assert_eq!(nearest("requier", ["require", "forbid"]), Some("require"));
        assert_eq!(nearest("zzz", ["require", "forbid"]), None);
        assert_eq!(nearest("x", ["y", "xy"]), None);
        assert_eq!(nearest("ACME", ["acme", "acne"]), Some("acme"));
    }
}
