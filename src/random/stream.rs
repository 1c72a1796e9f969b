//! Streams of uniform numbers, keyed by the run and by the name of what they are for.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// Draws in one page of [`Weather`]: what the generator makes in one go (four blocks of 64 bytes).
const PAGE: usize = 32;

/// No page has this number: there are 2^64 / 32.
const NO_PAGE: u64 = u64::MAX;

/// Uniform 64-bit numbers, one after the other, for one purpose of one entity.
///
/// The draws hang on (seed, run, entity, purpose) and their ordinal, and on nothing else: neither on other streams
/// nor on the order in which streams are made or read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stream {
    source: ChaCha8Rng,
}

impl Stream {
    /// The stream of `entity` (a server, a session, a fault) for `purpose` ("fsync", "think") in run `run` of `seed`.
    pub fn new(seed: u64, run: u64, entity: &str, purpose: &str) -> Stream {
        Stream {
            source: source(seed, run, entity, purpose),
        }
    }

    /// The next draw.
    #[inline]
    #[expect(clippy::should_implement_trait, reason = "a stream never ends")]
    pub fn next(&mut self) -> u64 {
        self.source.next_u64()
    }
}

/// Uniform 64-bit numbers by epoch of simulated time, in any order, for one purpose of one entity.
///
/// `at(k)` is what the `k`-th call (from 0) of [`Stream::next`] answers for the same names. Pages of 32
/// epochs are kept for the newest even and the newest odd page, so callers that move on read the generator forward,
/// and callers up to 32 epochs behind them are served from memory. A jump costs one page.
#[derive(Clone, Debug)]
pub struct Weather {
    source: ChaCha8Rng,
    /// Number of the page that the source makes next.
    next: u64,
    /// Which pages are in `draws`: an even one and an odd one.
    pages: [u64; 2],
    /// Their draws.
    draws: [u64; 2 * PAGE],
}

impl Weather {
    /// The weather of `entity` (a path) for `purpose` ("delay", "loss") in run `run` of `seed`.
    pub fn new(seed: u64, run: u64, entity: &str, purpose: &str) -> Weather {
        Weather {
            source: source(seed, run, entity, purpose),
            next: 0,
            pages: [NO_PAGE; 2],
            draws: [0; 2 * PAGE],
        }
    }

    /// The draw of this epoch, however it is reached.
    #[inline]
    pub fn at(&mut self, epoch: u64) -> u64 {
        let page = epoch / PAGE as u64;
        if self.pages[(page & 1) as usize] != page {
            self.turn_to(page);
        }
        self.draws[(epoch % (2 * PAGE as u64)) as usize]
    }

    /// Makes `page`, moving the generator only when it is somewhere else.
    #[cold]
    fn turn_to(&mut self, page: u64) {
        if self.next != page {
            // A draw is two words of 32 bits.
            self.source
                .set_word_pos(u128::from(page) * 2 * PAGE as u128);
        }
        let side = (page & 1) as usize;
        let mut bytes = [0; 8 * PAGE];
        self.source.fill_bytes(&mut bytes);
        let draws = &mut self.draws[side * PAGE..][..PAGE];
        for (draw, eight) in draws.iter_mut().zip(bytes.as_chunks().0) {
            *draw = u64::from_le_bytes(*eight);
        }
        self.pages[side] = page;
        self.next = page + 1;
    }
}

/// ChaCha8 at its start: the key is seed, run and a constant; the stream number is the name.
fn source(seed: u64, run: u64, entity: &str, purpose: &str) -> ChaCha8Rng {
    let mut key = *b"................replsim.streams1";
    key[..8].copy_from_slice(&seed.to_le_bytes());
    key[8..16].copy_from_slice(&run.to_le_bytes());
    let mut source = ChaCha8Rng::from_seed(key);
    source.set_stream(stream_number(entity, purpose));
    source
}

/// The number of a name, the same on every platform and for ever.
///
/// FNV-1a with 64 bits (Fowler, Noll, Vo; RFC 9923) over the bytes of `entity`, a byte 0xFF, and the bytes of
/// `purpose`; then the finaliser of SplitMix64 (Steele, Lea, Flood 2014). 0xFF occurs in no UTF-8 text, so
/// ("a/b", "c") and ("a", "b/c") differ. Among 10 000 names two collide with a probability of 3 in 10^12.
fn stream_number(entity: &str, purpose: &str) -> u64 {
    let bytes = entity.bytes().chain([0xFF]).chain(purpose.bytes());
    let fnv = bytes.fold(0xCBF2_9CE4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3)
    });
    let mixed = (fnv ^ (fnv >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}
