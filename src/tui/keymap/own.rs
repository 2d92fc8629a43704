//! Keys of the user's. In: what the settings say. Out: the key map with them, and what is wrong with those that were left
//! out, so that no key ever means two things on one screen.

use std::sync::Arc;

use serde::Deserialize;
use serde::de::IntoDeserializer;

use super::{Binding, Context, Key, Keymap, labels, read_keys, show};
use crate::config::{Rebinding, Trouble};
use crate::pack::source::quoted;
use crate::pack::{PackErrorKind as Kind, alike};
use crate::tui::action::Action;
use crossterm::event::{KeyCode, KeyModifiers};

/// What has to have a key, whatever the user thinks of it: without one the program could not be left or used.
const NEEDED: [Action; 5] = [Action::Up, Action::Down, Action::Confirm, Action::Cancel, Action::Quit];

impl Keymap {
    /// The key map with keys of the user's, in a file of that name. What cannot be had is told and left out.
    #[must_use]
    pub fn with(mut self, own: &[Rebinding], file: &str) -> (Self, Vec<Trouble>) {
        let before = self.clone();
        let mut troubles = Vec::new();
        let tell = |one: &Rebinding, kind: Kind, message: String, hint: Option<String>| Trouble {
            kind,
            file: crate::text::clean(file).into_string(),
            line: one.place.0,
            column: one.place.1,
            message,
            hint,
        };
        // Who has changed a row, so that it can be changed back.
        let mut owners: Vec<Option<&Rebinding>> = vec![None; self.0.len()];
        for one in own {
            match self.change(one) {
                Ok(rows) => rows.into_iter().for_each(|row| owners[row] = Some(one)),
                Err((message, hint)) => troubles.push(tell(one, Kind::Value, message, hint)),
            }
        }
        while let Some(clash) = self.clash() {
            let (first, second) = (owners[clash.first], owners[clash.second]);
            // Of two changes the later one gives way; the key map as it is built in has no clash.
            let place = |one: Option<&Rebinding>| one.map(|one| one.place);
            let later = if place(second) > place(first) { clash.second } else { clash.first };
            let Some(one) = owners[later] else { break };
            let other = &self.0[if later == clash.first { clash.second } else { clash.first }];
            let message =
                format!("`{}` already means `{}` on the screen `{}`", show(clash.key), other.name, clash.context.id());
            let hint = format!("give `{}` other keys as well", other.name);
            troubles.push(tell(one, Kind::Duplicate, message, Some(hint)));
            for (row, owner) in owners.iter_mut().enumerate().filter(|(_, owner)| **owner == Some(one)) {
                Arc::make_mut(&mut self.0)[row] = before.0[row].clone();
                *owner = None;
            }
        }
        troubles.sort_by_key(|trouble| (trouble.line, trouble.column));
        (self, troubles)
    }

    /// Gives an action its keys; the rows that it has, or why not.
    fn change(&mut self, one: &Rebinding) -> Result<Vec<usize>, (String, Option<String>)> {
        let action: Result<Action, serde::de::value::Error> =
            Action::deserialize(one.action.as_str().into_deserializer());
        let is_meant = |row: &Binding| {
            action.as_ref().is_ok_and(|action| *action == row.action)
                && row.contexts.contains(&Context::Prompt) == one.prompt
        };
        let rows: Vec<usize> = (0..self.0.len()).filter(|row| is_meant(&self.0[*row])).collect();
        let Some(first) = rows.first() else {
            let here = self.0.iter().filter(|row| row.contexts.contains(&Context::Prompt) == one.prompt);
            let near = alike::nearest(&one.action, here.map(|row| &*row.name));
            let hint = near.map(|near| format!("did you mean `{near}`?"));
            let hint = hint.unwrap_or_else(|| "`errview man` lists them".into());
            return Err((format!("{} is no action here", quoted(&one.action)), Some(hint)));
        };
        let action = self.0[*first].action;
        let keys =
            read_keys(&one.keys).map_err(|error| (crate::text::clean(&error.to_string()).into_string(), None))?;
        if action == Action::QuitNow {
            return Err(("ctrl-c always quits".into(), None));
        }
        if keys.is_empty() && NEEDED.contains(&action) {
            return Err((format!("`{}` needs a key", one.action), None));
        }
        let typed = |key: &&Key| matches!(key, Key(KeyCode::Char(_), KeyModifiers::NONE));
        if let Some(key) = keys.iter().find(typed).filter(|_| one.prompt) {
            return Err((format!("`{}` is needed for typing", show(*key)), None));
        }
        let (label, first) = labels(&keys);
        for &row in &rows {
            let row = &mut Arc::make_mut(&mut self.0)[row];
            (row.keys, row.label, row.hint_label) = (keys.clone(), label.clone(), first.clone());
            // The footer has nothing to show for what has no key.
            row.hint = row.hint.take().filter(|_| !keys.is_empty());
        }
        Ok(rows)
    }
}

