//! Plausible values of any type, to read on past what is missing or wrong.
//!
//! A stand-in offers a small number, the first (or, for the second taste, the last) variant, an empty
//! list. Texts that are parsed on the way (days, lengths of time) are found by trying: when one is
//! refused, the next reading offers another.

use super::misfit::Misfit;
use serde::de::value::StrDeserializer;
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, MapAccess, SeqAccess, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;
use std::cell::{Cell, RefCell};

/// Two readings with different stand-ins tell what rests on them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taste {
    First,
    Second,
}

/// A length of time, a day, a moment, a time of day: one of them satisfies whatever parses a text.
const TEXTS: [&str; 4] = ["1m", "2000-01-03", "2000-01-03 12:00", "12:00"];

/// Which text to offer at each place where one is asked for.
#[derive(Debug, Default)]
pub struct Supply {
    chosen: RefCell<Vec<usize>>,
    asked: Cell<usize>,
}

impl Supply {
    /// Before each reading.
    pub fn begin(&self) {
        self.asked.set(0);
    }

    fn text(&self) -> &'static str {
        let mut chosen = self.chosen.borrow_mut();
        let place = self.asked.get();
        self.asked.set(place + 1);
        if chosen.len() <= place {
            chosen.resize(place + 1, 0);
        }
        TEXTS[chosen[place]]
    }

    /// The text given last was refused: the next one. False when there is none.
    pub fn next(&mut self) -> bool {
        let Some(place) = self.asked.get().checked_sub(1) else { return false };
        let choice = &mut self.chosen.get_mut()[place];
        *choice += 1;
        *choice < TEXTS.len()
    }
}

#[derive(Clone, Copy)]
pub struct StandIn<'a> {
    pub supply: &'a Supply,
    pub taste: Taste,
}

impl StandIn<'_> {
    fn whole(self) -> u8 {
        match self.taste {
            Taste::First => 2,
            Taste::Second => 3,
        }
    }
}

macro_rules! whole_numbers {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
            visitor.visit_u8(self.whole())
        }
    )*};
}

impl<'de> Deserializer<'de> for StandIn<'_> {
    type Error = Misfit;

    whole_numbers! {
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_unit()
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_f64(match self.taste {
            Taste::First => 1.0,
            Taste::Second => 0.5,
        })
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_bool(self.taste == Taste::Second)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_str(self.supply.text())
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_none()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_seq(Several { of: self, left: 0, fields: &[] })
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_map(Several { of: self, left: 0, fields: &[] })
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_seq(Several { of: self, left: length, fields: &[] })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        visitor.visit_map(Several { of: self, left: fields.len(), fields })
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        let variant = match self.taste {
            Taste::First => variants.first(),
            Taste::Second => variants.last(),
        };
        visitor.visit_enum(Choice { of: self, variant: variant.unwrap_or(&"") })
    }

    forward_to_deserialize_any! { f32 i128 u128 char bytes byte_buf unit unit_struct tuple_struct identifier ignored_any }
}

/// As many entries as are wanted.
struct Several<'a> {
    of: StandIn<'a>,
    left: usize,
    fields: &'static [&'static str],
}

impl<'de> SeqAccess<'de> for Several<'_> {
    type Error = Misfit;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Misfit> {
        if self.left == 0 {
            return Ok(None);
        }
        self.left -= 1;
        seed.deserialize(self.of).map(Some)
    }
}

impl<'de> MapAccess<'de> for Several<'_> {
    type Error = Misfit;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Misfit> {
        if self.left == 0 {
            return Ok(None);
        }
        self.left -= 1;
        let field: StrDeserializer<'_, Misfit> = self.fields[self.left].into_deserializer();
        seed.deserialize(field).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Misfit> {
        seed.deserialize(self.of)
    }
}

struct Choice<'a> {
    of: StandIn<'a>,
    variant: &'static str,
}

impl<'de, 'a> EnumAccess<'de> for Choice<'a> {
    type Error = Misfit;
    type Variant = StandIn<'a>;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, StandIn<'a>), Misfit> {
        let name: StrDeserializer<'_, Misfit> = self.variant.into_deserializer();
        Ok((seed.deserialize(name)?, self.of))
    }
}

impl<'de> VariantAccess<'de> for StandIn<'_> {
    type Error = Misfit;

    fn unit_variant(self) -> Result<(), Misfit> {
        Ok(())
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Misfit> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, Misfit> {
        self.deserialize_tuple(length, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(self, fields: &'static [&'static str], visitor: V) -> Result<V::Value, Misfit> {
        self.deserialize_struct("", fields, visitor)
    }
}
