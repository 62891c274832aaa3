//! Paths: `lenders.nomura.margin.rate.im`, `shocks[2].what`.
//!
//! - A dot leads to a field or a name, brackets to an item of a list, counted from zero.
//! - A variant may be named or left out, and its case and underscores do not matter:
//!   `margin.rate.im` and `margin.im` are one place in `margin: Rate(im: 0.1, mm: 0.08)`, and
//!   `calendar.sessions.days` is one in `calendar: Sessions(days: 5)`.
//! - Where a path is written out, the variant is named when it is the value of a field, and left out when
//!   it is an entry of a map or a list: `traders.archegos.leverage`.

use super::scan::{NodeId, Scan, Shape};

/// Where a path leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    Node(NodeId),
    /// The path leads as far as `parent`; its next step, `step`, is not there, and `last` says that nothing
    /// would follow it.
    Absent {
        parent: NodeId,
        step: String,
        last: bool,
    },
    /// This is no path.
    Malformed,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Key(String),
    Item(usize),
}

fn steps(path: &str) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    for part in path.split('.') {
        let (key, mut items) = part.find('[').map_or((part, ""), |bracket| part.split_at(bracket));
        if !key.is_empty() {
            steps.push(Step::Key(key.to_string()));
        } else if items.is_empty() {
            return None;
        }
        while !items.is_empty() {
            let (item, rest) = items.strip_prefix('[')?.split_once(']')?;
            steps.push(Step::Item(item.parse().ok()?));
            items = rest;
        }
    }
    Some(steps)
}

/// Variants are compared without case and underscores.
fn same_word(one: &str, other: &str) -> bool {
    let bare = |word: &str| word.replace(['_', '-'], "").to_lowercase();
    bare(one) == bare(other)
}

/// A name as paths write it: `stale_feed` for `StaleFeed`.
pub fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    for c in name.chars() {
        if c.is_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.extend(c.to_lowercase());
    }
    snake
}

