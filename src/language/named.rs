//! A map that keeps the order in which it was written.
//!
//! Ids follow the order of the world file, so a map sorted by name will not do. A name written
//! twice is found by the reader, which keeps the first.
use std::fmt;

#[derive(Clone, PartialEq)]
pub struct Named<T> {
    entries: Vec<(String, T)>,
    /// Places in the order of their names, of one name the first before the others: a world may hold very many.
    sorted: Vec<u32>,
}

/// As a map is written: the reference shows what a field is where it is left out.
impl<T: fmt::Debug> fmt::Debug for Named<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl<T> Named<T> {
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &T)> {
        self.entries.iter().map(|(name, value)| (name.as_str(), value))
    }

    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Where a name stands, which is its id.
    pub fn position(&self, name: &str) -> Option<usize> {
        let name_at = |place: &u32| self.entries[*place as usize].0.as_str();
        let first = self.sorted.partition_point(|place| name_at(place) < name);
        self.sorted.get(first).filter(|place| name_at(place) == name).map(|place| *place as usize)
    }

    pub fn get(&self, name: &str) -> Option<&T> {
        self.position(name).map(|index| &self.entries[index].1)
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|(name, _)| name.as_str())
    }
}

impl<T> Default for Named<T> {
    fn default() -> Self {
        Self { entries: Vec::new(), sorted: Vec::new() }
    }
}

impl<T> FromIterator<(String, T)> for Named<T> {
    fn from_iter<I: IntoIterator<Item = (String, T)>>(entries: I) -> Self {
        let entries: Vec<(String, T)> = entries.into_iter().collect();
        let mut sorted: Vec<u32> = (0..entries.len() as u32).collect();
        sorted.sort_by(|one, other| entries[*one as usize].0.cmp(&entries[*other as usize].0));
        Self { entries, sorted }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_where_it_was_first_written() {
        let named: Named<u8> =
            [("b", 1), ("a", 2), ("c", 3), ("a", 4)].map(|(name, n)| (name.to_owned(), n)).into_iter().collect();
        assert_eq!(["a", "b", "c", "d", ""].map(|name| named.position(name)), [Some(1), Some(0), Some(2), None, None]);
        assert_eq!((named.get("a"), named.len()), (Some(&2), 4));
        assert!(named.names().eq(["b", "a", "c", "a"]));
    }
}