#[cfg(test)]
mod tests {
    use super::super::read_key;
    use super::*;

    fn changed(pairs: &[(&str, &str)]) -> (Keymap, Vec<String>) {
        let own = pairs.iter().enumerate().map(|(line, (action, keys))| {
            let (action, prompt) = match action.strip_prefix("prompt.") {
                Some(action) => (action, true),
                None => (*action, false),
            };
            Rebinding { action: action.into(), keys: (*keys).into(), prompt, place: (line + 1, 1) }
        });
        let (map, troubles) = Keymap::builtin().with(&own.collect::<Vec<_>>(), "c.toml");
        assert!(map.clash().is_none(), "whatever was asked for");
        (map, troubles.iter().map(Trouble::in_full).collect())
    }

    fn action(map: &Keymap, context: Context, key: &str) -> Option<Action> {
        map.action(context, read_key(key).expect(key))
    }

    #[test]
    fn keys_are_changed_in_the_help_too() {
        let (map, troubles) = changed(&[("filter", "/ ctrl-s"), ("prompt.erase-word", "ctrl-e")]);
        assert_eq!(troubles, [""; 0]);
        assert_eq!(action(&map, Context::Response, "ctrl-s"), Some(Action::Filter));
        assert_eq!(action(&map, Context::Prompt, "ctrl-e"), Some(Action::EraseWord));
        assert_eq!(action(&map, Context::Prompt, "ctrl-w"), None);
        let row = map.all().iter().find(|row| row.action == Action::Filter).expect("a row");
        assert_eq!((row.label.as_str(), row.hint_label.as_str()), ("/ ^s", "/"));
    }

    #[test]
    fn keys_can_be_swapped_and_taken_away() {
        let (map, troubles) = changed(&[("next", "N"), ("previous", "n"), ("mouse", "")]);
        assert_eq!(troubles, [""; 0]);
        assert_eq!(action(&map, Context::Response, "n"), Some(Action::Previous));
        assert_eq!(action(&map, Context::Response, "M"), None);
    }

    #[test]
    fn a_clash_is_told_and_left_out() {
        let (map, troubles) = changed(&[("wrap", "j"), ("undo", "U"), ("help", "U f1")]);
        let expected = [
            "c.toml:1:1: `j` already means `down` on the screen `raw`\nhint: give `down` other keys as well",
            "c.toml:3:1: `U` already means `undo` on the screen `response`\nhint: give `undo` other keys as well",
        ];
        assert_eq!(troubles, expected);
        assert_eq!(action(&map, Context::Raw, "j"), Some(Action::Down));
        assert_eq!(action(&map, Context::Response, "?"), Some(Action::Help));
        assert_eq!(action(&map, Context::Response, "U"), Some(Action::Undo));
    }

    #[test]
    fn what_would_shut_somebody_in_is_refused() {
        let wrong = [("quit", ""), ("quit-now", "Q"), ("prompt.cancel", "x"), ("filtre", "f"), ("undo", "ctl-u")];
        let (map, troubles) = changed(&wrong);
        let expected = [
            "c.toml:1:1: `quit` needs a key",
            "c.toml:2:1: ctrl-c always quits",
            "c.toml:3:1: `x` is needed for typing",
            "c.toml:4:1: `filtre` is no action here\nhint: did you mean `filter`?",
            "c.toml:5:1: `ctl-u` is no key",
        ];
        assert_eq!(troubles, expected);
        assert_eq!(map.all().len(), Keymap::builtin().all().len());
        assert_eq!(action(&map, Context::Start, "q"), Some(Action::Quit));
    }
}
