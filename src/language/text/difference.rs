//! Where texts of worlds differ: path by path, and never by how they are laid out.

use super::number::parse_number;
use super::scan::{NodeId, Scan, Shape};

/// A place at which not all texts say the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    pub path: String,
    /// What each text has there, in one line; nothing where it has nothing.
    pub values: Vec<Option<String>>,
}

/// The deepest places at which the texts differ, in the order of the first that has them. Comments and the order of fields
/// are no difference, nor is `3` from `3.0`; items of lists are compared by their place.
pub fn differences(texts: &[&str]) -> Vec<Difference> {
    let scans: Vec<Scan<'_>> = texts.iter().map(|text| Scan::of(text)).collect();
    let mut found = Vec::new();
    let roots: Vec<Option<NodeId>> = scans.iter().map(|scan| scan.root).collect();
    walk(&scans, &roots, &mut found);
    found
}

fn walk(scans: &[Scan<'_>], nodes: &[Option<NodeId>], found: &mut Vec<Difference>) {
    let both = || scans.iter().zip(nodes);
    let plain: Vec<Option<String>> = both().map(|(scan, node)| node.map(|node| scan.plain(node))).collect();
    if plain.windows(2).all(|pair| pair[0] == pair[1]) {
        return;
    }
    // Inside a variant around a struct the struct is compared, where all have the same one.
    let alike = |of: &dyn Fn(&Scan<'_>, NodeId) -> Option<String>| {
        let mut all = both().map(|(scan, node)| node.map(|node| of(scan, node)));
        let first = all.next().flatten();
        first.is_some() && all.all(|other| other == first)
    };
    let head = |scan: &Scan<'_>, node: NodeId| Some(format!("{:?} {:?}", scan.kind(node), scan.name(node)));
    let parts = |(scan, node): (&Scan<'_>, &Option<NodeId>)| node.map_or(0, |node| scan.node(node).children.len());
    if !alike(&head) || both().all(|pair| parts(pair) == 0) {
        let place = both().find_map(|(scan, node)| node.map(|node| scan.path_of(node))).unwrap_or_default();
        found.push(Difference { path: place, values: plain });
        return;
    }
    let keyed = both().any(|(scan, node)| {
        node.is_some_and(|node| scan.node(node).children.iter().any(|child| scan.node(*child).key.is_some()))
    });
    if keyed {
        let mut keys: Vec<String> = Vec::new();
        for (scan, node) in both() {
            for child in node.iter().flat_map(|node| &scan.node(*node).children) {
                let key = scan.node(*child).key.as_ref().map(|key| key.text.clone()).unwrap_or_default();
                if !keys.contains(&key) {
                    keys.push(key);
                }
            }
        }
        for key in keys {
            let of = |(scan, node): (&Scan<'_>, &Option<NodeId>)| {
                let has = |child: &&NodeId| scan.node(**child).key.as_ref().is_some_and(|own| own.text == key);
                scan.node((*node)?).children.iter().find(has).copied()
            };
            walk(scans, &both().map(of).collect::<Vec<_>>(), found);
        }
    } else {
        for place in 0..both().map(parts).max().unwrap_or(0) {
            let of = |(scan, node): (&Scan<'_>, &Option<NodeId>)| scan.node((*node)?).children.get(place).copied();
            walk(scans, &both().map(of).collect::<Vec<_>>(), found);
        }
    }
}

impl Scan<'_> {
    fn kind(&self, node: NodeId) -> u8 {
        match self.node(node).shape {
            Shape::Struct => 0,
            Shape::Tuple => 1,
            Shape::Map => 2,
            Shape::List => 3,
            _ => 4,
        }
    }

    /// A value in one line, as another text would have it that says the same: keys in the order of their names.
    pub fn plain(&self, id: NodeId) -> String {
        let node = self.node(id);
        let own = |child: &NodeId| match &self.node(*child).key {
            Some(key) => format!("{}: {}", key.text, self.plain(*child)),
            None => self.plain(*child),
        };
        let mut parts: Vec<String> = node.children.iter().map(own).collect();
        if matches!(node.shape, Shape::Struct | Shape::Map) {
            parts.sort();
        }
        let parts = parts.join(", ");
        let name = self.name(id).unwrap_or_default();
        match &node.shape {
            Shape::Struct | Shape::Tuple => format!("{name}({parts})"),
            Shape::Map => format!("{{{parts}}}"),
            Shape::List => format!("[{parts}]"),
            Shape::Text(text) => format!("{text:?}"),
            Shape::Number => {
                let slice = self.slice(id);
                parse_number(slice).map_or_else(|| slice.to_owned(), |number| number.as_f64().to_string())
            }
            Shape::Word | Shape::Other => self.slice(id).to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(texts: &[&str]) -> Vec<(String, Vec<Option<String>>)> {
        differences(texts).into_iter().map(|found| (found.path, found.values)).collect()
    }

    fn some(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn layout_comments_and_the_order_of_fields_are_no_difference() {
        let one = "World(seed: 3, traders: {\"a\": Firm(leverage: 3.0, cash: 1)}) // a";
        let other = "/* b */ World(traders: {\n  \"a\": Firm(cash: 1.0, leverage: 3),\n}, seed: 3)";
        assert_eq!(told(&[one, other, one]), []);
    }

    #[test]
    fn the_deepest_place_that_differs_is_named_with_what_each_has() {
        let one = "World(traders: {\"a\": Firm(leverage: 3)}, shocks: [(at: \"x\"), (at: \"y\")], how: Rate(im: 0.1))";
        let other =
            "World(traders: {\"a\": Firm(leverage: 6), \"b\": Firm(leverage: 1)}, shocks: [(at: \"x\")], how: Span)";
        assert_eq!(
            told(&[one, other]),
            [
                ("traders.a.leverage".to_owned(), vec![some("3"), some("6")]),
                ("traders.b".to_owned(), vec![None, some("Firm(leverage: 1)")]),
                ("shocks[1]".to_owned(), vec![some("(at: \"y\")"), None]),
                ("how".to_owned(), vec![some("Rate(im: 0.1)"), some("Span")]),
            ]
        );
    }
}
