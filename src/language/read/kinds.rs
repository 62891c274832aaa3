//! How the plain kinds are read: numbers, texts, lists, maps, what may be none.

use super::{At, Described, Read, Reader, Taste};
use crate::named::Named;
use std::collections::BTreeMap;

macro_rules! whole_numbers {
    ($($kind:ty)*) => {$(
        impl Read for $kind {
            fn read(at: At, reader: &mut Reader<'_>) -> Self {
                match reader.whole(at, Self::MIN as i128, Self::MAX as i128) {
                    Some(whole) => whole as Self,
                    None => Self::stand_in(reader),
                }
            }

            fn stand_in(reader: &mut Reader<'_>) -> Self {
                match reader.taste() {
                    Taste::First => 2,
                    Taste::Second => 3,
                }
            }

            fn described() -> Described {
                Described::Whole { low: Self::MIN as i128, high: Self::MAX as i128 }
            }
        }
    )*};
}

whole_numbers!(u8 u16 u32 u64 usize i8 i16 i32 i64);

impl Read for f64 {
    fn read(at: At, reader: &mut Reader<'_>) -> Self {
        reader.number(at).unwrap_or_else(|| Self::stand_in(reader))
    }

    fn stand_in(reader: &mut Reader<'_>) -> Self {
        match reader.taste() {
            Taste::First => 1.0,
            Taste::Second => 0.5,
        }
    }

    fn described() -> Described {
        Described::Number
    }
}

impl Read for bool {
    fn read(at: At, reader: &mut Reader<'_>) -> Self {
        reader.flag(at).unwrap_or_else(|| Self::stand_in(reader))
    }

    fn stand_in(reader: &mut Reader<'_>) -> Self {
        reader.taste() == Taste::Second
    }

    fn described() -> Described {
        Described::Flag
    }
}

impl Read for String {
    fn read(at: At, reader: &mut Reader<'_>) -> Self {
        reader.text(at).map_or_else(|| Self::stand_in(reader), str::to_owned)
    }

    fn stand_in(reader: &mut Reader<'_>) -> Self {
        match reader.taste() {
            Taste::First => "1m".to_owned(),
            Taste::Second => "2m".to_owned(),
        }
    }

    fn described() -> Described {
        Described::Text("a text in quotes")
    }
}

/// A value of any kind, as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Raw(pub String);

impl Read for Raw {
    fn read(at: At, reader: &mut Reader<'_>) -> Self {
        Self(reader.written(at).to_owned())
    }

    fn stand_in(_: &mut Reader<'_>) -> Self {
        Self("0".to_owned())
    }

    fn described() -> Described {
        Described::Text("a value of any kind")
    }
}

impl<T: Read> Read for Option<T> {
    fn read(at: At, reader: &mut Reader<'_>) -> Self {
        reader.maybe(at).map(|at| T::read(at, reader))
    }

    fn stand_in(_: &mut Reader<'_>) -> Self {
        None
    }

    fn absent() -> Option<Self> {
        Some(None)
    }

    fn described() -> Described {
        Described::Maybe(T::described)
    }
}

impl<T: Read> Read for Box<T> {
    fn read(at: At, reader: &mut Reader<'_>) -> Self {
        Self::new(T::read(at, reader))
    }

    fn stand_in(reader: &mut Reader<'_>) -> Self {
        Self::new(T::stand_in(reader))
    }

    fn described() -> Described {
        T::described()
    }
}

impl<T: Read> Read for Vec<T> {
    fn read(at: At, reader: &mut Reader<'_>) -> Self {
        let items = reader.list(at).unwrap_or_default();
        items.into_iter().map(|node| T::read(At::of(node), reader)).collect()
    }

    fn stand_in(_: &mut Reader<'_>) -> Self {
        Self::new()
    }

    fn described() -> Described {
        Described::List(T::described)
    }
}

fn entries<T: Read>(at: At, reader: &mut Reader<'_>) -> Vec<(String, T)> {
    let entries = reader.map(at).unwrap_or_default();
    entries.into_iter().map(|(name, node)| (name, T::read(At::of(node), reader))).collect()
}

impl<T: Read> Read for Named<T> {
    fn read(at: At, reader: &mut Reader<'_>) -> Self {
        entries(at, reader).into_iter().collect()
    }

    fn stand_in(_: &mut Reader<'_>) -> Self {
        Self::default()
    }

    fn described() -> Described {
        Described::Map(T::described)
    }
}

impl<T: Read> Read for BTreeMap<String, T> {
    fn read(at: At, reader: &mut Reader<'_>) -> Self {
        entries(at, reader).into_iter().collect()
    }

    fn stand_in(_: &mut Reader<'_>) -> Self {
        Self::default()
    }

    fn described() -> Described {
        Described::Map(T::described)
    }
}

macro_rules! tuples {
    ($($count:literal: $($part:ident $place:tt),*;)*) => {$(
        impl<$($part: Read),*> Read for ($($part,)*) {
            fn read(at: At, reader: &mut Reader<'_>) -> Self {
                match reader.several(at, $count) {
                    Some(parts) => ($($part::read(parts[$place], reader),)*),
                    None => Self::stand_in(reader),
                }
            }

            fn stand_in(reader: &mut Reader<'_>) -> Self {
                ($($part::stand_in(reader),)*)
            }

            fn described() -> Described {
                Described::Several(&const { [$($part::described as fn() -> Described),*] })
            }
        }
    )*};
}

tuples! {
    2: A 0, B 1;
    3: A 0, B 1, C 2;
    4: A 0, B 1, C 2, D 3;
}
