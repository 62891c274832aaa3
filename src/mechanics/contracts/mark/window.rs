//! The mean of the last so many samples.

/// A ring with its sum. What it will ever hold is set aside at the start.
#[derive(Clone, Debug, Default)]
pub struct Window {
    samples: Vec<i64>,
    size: usize,
    next: usize,
    sum: i128,
}

impl Window {
    /// For so many samples, at least one.
    pub fn new(size: usize) -> Self {
        let size = size.max(1);
        Self { samples: Vec::with_capacity(size), size, next: 0, sum: 0 }
    }

    pub fn push(&mut self, sample: i64) {
        if self.samples.len() < self.size {
            self.samples.push(sample);
        } else {
            let oldest = std::mem::replace(&mut self.samples[self.next], sample);
            self.sum -= i128::from(oldest);
            self.next = (self.next + 1) % self.size;
        }
        self.sum += i128::from(sample);
    }

    /// The mean over `parts` of a unit, rounded down; `None` before the first sample.
    pub fn mean(&self, parts: i128) -> Option<i64> {
        let count = i128::try_from(self.samples.len()).ok().filter(|count| *count > 0)?;
        let mean = self.sum.div_euclid(count * parts);
        Some(i64::try_from(mean).expect("a mean lies between what it is of"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_is_of_the_last_samples_and_rounded_down() {
        let mut window = Window::new(3);
        assert_eq!(window.mean(1), None);
        let means = [10, 11, 13, 20, -100].map(|sample| {
            window.push(sample);
            window.mean(1).unwrap()
        });
        // 10; 10.5; 34 ÷ 3; 44 ÷ 3; −67 ÷ 3.
        assert_eq!(means, [10, 10, 11, 14, -23]);
        assert_eq!(window.mean(2), Some(-12), "−67 ÷ 6");
    }
}
