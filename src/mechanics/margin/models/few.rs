//! A list that takes no memory from the heap while it is short: margin runs make one for each account they look at.

use std::ops::{Deref, DerefMut};

const FEW: usize = 16;

/// In the order in which they came.
#[derive(Clone, Debug)]
pub struct Few<T> {
    few: [T; FEW],
    count: usize,
    /// All of them, once there are more than a few.
    many: Vec<T>,
}

impl<T: Copy> Few<T> {
    /// Empty; `filler` stands where nothing is yet, and is never seen.
    pub fn new(filler: T) -> Self {
        Self { few: [filler; FEW], count: 0, many: Vec::new() }
    }

    pub fn push(&mut self, item: T) {
        if self.count < FEW {
            self.few[self.count] = item;
        } else {
            if self.count == FEW {
                self.many.extend_from_slice(&self.few);
            }
            self.many.push(item);
        }
        self.count += 1;
    }
}

impl<T> Deref for Few<T> {
    type Target = [T];
    fn deref(&self) -> &[T] {
        if self.count <= FEW { &self.few[..self.count] } else { &self.many }
    }
}

impl<T> DerefMut for Few<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        if self.count <= FEW { &mut self.few[..self.count] } else { &mut self.many }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_or_many_they_come_out_as_they_went_in() {
        for count in [0, 1, FEW - 1, FEW, FEW + 1, 3 * FEW] {
            let mut list = Few::new(usize::MAX);
            (0..count).for_each(|number| list.push(number));
            assert_eq!(*list, *(0..count).collect::<Vec<_>>());
        }
    }
}
