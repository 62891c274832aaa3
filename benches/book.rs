//! The book beside its naive twin (sorted maps of queues, lazy cancel), on two workloads of a million
//! operations: 60 % limit orders, 30 % cancels of a random order, 10 % market orders, all
//! within 100 steps of a fixed middle.
//!
//! - `deep`: buys stand below the middle and sells above it, so that only market orders trade and
//!   about 200,000 orders rest at the end.
//! - `crossing`: limits fall anywhere within the 100 steps on either side, so that most orders trade
//!   and a side is often nearly empty.
//!
//! `cargo bench --bench book` prints, after criterion's own figures, nanoseconds an operation for
//! both and their ratio, measured alternately in this same run.

use criterion::{BatchSize, Criterion, Throughput};
use firesale::book::naive::NaiveBook;
use firesale::book::{Book, BookEvent, NewOrder, OrderKey, SelfTrade};
use firesale::units::{Lots, Price, Side};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::hint::black_box;
use std::time::Instant;

const OPERATIONS: usize = 1_000_000;
const MIDDLE: i64 = 10_000;

#[derive(Clone, Copy)]
enum Operation {
    Submit(NewOrder),
    /// The order with this tag, which rested when it was new.
    Cancel(u32),
}

/// What the two books have in common here.
trait Market {
    fn new() -> Self;
    fn submit(&mut self, order: &NewOrder, events: &mut Vec<BookEvent>) -> Option<OrderKey>;
    fn cancel(&mut self, key: OrderKey, events: &mut Vec<BookEvent>) -> Option<Lots>;
    fn resting(&self) -> u32;
}

macro_rules! market {
    ($book:ty) => {
        impl Market for $book {
            fn new() -> Self {
                Self::with_self_trade(SelfTrade::Allow)
            }

            fn submit(&mut self, order: &NewOrder, events: &mut Vec<BookEvent>) -> Option<OrderKey> {
                self.submit(order, events)
            }

            fn cancel(&mut self, key: OrderKey, events: &mut Vec<BookEvent>) -> Option<Lots> {
                self.cancel(key, events)
            }

            fn resting(&self) -> u32 {
                [Side::Buy, Side::Sell].into_iter().flat_map(|side| self.levels(side)).map(|level| level.orders).sum()
            }
        }
    };
}

market!(Book);
market!(NaiveBook);

/// Draws the operations once, playing them on a book to know which orders still wait.
fn draw(crossing: bool) -> Vec<Operation> {
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    let mut book = <Book as Market>::new();
    let mut events = Vec::new();
    let mut keys: Vec<Option<OrderKey>> = Vec::new();
    let mut waiting: Vec<u32> = Vec::new();
    let mut operations = Vec::with_capacity(OPERATIONS);
    while operations.len() < OPERATIONS {
        events.clear();
        let roll = rng.random_range(0..10);
        if (6..9).contains(&roll) {
            // In a deep market only orders that still wait are cancelled, in a crossing one often
            // the cancel comes too late: otherwise nothing would ever rest.
            while !waiting.is_empty() {
                let tag = waiting.swap_remove(rng.random_range(0..waiting.len()));
                let key = keys[tag as usize].expect("it waited");
                if Book::cancel(&mut book, key, &mut events).is_some() || crossing {
                    operations.push(Operation::Cancel(tag));
                    break;
                }
            }
            continue;
        }
        let tag = u32::try_from(keys.len()).expect("fewer than 2^32 orders");
        let side = if rng.random() { Side::Buy } else { Side::Sell };
        let quantity = Lots::new(rng.random_range(1..=100));
        let owner = rng.random_range(0..1_000);
        let order = if roll == 9 {
            NewOrder::market(owner, tag, side, quantity)
        } else {
            let distance = rng.random_range(1..=100);
            let away = if crossing && rng.random() { -distance } else { distance };
            let price = if side == Side::Buy { MIDDLE - away } else { MIDDLE + away };
            NewOrder::limit(owner, tag, side, quantity, Price::new(price))
        };
        let key = Book::submit(&mut book, &order, &mut events);
        if key.is_some() {
            waiting.push(tag);
        }
        keys.push(key);
        operations.push(Operation::Submit(order));
    }
    operations
}

/// Plays the operations and returns how many events there were, so that no work can be left out.
fn play<M: Market>(book: &mut M, operations: &[Operation], keys: &mut [Option<OrderKey>]) -> usize {
    let mut events = Vec::with_capacity(256);
    let mut seen = 0;
    for operation in operations {
        events.clear();
        match operation {
            Operation::Submit(order) => keys[order.tag as usize] = book.submit(order, &mut events),
            Operation::Cancel(tag) => {
                let key = keys[*tag as usize].expect("it rested");
                black_box(book.cancel(key, &mut events));
            }
        }
        seen += events.len();
    }
    seen
}

/// Median nanoseconds an operation over several whole plays, each on a new book.
fn compare(name: &str, operations: &[Operation]) {
    let mut keys = vec![None; operations.len()];
    let (mut book_times, mut naive_times) = (Vec::new(), Vec::new());
    let (mut resting, mut events) = (0, 0);
    for _ in 0..7 {
        let (nanoseconds, rests, seen) = time::<Book>(operations, &mut keys);
        book_times.push(nanoseconds);
        (resting, events) = (rests, seen);
        let (nanoseconds, naive_rests, naive_seen) = time::<NaiveBook>(operations, &mut keys);
        naive_times.push(nanoseconds);
        assert_eq!((resting, events), (naive_rests, naive_seen), "book and twin disagree");
    }
    let (book, naive) = (median(book_times), median(naive_times));
    println!(
        "{name}: book {book:.1} ns, naive twin {naive:.1} ns an operation, {:.2} times as fast; {resting} resting at the end, {events} events",
        naive / book
    );
}

#[expect(clippy::disallowed_methods, reason = "a benchmark is what looks at the clock")]
fn time<M: Market>(operations: &[Operation], keys: &mut [Option<OrderKey>]) -> (f64, u32, usize) {
    let mut book = M::new();
    let start = Instant::now();
    let seen = play(&mut book, operations, keys);
    let nanoseconds = start.elapsed().as_secs_f64() * 1e9 / operations.len() as f64;
    (nanoseconds, book.resting(), seen)
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn measure<M: Market>(criterion: &mut Criterion, name: &str, operations: &[Operation]) {
    let mut keys = vec![None; operations.len()];
    let mut group = criterion.benchmark_group("book");
    group.sample_size(10).throughput(Throughput::Elements(operations.len() as u64));
    group.bench_function(name, |bencher| {
        bencher.iter_batched_ref(M::new, |book| play(book, operations, &mut keys), BatchSize::PerIteration);
    });
    group.finish();
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    for (name, crossing) in [("deep", false), ("crossing", true)] {
        let operations = draw(crossing);
        measure::<Book>(&mut criterion, &format!("{name}/book"), &operations);
        measure::<NaiveBook>(&mut criterion, &format!("{name}/naive"), &operations);
        compare(name, &operations);
    }
    criterion.final_summary();
}