impl Scan<'_> {
    pub fn find(&self, path: &str) -> Found {
        let (Some(root), Some(steps)) = (self.root, steps(path)) else { return Found::Malformed };
        let mut node = root;
        for (index, step) in steps.iter().enumerate() {
            match self.step(node, step) {
                Some(next) => node = next,
                None => {
                    let step = match step {
                        Step::Key(key) => key.clone(),
                        Step::Item(item) => format!("[{item}]"),
                    };
                    return Found::Absent { parent: self.content(node), step, last: index + 1 == steps.len() };
                }
            }
        }
        Found::Node(node)
    }

    /// The node a path leads to, or the deepest one on the way.
    pub fn nearest(&self, path: &str) -> Option<NodeId> {
        match self.find(path) {
            Found::Node(node) => Some(node),
            Found::Absent { parent, .. } => self.letter_by_letter(path).and_then(Result::ok).or(Some(parent)),
            Found::Malformed => self.letter_by_letter(path).map(|led| led.unwrap_or_else(|deepest| deepest)),
        }
    }

    /// Where a path leads that holds a name as nobody may write one: keys are matched whole, dots, brackets and all. A name
    /// that is refused is in no other path. As an error the deepest node on the way.
    fn letter_by_letter(&self, path: &str) -> Option<Result<NodeId, NodeId>> {
        let mut node = self.content(self.root?);
        let mut rest = path;
        loop {
            let children = self.node(node).children.iter();
            let led = children.filter_map(|child| {
                let key = &self.node(*child).key.as_ref()?.text;
                let after = rest.strip_prefix(key.as_str())?;
                (after.is_empty() || after.starts_with('.')).then_some((*child, after))
            });
            // The longest key: what is left is the shortest.
            match led.min_by_key(|(_, after)| after.len()) {
                None => return Some(Err(node)),
                Some((child, "")) => return Some(Ok(child)),
                Some((child, after)) => (node, rest) = (self.content(child), &after[1..]),
            }
        }
    }

    fn step(&self, node: NodeId, step: &Step) -> Option<NodeId> {
        let own = self.node(node);
        let only = (own.shape == Shape::Tuple && own.children.len() == 1).then(|| own.children[0]);
        match step {
            Step::Key(key) => {
                let has_key = |child: &&NodeId| self.node(**child).key.as_ref().is_some_and(|own| own.text == *key);
                let field = own.children.iter().find(has_key).copied();
                let variant = || self.name(node).is_some_and(|name| same_word(name, key)).then_some(node);
                field.or_else(variant).or_else(|| self.step(only?, step))
            }
            Step::Item(item) => match only {
                Some(only) => self.step(only, step).or((*item == 0).then_some(only)),
                None if matches!(own.shape, Shape::List | Shape::Tuple) => own.children.get(*item).copied(),
                None => None,
            },
        }
    }

    /// Inside the wrapping of `Some(...)` or of a variant around a struct or a map.
    pub fn content(&self, node: NodeId) -> NodeId {
        let own = self.node(node);
        match own.children[..] {
            [only] if own.shape == Shape::Tuple => self.content(only),
            _ => node,
        }
    }

    /// The path of a node, as it is written out.
    pub fn path_of(&self, node: NodeId) -> String {
        self.written(&self.chain(node), false)
    }

    /// The path of a field in a struct, whether or not it is there.
    pub fn path_into(&self, node: NodeId, field: &str) -> String {
        let path = self.written(&self.chain(node), true);
        if path.is_empty() { field.to_string() } else { format!("{path}.{field}") }
    }

    /// From the root to a node.
    fn chain(&self, node: NodeId) -> Vec<NodeId> {
        let mut chain = vec![node];
        while let Some(parent) = self.node(chain[chain.len() - 1]).parent {
            chain.push(parent);
        }
        chain.reverse();
        chain
    }

    /// `more`: something follows the last node, so that its variant is named.
    fn written(&self, chain: &[NodeId], more: bool) -> String {
        let mut path = String::new();
        for (level, node) in chain.iter().enumerate() {
            let own = self.node(*node);
            let Some(parent) = own.parent else { continue };
            let siblings = self.node(parent);
            if let Some(key) = &own.key {
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(&key.text);
            } else if siblings.shape == Shape::List || siblings.children.len() > 1 {
                let item = siblings.children.iter().position(|child| child == node).unwrap_or_default();
                path.push_str(&format!("[{item}]"));
            }
            let is_field = own.key.is_some() && siblings.shape == Shape::Struct;
            let goes_on = more || level + 1 < chain.len();
            match self.name(*node) {
                Some(variant) if is_field && goes_on && variant != "Some" => {
                    path.push('.');
                    path.push_str(&snake_case(variant));
                }
                _ => {}
            }
        }
        path
    }

    /// What could stand instead of a step that is not there: the keys at hand.
    pub fn keys_of(&self, node: NodeId) -> Vec<&str> {
        let children = self.node(node).children.iter();
        children.filter_map(|child| self.node(*child).key.as_ref().map(|key| key.text.as_str())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "World(
        lenders: {\"nomura\": (margin: Rate(im: 0.1, mm: 0.08), how: ShareOfVolume(share: 0.2))},
        traders: {\"archegos\": LeveragedFirm(leverage: 5)},
        shocks: [(what: Value({\"viac\": -0.1})), (what: Cash(firm: \"archegos\", amount: 1))],
        points: [Close(\"2021-03-26\", 48.23)],
        from: Some(\"2021-03-24\"),
    )";

    #[test]
    fn a_variant_may_be_named_or_left_out() {
        let scan = Scan::of(TEXT);
        let at = |path: &str| match scan.find(path) {
            Found::Node(node) => scan.slice(node),
            other => panic!("{path}: {other:?}"),
        };
        for path in ["lenders.nomura.margin.rate.im", "lenders.nomura.margin.im", "lenders.nomura.margin.Rate.im"] {
            assert_eq!(at(path), "0.1");
        }
        assert_eq!(at("lenders.nomura.how.share_of_volume.share"), "0.2");
        assert_eq!(at("traders.archegos.leverage"), "5");
        assert_eq!(at("shocks[0].what.viac"), "-0.1");
        assert_eq!(at("shocks[0].what.value.viac"), "-0.1");
        assert_eq!(at("shocks[1].what.cash.amount"), "1");
        assert_eq!(at("points[0][1]"), "48.23");
    }

    #[test]
    fn a_name_that_will_not_do_has_its_place() {
        let text =
            "World(\n traders: {\"\": 1},\n instruments: {\"s\": 2, \"../s\": 3, \"s\\n\\u{1b}[31m\": 4, \"s.t\": 5})";
        let scan = Scan::of(text);
        for (path, value) in [
            ("traders.", "1"),
            ("instruments.../s", "3"),
            ("instruments.s\n\u{1b}[31m", "4"),
            ("instruments.s.t", "5"),
            ("instruments.s", "2"),
        ] {
            assert_eq!(scan.slice(scan.nearest(path).unwrap()), value, "{path:?}");
        }
        // What is not there is placed as far as its path leads.
        assert_eq!(scan.nearest("instruments.s.venues"), scan.nearest("instruments.s"));
        assert_eq!(scan.nearest("a..b"), Some(scan.content(scan.root.unwrap())));
    }

    #[test]
    fn a_path_written_out_leads_back() {
        let scan = Scan::of(TEXT);
        let written: Vec<String> = (0..scan.nodes.len()).map(|node| scan.path_of(node)).collect();
        for path in
            ["lenders.nomura.margin.rate.im", "traders.archegos.leverage", "shocks[0].what.value.viac", "points[0][1]"]
        {
            assert!(written.iter().any(|own| own == path), "{path} is not in {written:?}");
        }
        for (node, path) in written.iter().enumerate().skip(1) {
            match scan.find(path) {
                Found::Node(found) => assert_eq!(scan.content(found), scan.content(node), "{path}"),
                other => panic!("{path}: {other:?}"),
            }
        }
    }

    #[test]
    fn a_path_that_leads_nowhere_says_how_far_it_led() {
        let scan = Scan::of(TEXT);
        let Found::Absent { parent, step, last } = scan.find("traders.archegos.levrage") else { panic!("absent") };
        assert_eq!((step.as_str(), last, scan.keys_of(parent)), ("levrage", true, vec!["leverage"]));
        assert!(matches!(scan.find("traders.nobody.leverage"), Found::Absent { last: false, .. }));
        for malformed in ["", "a..b", "a[x]", "a[1", "[", "a]"] {
            assert!(!matches!(scan.find(malformed), Found::Node(_)), "{malformed}");
        }
    }
}
