//! The agenda against other queues, under the hold model: take the earliest event, set it again later.
//!
//! P events are pending all the time; increments are exponential, drawn beforehand, the same for every queue.
//! One element is one event: a removal and an insertion.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use replsim::engine::Moment;
use replsim::engine::agenda::Agenda;
use replsim::protocol::ids::Span;
use replsim::random::{Shape, Stream, Table};

/// Events per iteration.
const EVENTS: usize = 1 << 16;

/// A queue under the hold model, starting with one event per slot.
trait Hold {
    /// All events set.
    fn new(times: &[u64]) -> Self;
    /// Takes the earliest, sets it again `later` nanoseconds after, and says when it was.
    fn hold(&mut self, later: u64) -> u64;
}

/// The product's own, as the engine uses it: pop, then set.
struct PopSet(Agenda);

impl Hold for PopSet {
    fn new(times: &[u64]) -> Self {
        let mut agenda = Agenda::new(times.len());
        for (slot, &time) in times.iter().enumerate() {
            agenda.set(slot, Moment::after(Span(time)));
        }
        PopSet(agenda)
    }

    fn hold(&mut self, later: u64) -> u64 {
        let (time, slot) = self.0.pop().unwrap();
        self.0.set(slot, time + Span(later));
        time.since_start().0
    }
}

/// The product's own, overwriting the earliest: peek, then set.
struct PeekSet(Agenda);

impl Hold for PeekSet {
    fn new(times: &[u64]) -> Self {
        PeekSet(PopSet::new(times).0)
    }

    fn hold(&mut self, later: u64) -> u64 {
        let (slot, time) = self.0.peek().unwrap();
        self.0.set(slot, time + Span(later));
        time.since_start().0
    }
}

/// A packed key, as the agenda has it; 12 bits of slot.
fn key(time: u64, slot: usize) -> u64 {
    time << 12 | slot as u64
}

/// All starting keys.
fn keys(times: &[u64]) -> impl Iterator<Item = u64> {
    times
        .iter()
        .enumerate()
        .map(|(slot, &time)| key(time, slot))
}

/// The standard library's heap: pop, then push.
struct Heap(BinaryHeap<Reverse<u64>>);

impl Hold for Heap {
    fn new(times: &[u64]) -> Self {
        Heap(keys(times).map(Reverse).collect())
    }

    fn hold(&mut self, later: u64) -> u64 {
        let Reverse(first) = self.0.pop().unwrap();
        self.0.push(Reverse(first + (later << 12)));
        first >> 12
    }
}

/// The standard library's heap, overwriting its top.
struct HeapPeekMut(BinaryHeap<Reverse<u64>>);

impl Hold for HeapPeekMut {
    fn new(times: &[u64]) -> Self {
        HeapPeekMut(Heap::new(times).0)
    }

    fn hold(&mut self, later: u64) -> u64 {
        let mut top = self.0.peek_mut().unwrap();
        let first = top.0;
        top.0 = first + (later << 12);
        first >> 12
    }
}

/// A search through all slots, eight at a time.
struct Scan(Vec<u64>);

impl Hold for Scan {
    fn new(times: &[u64]) -> Self {
        Scan(keys(times).collect())
    }

    fn hold(&mut self, later: u64) -> u64 {
        let mut least = [u64::MAX; 8];
        for eight in self.0.chunks_exact(8) {
            for (least, key) in least.iter_mut().zip(eight) {
                *least = *key.min(least);
            }
        }
        let first = least.into_iter().fold(u64::MAX, u64::min);
        self.0[(first & 0xFFF) as usize] = first + (later << 12);
        first >> 12
    }
}

/// A plain heap with four children to a node: pop, then push.
struct FourHeap(Vec<u64>);

impl FourHeap {
    fn push(&mut self, new: u64) {
        let mut hole = self.0.len();
        self.0.push(new);
        while hole > 0 && self.0[(hole - 1) / 4] > new {
            self.0[hole] = self.0[(hole - 1) / 4];
            hole = (hole - 1) / 4;
        }
        self.0[hole] = new;
    }

    fn pop(&mut self) -> u64 {
        let last = self.0.pop().unwrap();
        let Some(&first) = self.0.first() else {
            return last;
        };
        let mut hole = 0;
        loop {
            let from = 4 * hole + 1;
            let children = from..(from + 4).min(self.0.len());
            let Some(least) = children.min_by_key(|&child| self.0[child]) else {
                break;
            };
            if self.0[least] >= last {
                break;
            }
            self.0[hole] = self.0[least];
            hole = least;
        }
        self.0[hole] = last;
        first
    }
}

impl Hold for FourHeap {
    fn new(times: &[u64]) -> Self {
        let mut heap = FourHeap(vec![]);
        keys(times).for_each(|key| heap.push(key));
        heap
    }

    fn hold(&mut self, later: u64) -> u64 {
        let first = self.pop();
        self.push(first + (later << 12));
        first >> 12
    }
}

/// The sum of all moments, the same for every queue.
fn drive<Q: Hold>(queue: &mut Q, later: &[u64]) -> u64 {
    later
        .iter()
        .fold(0, |sum: u64, &by| sum.wrapping_add(queue.hold(by)))
}

/// One queue with one number of pending events.
fn measure<Q: Hold>(c: &mut Criterion, name: &str, pending: usize, later: &[u64]) {
    let start = &later[..pending];
    let expected = drive(&mut PopSet::new(start), later);
    assert_eq!(
        drive(&mut Q::new(start), later),
        expected,
        "{name} is in another order"
    );
    let mut group = c.benchmark_group("hold");
    group.throughput(Throughput::Elements(EVENTS as u64));
    group.bench_function(BenchmarkId::new(name, pending), |b| {
        b.iter_batched_ref(
            || Q::new(start),
            |queue| drive(black_box(queue), black_box(later)),
            criterion::BatchSize::LargeInput,
        );
    });
    group.finish();
}

/// Every queue with every number of pending events.
fn hold(c: &mut Criterion) {
    let table = Table::compile(&Shape::Exponential { mean: 1_000_000 });
    let mut stream = Stream::new(1, 0, "hold", "increments");
    let later: Vec<u64> = (0..EVENTS).map(|_| table.sample(stream.next())).collect();
    for pending in [8, 64, 512, 4_096] {
        measure::<PopSet>(c, "tournament, pop and set", pending, &later);
        measure::<PeekSet>(c, "tournament, peek and set", pending, &later);
        measure::<Heap>(c, "BinaryHeap, pop and push", pending, &later);
        measure::<HeapPeekMut>(c, "BinaryHeap, peek_mut", pending, &later);
        measure::<FourHeap>(c, "4-ary heap, pop and push", pending, &later);
        measure::<Scan>(c, "linear scan", pending, &later);
    }
}

criterion_group!(benches, hold);
criterion_main!(benches);
